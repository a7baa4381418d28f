"""Markdown as safe HTML, and as trees from which a page builds its nodes."""
