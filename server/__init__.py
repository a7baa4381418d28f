"""Chapterwise: a docs-site textbook, rewritten for the learner who reads it."""
