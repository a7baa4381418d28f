"""The frozen values of an evaluation: what is run, and what came of each section."""

from dataclasses import dataclass
from enum import StrEnum

from server.book.chapters.domain import RunKind, Section
from server.generation.budget.domain import Tokens
from server.generation.editions.domain import Edition
from server.generation.rewriting.domain import Difference, PlacedNote, SectionRewrite
from server.learners.profiles.domain import Profile


@dataclass(frozen=True, slots=True)
class NamedProfile:
    """A learner who stands for many, under a name for the report."""

    name: str
    profile: Profile


@dataclass(frozen=True)
class Case:
    """One chapter for one learner; the edition has the parts that take part."""

    learner: NamedProfile
    edition: Edition


class SectionOutcome(StrEnum):
    """What came of one section in an evaluation."""

    ORIGINAL = "original"  # nothing to ask: no words, locked, or no transformation applies
    VERIFIED = "verified"  # the first answer was good
    REPAIRED = "repaired"  # the second was
    FALLBACK = "fallback"  # neither was; the author's text stands
    UNANSWERED = "unanswered"  # no provider answered in time
    SKIPPED = "skipped"  # no reply was recorded


REWRITTEN = frozenset({SectionOutcome.VERIFIED, SectionOutcome.REPAIRED})


@dataclass(frozen=True, slots=True)
class Call:
    """One call to a model; `seconds` is None where a recorded reply was used."""

    provider: str
    model: str
    tokens: Tokens
    seconds: float | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A run's words before and after, without what stands for protected spans."""

    kind: RunKind
    before: str
    after: str


@dataclass(frozen=True)
class SectionResult:
    """What became of a section; `differences` are why it took a repair, or fell back."""

    section: Section
    outcome: SectionOutcome
    shown: str
    passages: tuple[Passage, ...] = ()
    notes: tuple[PlacedNote, ...] = ()
    differences: tuple[Difference, ...] = ()
    calls: tuple[Call, ...] = ()
    rewrite: SectionRewrite | None = None  # verified, where there is one

    @property
    def is_rewritten(self) -> bool:
        return self.outcome in REWRITTEN


@dataclass(frozen=True)
class CaseResult:
    """What an evaluation found for one case: a chapter and a learner."""

    case: Case
    sections: tuple[SectionResult, ...]
    seconds: float  # from the first section's start to the last one's end
