"""Front matter: what a chapter says about itself; a broken one says nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import PurePosixPath
from typing import TypeGuard

import yaml
from langcodes import standardize_tag
from langcodes.tag_parser import LanguageTagError

from server.book.chapters.domain import Reserved
from server.book.chapters.markdown.lines import BOM
from server.book.languages.tags import DEFAULT_LANGUAGE
from server.settings import Publish

_FRONT_MATTER = re.compile(
    r"---[ \t]*(?:\r\n|\r|\n)(?P<yaml>.*?)(?:(?<=\n)|(?<=\r))(?:---|\.\.\.)[ \t]*(?:\r|\n|\Z)",
    re.DOTALL,
)
_MARKDOWN_FORMATS = frozenset({"md", "mdx", "detect"})


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys that we read; `body_start` is where the chapter's own text begins."""

    title: str | None = None
    description: str | None = None
    id: str | None = None
    slug: str | None = None
    position: float | None = None
    language: str = DEFAULT_LANGUAGE
    personalize: bool = True
    excluded_transformations: frozenset[str] = frozenset()
    rewritable: frozenset[Reserved] | None = None  # None: as in the whole book; so below
    publish: Publish | None = None
    markdown_format: str | None = None  # Docusaurus' `format`, once `mdx: {format: …}`
    body_start: int = 0


def read_front_matter(text: str) -> FrontMatter:
    """Return what the front matter says; wrong values count as not given."""
    found = _FRONT_MATTER.match(text, len(BOM) if text.startswith(BOM) else 0)
    if found is None:
        return FrontMatter()
    values = _parse(found["yaml"])
    return FrontMatter(
        title=_read_text(values, "title"),
        description=_read_text(values, "description"),
        id=_read_text(values, "id"),
        slug=_read_text(values, "slug"),
        position=_read_number(values, "sidebar_position"),
        language=_read_language(values),
        personalize=values.get("personalize") is not False,
        excluded_transformations=_read_excluded(values),
        rewritable=_read_rewritable(values),
        publish=next((each for each in Publish if each == values.get("publish")), None),
        markdown_format=_read_format(values),
        body_start=found.end(),
    )


def _parse(text: str) -> Mapping[str, object]:
    try:
        values: object = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, OverflowError, RecursionError):
        # Impossible dates and numbers raise the plain errors.
        return {}
    return _as_mapping(values)


def _as_mapping(value: object) -> Mapping[str, object]:
    if not _is_mapping(value):
        return {}
    return {key: item for key, item in value.items() if isinstance(key, str)}


def _read_text(values: Mapping[str, object], key: str) -> str | None:
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return str(value).strip() or None


def _read_number(values: Mapping[str, object], key: str) -> float | None:
    value = values.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if isfinite(value) else None
    except OverflowError:
        return None


def _read_language(values: Mapping[str, object]) -> str:
    value = values.get("lang")
    if not isinstance(value, str):
        return DEFAULT_LANGUAGE
    try:
        return standardize_tag(value)
    except LanguageTagError:
        return DEFAULT_LANGUAGE


def _read_excluded(values: Mapping[str, object]) -> frozenset[str]:
    return _read_words(_as_mapping(values.get("transformations")), "exclude")


def _read_rewritable(values: Mapping[str, object]) -> frozenset[Reserved] | None:
    """An empty list is an answer, too."""
    if values.get("rewrite") is None:
        return None
    return frozenset(each for each in Reserved if each in _read_words(values, "rewrite"))


def _read_words(values: Mapping[str, object], key: str) -> frozenset[str]:
    """Return the words of a list; one alone needs no list."""
    words = values.get(key)
    if isinstance(words, str):
        return frozenset({words})
    if not _is_list(words):
        return frozenset()
    return frozenset(item for item in words if isinstance(item, str))


def _read_format(values: Mapping[str, object]) -> str | None:
    given = values.get("format", _as_mapping(values.get("mdx")).get("format"))
    return given if isinstance(given, str) and given in _MARKDOWN_FORMATS else None


def _is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    return isinstance(value, dict)


def _is_list(value: object) -> TypeGuard[Sequence[object]]:
    return isinstance(value, list)


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
