"""The frozen values of the book as instructors see it: terms, transformations, dry runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import Field, PlainSerializer

from server.book.languages.tags import find_rendering
from server.generation.editions.domain import EditionInUse, Order
from server.generation.renditions.preview.domain import Preview
from server.staff.instruction.wire import name

Occurrences = Mapping[str, Mapping[str, str]]  # by chapter, the sections' titles by their id


def _list_sections(found: Occurrences) -> dict[str, list[str]]:
    return {chapter_id: list(sections) for chapter_id, sections in found.items()}


@dataclass(frozen=True, slots=True)
class TermUse:
    """A term as instructors see it, with the sections that hold it by chapter."""

    __pydantic_config__ = name("TermResponse")

    term: str
    definition: str
    keep: bool
    translations: Mapping[str, str]
    occurs_in: Annotated[Occurrences, PlainSerializer(_list_sections)]

    def find_rendering(self, tag: str) -> str | None:
        """What stands for it in a language; one that is kept stands as it is in all of them."""
        return self.term if self.keep else find_rendering(self.translations, tag)


@dataclass(frozen=True, slots=True)
class TermLanguage:
    """A language of the instructors' glossary: learners read in it, or it has words of it."""

    tag: str
    learners: int  # whose own language it is
    in_use: bool  # also by who once asked for a chapter in it
    lacking: int  # terms without a rendering


@dataclass(frozen=True)
class BookTerms:
    """The glossary as instructors see it; `problem` says what is wrong since its last edit."""

    __pydantic_config__ = name("GlossaryResponse")

    terms: tuple[TermUse, ...]
    problem: str | None


@dataclass(frozen=True)
class Terminology(BookTerms):
    """The book's terms as instructors see them, beside the languages they are needed in."""

    languages: tuple[TermLanguage, ...]  # the most read first

    def list_lacking(self, term: TermUse) -> list[str]:
        """The languages in use that the term has no rendering in."""
        used = (language.tag for language in self.languages if language.in_use)
        return [tag for tag in used if term.find_rendering(tag) is None]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A transformation as instructors see it; `condition` says in words when it applies."""

    __pydantic_config__ = name("CatalogueEntryResponse")

    id: str
    title: str
    why: str
    condition: str
    order: int
    adds: str
    excludes: tuple[str, ...]
    facts: tuple[str, ...]
    applied_last_30_days: int
    # Of all answers in that time; None where there were none.
    share_percent: Annotated[float | None, Field(exclude=True)]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The transformations as instructors see them, in the order in which a plan has them."""

    __pydantic_config__ = name("CatalogueResponse")

    transformations: tuple[CatalogueEntry, ...]


@dataclass(frozen=True, slots=True)
class ChapterException:
    """A chapter that instructors see as one that not everything may be done to."""

    chapter_id: str
    title: str
    opted_out: bool  # nothing is ever rewritten
    excluded: tuple[str, ...]  # transformations
    locked: Mapping[str, str]  # sections: their titles by id


class Readiness(StrEnum):
    """What an instructor's dry run says of a section: shown from the store, or asked for."""

    STORED = "stored"
    PINNED = "pinned"
    WAITING = "waiting"  # written, and nobody has accepted it yet
    MISSING = "missing"  # a model would be asked
    REFUSED = "refused"  # the author's words, until the next try
    LOCKED = "locked"
    UNCHANGED = "unchanged"  # there is nothing to rewrite


@dataclass(frozen=True, slots=True)
class RehearsedSection:
    """A section in an instructor's dry run."""

    id: str
    title: str
    readiness: Readiness


@dataclass(frozen=True)
class Rehearsal:
    """What a learner who may not exist would get, and the plan in use that it is, if it is one."""

    order: Order
    plan: Preview
    sections: tuple[RehearsedSection, ...]
    in_use: EditionInUse | None
