"""Languages: their tags, and telling from a text which one it is written in."""
