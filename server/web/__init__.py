"""The built-in reader and its pages: server-rendered, one small script, nothing from elsewhere."""
