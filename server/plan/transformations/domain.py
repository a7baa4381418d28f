"""The frozen values of the catalogue and the plan."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from server.learners.conditions.domain import Condition
from server.settings import Publish

HARDWARE, WALKTHROUGH, ANALOGY = "hardware", "walkthrough", "analogy"
# Explanations that many can do without: they are shown folded.
FOLDED_KINDS = frozenset({WALKTHROUGH, ANALOGY})
# What a note may be; each has its label in `server/generation/rewriting/notes/labels.yaml`.
NOTE_KINDS = FOLDED_KINDS | {
    HARDWARE, "glossary", "practice", "context", "depth", "teaching", "primer",
}  # fmt: skip


class Adds(StrEnum):
    """What a transformation may do to a section."""

    RUNS = "runs"
    NOTES = "notes"
    BOTH = "both"


class Activity(StrEnum):
    """What a section may do, where a fact is about doing it."""

    INSTALL = "install"
    BUILD = "build"
    TRAIN = "train"
    RUN = "run"


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a fact sheet: a note that is true for a learner where a section mentions it."""

    id: str
    kind: str  # of the note it makes: its sheet's
    mentions: tuple[str, ...]  # terms, matched as whole words without regard to case
    note: str  # one short paragraph of plain Markdown
    source: str  # where it was read: title and address
    checked: str  # ISO date
    does: frozenset[Activity] = frozenset()  # at home where one of these is done; else anywhere


@dataclass(frozen=True, slots=True)
class FactSheet:
    """The facts about one kind of hardware, with their sources."""

    id: str
    title: str
    kind: str  # the kind of note that these facts make: one of NOTE_KINDS
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Transformation:
    """A named, described change; `digest` is the SHA-256 of its file."""

    id: str
    title: str
    why: str  # the sentence shown to the learner
    order: int
    adds: Adds
    instruction: str
    facts: tuple[FactSheet, ...]
    condenses: bool  # paragraphs of a passage may go
    translates: bool
    digest: str
    note_kinds: frozenset[str] = frozenset()  # the kinds of note that it asks for
    publish: Publish = Publish.AT_ONCE  # what it makes may only be shown later than a chapter says


@dataclass(frozen=True, slots=True)
class Entry:
    """A transformation with the condition under which it applies, and the file it came from."""

    transformation: Transformation
    condition: Condition
    conflicts: Mapping[str, str]  # ids never in one plan with it; the learner's sentence, or ""
    path: Path


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every transformation there is, in the order in which a plan has them."""

    entries: tuple[Entry, ...]

    @property
    def transformations(self) -> tuple[Transformation, ...]:
        return tuple(entry.transformation for entry in self.entries)
