"""The second reader: what it is sent, what it says, what is done about it."""
