"""The requests themselves, page by page."""
