"""What must not change while the code does: every name, and the database of an earlier version."""
