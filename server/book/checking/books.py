"""Books: ids and aliases under which a chapter cannot be found, or another one is."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from server.book.chapters.front_matter import FrontMatter, list_aliases
from server.book.checking.domain import ChapterFile, Code, Problem
from server.book.checking.files import show
from server.book.glossary.service import load_glossary
from server.core.files import CatalogueError

# The ids of the transformations there are, with those of a folder of the site’s own.
ListIds = Callable[[Path | None], Sequence[str]]

_LONGEST_ID = 255


def check_names(
    files: Sequence[ChapterFile], front_matters: Mapping[str, FrontMatter]
) -> Iterator[Problem]:
    """Yield each file whose id is too long or taken, and each alias that means two chapters."""
    by_id = defaultdict[str, list[ChapterFile]](list)
    for file in files:
        by_id[file.chapter_id].append(file)
        if len(file.chapter_id) > _LONGEST_ID:
            sentence = (
                f"The chapter's id has {len(file.chapter_id)} characters; "
                f"with more than {_LONGEST_ID} it cannot be asked for."
            )
            yield Problem(file.name, 1, 1, Code.LONG_ID, sentence)
    for same in by_id.values():
        yield from _check_same(same)
    yield from _check_aliases([_find_shown(same) for same in by_id.values()], front_matters)


def _find_shown(files: Sequence[ChapterFile]) -> ChapterFile:
    """The library shows `.mdx` where both are there."""
    return max(files, key=lambda file: file.name)


def _check_same(files: Sequence[ChapterFile]) -> Iterator[Problem]:
    shown = _find_shown(files)
    for file in files:
        if file is not shown:
            sentence = f"`{shown.name}` has the same id, so this file is never shown."
            yield Problem(file.name, 1, 1, Code.SAME_ID, sentence)


def _check_aliases(
    files: Sequence[ChapterFile], front_matters: Mapping[str, FrontMatter]
) -> Iterator[Problem]:
    owners = {file.chapter_id: file for file in files}
    for file in files:
        aliases = dict.fromkeys(list_aliases(file.chapter_id, front_matters[file.name]))
        for alias in aliases:
            owner = owners.setdefault(alias, file)
            if owner is not file:
                sentence = (
                    f"`{alias}` names `{owner.name}` already, so it never finds this chapter."
                )
                yield Problem(file.name, 1, 1, Code.ALIAS_COLLISION, sentence)


_LINE = re.compile(r"Line (\d+) ")


def check_glossary(directory: Path, name: str) -> Iterator[Problem]:
    """Yield what is wrong with the book's glossary; a book may have none."""
    try:
        load_glossary(directory / name)
    except CatalogueError as error:
        yield _report(error, name, Code.GLOSSARY)


def check_catalogue(
    list_ids: ListIds, extra_dir: Path | None
) -> tuple[Sequence[str], Sequence[Problem]]:
    """Return the ids of the transformations there are, and what is wrong with the site's own."""
    try:
        return list_ids(extra_dir), ()
    except CatalogueError as error:
        return list_ids(None), (_report(error, show(error.path), Code.CATALOGUE),)


def _report(error: CatalogueError, name: str, code: Code) -> Problem:
    line = _LINE.match(error.sentence)
    return Problem(name, int(line[1]) if line else 1, 1, code, error.sentence)
