"""What the author wrote: chapters, languages, glossary, checking."""
