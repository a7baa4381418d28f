"""Paragraphs of the book deleted one by one, and what that does to the names of sections."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path

from server.book.chapters.domain import Chapter, Run, RunKind, Section
from server.book.chapters.library import ChapterLibrary
from server.book.chapters.splitter import split_chapter
from server.book.glossary.domain import Glossary, Term
from server.book.glossary.service import load_glossary
from server.generation.editions.names import SectionNames
from server.learners.profiles.domain import LearnerFacts, profile_of
from server.plan.recipes.domain import Plan
from server.plan.recipes.service import load_catalogue, plan_chapter
from server.plan.transformations.domain import Catalogue, Fact
from server.settings import DialectSetting

DOCS = Path(__file__).parents[3] / "docs"
PROFILES = {
    "a beginner with a Jetson": {
        "programming_experience": "Beginner",
        "hardware_availability": "Jetson Kit",
    },
    "an advanced developer": {"programming_experience": "Advanced"},
    "a reader of Urdu": {"preferred_language": "Urdu"},
}
_PARAGRAPH = re.compile(r"(?:[^\n]*\S[^\n]*(?:\n|\Z))+")
_BLANK = re.compile(r"(?:[ \t]*\n)*")


@dataclass(frozen=True)
class Deletion:
    """A chapter without one of its paragraphs, and the section that this stood in."""

    chapter: Chapter
    section: int
    paragraph: str


@dataclass(frozen=True)
class Change:
    """The sections with another key, and how many terms and facts have another home."""

    section: int
    renamed: frozenset[int]
    moved: int

    @property
    def others(self) -> frozenset[int]:
        return self.renamed - {self.section}


@dataclass(frozen=True)
class Named:
    """A chapter's keys under one plan, and where its terms and facts are at home."""

    keys: tuple[str, ...]
    homes: dict[Term | Fact, int]


def load_book() -> list[Chapter]:
    library = ChapterLibrary(DOCS, DialectSetting.AUTO)
    return [library.load_chapter(each.chapter_id) for each in library.list_chapters()]


def list_deletions(chapter: Chapter, *, every: int = 1) -> Iterator[Deletion]:
    """Paragraphs of plain prose, each gone in its turn with the blank lines behind it.

    `every` takes one of so many; items of lists and quotes are not among them.
    """
    text = chapter.content
    for section, first, last in islice(_list_paragraphs(chapter), 0, None, every):
        blank = _BLANK.match(text, last)
        assert blank
        rest = text[:first] + text[blank.end() :]
        sections = split_chapter(rest, dialect=chapter.dialect, mdx=chapter.mdx)
        edited = replace(chapter, content=rest, sections=sections)
        yield Deletion(edited, section, text[first:last])


def _list_paragraphs(chapter: Chapter) -> Iterator[tuple[int, int, int]]:
    """The section, the start and the end of each."""
    start = 0
    for index, section in enumerate(chapter.sections):
        for first, last in _find_paragraphs(section):
            yield index, start + first, start + last
        start += len(section.source)


def _find_paragraphs(section: Section) -> Iterator[tuple[int, int]]:
    at = 0
    for piece in section.pieces():
        if isinstance(piece, Run) and piece.kind is RunKind.PASSAGE and not piece.prefix:
            for found in _PARAGRAPH.finditer(piece.source):
                yield at + found.start(), at + found.end()
        at += 0 if isinstance(piece, Run) and piece.detached else len(piece.source)


@cache
def _catalogue() -> Catalogue:
    return load_catalogue(None)


@cache
def _glossary() -> Glossary:
    return load_glossary(DOCS / "glossary.yaml")


def name_chapter(chapter: Chapter, profile: str) -> Named:
    """The names for one of the `PROFILES`."""
    names, plan = SectionNames(chapter), _make_plan(chapter, profile)
    needs = names.list_needs(plan)
    homes: dict[Term | Fact, int] = {}
    for index, needed in enumerate(needs):
        homes |= dict.fromkeys((*needed.terms, *needed.facts), index)
    return Named(tuple(each.key for each in names.name_sections(plan, needs)), homes)


def _make_plan(chapter: Chapter, profile: str) -> Plan:
    facts = LearnerFacts(profile_of(PROFILES[profile]))
    terms = _glossary().occurring(chapter.content)
    return plan_chapter(_catalogue(), facts, chapter, terms)


def find_change(before: Named, deletion: Deletion, after: Named) -> Change:
    pairs = zip(before.keys, after.keys, strict=True)
    homes = before.homes.keys() | after.homes.keys()
    return Change(
        deletion.section,
        frozenset(index for index, (old, new) in enumerate(pairs) if old != new),
        sum(before.homes.get(each) != after.homes.get(each) for each in homes),
    )
