"""Attempts to sign in, slowed down after failures."""
