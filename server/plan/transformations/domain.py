"""The frozen values of the catalogue and the plan."""

from dataclasses import dataclass
from enum import StrEnum

# What a note may be; each has its label in `server/rewriting/labels.py`.
NOTE_KINDS = frozenset(
    {"hardware", "glossary", "practice", "context", "depth", "teaching", "primer"}
)


class Adds(StrEnum):
    """What a transformation may do to a section."""

    RUNS = "runs"
    NOTES = "notes"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a fact sheet: a note that is true for a learner where a section mentions it."""

    id: str
    mentions: tuple[str, ...]  # terms, matched as whole words without regard to case
    note: str  # one short paragraph of plain Markdown
    source: str  # where it was read: title and address
    checked: str  # ISO date


@dataclass(frozen=True, slots=True)
class FactSheet:
    id: str
    title: str
    kind: str  # the kind of note that these facts make: one of NOTE_KINDS
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Transformation:
    """A named, described change; `digest` is the SHA-256 of its file with its fact sheets'."""

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


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary term; `translations` maps a BCP-47 tag to the fixed rendering."""

    term: str
    definition: str
    keep: bool  # stays in English in every language
    translations: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PlanStep:
    transformation: Transformation
    reason: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A transformation whose condition held but that gave way to an earlier one."""

    transformation_id: str
    title: str
    because_of: str  # the id of the one that stayed
    reason: str  # the sentence shown to the learner


@dataclass(frozen=True, slots=True)
class Excluded:
    """A transformation that would apply, had the author not excluded it from the chapter."""

    transformation_id: str
    title: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The ordered transformations for one profile and chapter, with the reason for each."""

    steps: tuple[PlanStep, ...]
    language: str  # the target, BCP-47
    source_language: str
    terms: tuple[Term, ...]  # the glossary terms that occur in the chapter
    dropped: tuple[Dropped, ...] = ()
    excluded: tuple[Excluded, ...] = ()

    @property
    def transformations(self) -> tuple[Transformation, ...]:
        return tuple(step.transformation for step in self.steps)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(step.transformation.id for step in self.steps)

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(step.reason for step in self.steps)

    @property
    def note_kinds(self) -> frozenset[str]:
        """The kinds of note that a step asks for, in its instruction or by its fact sheets."""
        asked = {kind for each in self.transformations for kind in each.note_kinds}
        facts = {sheet.kind for each in self.transformations for sheet in each.facts}
        return frozenset(asked | facts)

    @property
    def rewrites_runs(self) -> bool:
        """Whether prose changes, or only notes are added."""
        return any(t.adds is not Adds.NOTES for t in self.transformations)

    @property
    def condenses(self) -> bool:
        return any(t.condenses for t in self.transformations)

    @property
    def translates(self) -> bool:
        return any(t.translates for t in self.transformations)
