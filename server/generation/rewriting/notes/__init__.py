"""Notes beside the author’s text: which are let in, and how they are written."""
