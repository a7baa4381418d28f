"""Dialects: how a book's Markdown is read, guessed from its site and its files."""

import re
from pathlib import Path

from server.chapters.domain import Dialect

_DIRECTIVE_LINE = re.compile(r"^[ \t]{0,3}:::", re.MULTILINE)


def guess_from_site(docs_dir: Path) -> Dialect | None:
    """Return the dialect of the site generator whose configuration stands beside the book."""
    for folder in (docs_dir, docs_dir.resolve().parent):
        if any(folder.glob("docusaurus.config.*")):
            return Dialect.DOCUSAURUS
        if any((folder / name).is_file() for name in ("mkdocs.yml", "mkdocs.yaml")):
            return Dialect.MKDOCS
    return None


def holds_directive(text: str) -> bool:
    """Whether a line of the text starts as Docusaurus' admonitions do."""
    return _DIRECTIVE_LINE.search(text) is not None
