"""Clearing what is stored, and counting it."""
