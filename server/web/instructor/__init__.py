"""How instructors keep the book right: edits, reviews, what needs eyes, glossary, catalogue."""
