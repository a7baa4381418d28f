"""The glossary: terms that are kept, and their translations."""
