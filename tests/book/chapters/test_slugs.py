"""Slugs are those of github-slugger, so that links into a chapter keep working.

`slug_vectors.json` was written once by github-slugger 2 and remark, with the heading rules of
Docusaurus 3: texts with their slugs, texts that follow each other, and whole chapters.
"""

from pathlib import Path

import pytest
from pydantic import BaseModel

from server.book.chapters.domain import Dialect
from server.book.chapters.headings import Slugger, make_plain_text, make_slug
from server.book.chapters.splitter import split_chapter


class Chapter(BaseModel):
    name: str
    mdx: bool
    source: str
    headings: list[tuple[int, str]]


class Vectors(BaseModel):
    headings: list[tuple[str, str]]
    sequences: list[tuple[list[str], list[str]]]
    chapters: list[Chapter]


VECTORS = Vectors.model_validate_json(
    (Path(__file__).parent / "slug_vectors.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("text", "slug"), VECTORS.headings)
def test_a_slug_keeps_letters_digits_and_dashes(text: str, slug: str) -> None:
    assert make_slug(text) == slug


@pytest.mark.parametrize(("texts", "slugs"), VECTORS.sequences)
def test_a_repeated_slug_gets_the_next_free_number(texts: list[str], slugs: list[str]) -> None:
    slugger = Slugger()
    assert [slugger.take(text) for text in texts] == slugs


@pytest.mark.parametrize("chapter", VECTORS.chapters, ids=lambda chapter: chapter.name)
def test_headings_have_the_anchors_that_the_site_gives_them(chapter: Chapter) -> None:
    sections = split_chapter(chapter.source, dialect=Dialect.DOCUSAURUS, mdx=chapter.mdx)
    found = [(heading.level, heading.id) for each in sections for heading in each.headings]
    assert found == chapter.headings


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("Two words\nin two lines", "Two words in two lines"),
        ('<Badge text="new" /> Feature', "Feature"),
        ("A [link][ref] and a note[^1]", "A link and a note"),
        ("`grid[i][j]` and [^a-z]", "grid[i][j] and"),
        (r"Not \[a\][link]", "Not [a][link]"),
    ],
)
def test_an_outline_shows_the_words_without_their_markup(content: str, text: str) -> None:
    assert make_plain_text(content) == text
