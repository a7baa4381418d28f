"""Auditing: who did what to the book's rewrites and to accounts, and when."""
