"""The custom element on a page of its own, in a real browser."""
