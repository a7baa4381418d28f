"""Accounts: passwords, tokens, roles."""
