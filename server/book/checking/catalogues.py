"""Catalogues: the glossary beside the chapters, and a site's own transformations."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from server.book.checking.domain import Code, Problem
from server.book.checking.files import show
from server.book.glossary.domain import load_glossary
from server.plan.transformations.service import CatalogueError, load_catalogue

_LINE = re.compile(r"Line (\d+) ")


def check_glossary(directory: Path, name: str) -> Iterator[Problem]:
    """Yield what is wrong with the book's glossary; a book may have none."""
    try:
        load_glossary(directory / name)
    except CatalogueError as error:
        yield _report(error, name, Code.GLOSSARY)


def check_catalogue(extra_dir: Path | None) -> tuple[Sequence[str], Sequence[Problem]]:
    """Return the ids of the transformations there are, and what is wrong with the site's own."""
    try:
        return _list_ids(extra_dir), ()
    except CatalogueError as error:
        return _list_ids(None), (_report(error, show(error.path), Code.CATALOGUE),)


def _list_ids(extra_dir: Path | None) -> list[str]:
    return [each.id for each in load_catalogue(extra_dir).transformations]


def _report(error: CatalogueError, name: str, code: Code) -> Problem:
    line = _LINE.match(error.sentence)
    return Problem(name, int(line[1]) if line else 1, 1, code, error.sentence)
