"""Several chapters in one request."""
