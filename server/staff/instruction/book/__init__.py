"""The book as instructors see it: catalogue, glossary, dry runs."""
