"""Corrections: the pins, hints and locks of instructors."""
