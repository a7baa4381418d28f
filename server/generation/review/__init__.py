"""The second reader: whether a verified rewrite says what the author says, read by another call."""
