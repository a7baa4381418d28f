"""Checking: what a site owner learns of the book before a learner meets it."""
