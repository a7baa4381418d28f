"""Aliases: the other names under which a site knows a chapter."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from server.book.chapters.front_matter import FrontMatter

_NUMBER_PREFIX = re.compile(r"\d+\s*[-_.]+\s*(?=[^-_.\s])")
# `2024-05-01-news` and `1.2-release` begin with a date and a version, not with an order.
_NO_PREFIX = re.compile(r"\d+[-_.]\d+")


def list_aliases(chapter_id: str, front_matter: FrontMatter) -> Iterator[str]:
    """Yield the names that also find a chapter: without number prefixes, by id, by slug."""
    path = PurePosixPath(chapter_id)
    plain = PurePosixPath(*(_strip_number(part) for part in path.parts))
    yield str(plain)
    if front_matter.id:
        yield str(path.parent / front_matter.id)
        yield str(plain.parent / front_matter.id)
    slug = (front_matter.slug or "").rstrip("/")
    if slug.startswith("/"):
        yield slug.strip("/")
    elif slug:
        yield str(path.parent / slug)
        yield str(plain.parent / slug)


def _strip_number(part: str) -> str:
    return part if _NO_PREFIX.match(part) else _NUMBER_PREFIX.sub("", part, count=1)
