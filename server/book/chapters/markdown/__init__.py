"""Markdown and MDX, read block by block and span by span."""
