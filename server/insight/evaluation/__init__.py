"""Evaluation: chapters for profiles through the configured model, measured and shown on a page."""
