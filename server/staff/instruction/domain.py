"""The frozen values of instruction: plans in use, what an edit changed, a review, a queue."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import ConfigDict

from server.book.chapters.domain import Chapter
from server.errors import Conflict, NotFound
from server.generation.corrections.domain import Place
from server.generation.editions.domain import EditionInUse, Part
from server.generation.renditions.domain import ShownSection
from server.generation.rewriting.domain import SectionRewrite
from server.generation.rewriting.store.domain import Record


class PlanNotFound(NotFound):
    slug = "plan-not-found"
    title = "Nobody has such a plan"


class NothingToPin(Conflict):
    slug = "nothing-to-pin"
    title = "There is no text to pin"


class NotRewritten(Conflict):
    slug = "not-rewritten"
    title = "This section is shown as its author wrote it"


def place_of(wanted: EditionInUse, part: Part) -> Place:
    """A section of the chapter under this plan."""
    edition, profile = wanted.edition, wanted.facts.profile
    return Place(
        key=part.key,
        pin=part.name.pin,
        chapter_id=edition.chapter.id,
        section_id=part.section.id,
        plan_hash=edition.plan_name,
        transformations=edition.plan.ids,
        language=edition.plan.language,
        profile={
            "role": profile.role,
            "programming_experience": profile.programming_experience,
            "robotics_experience": profile.robotics_experience,
            "preferred_language": profile.preferred_language,
            "hardware_availability": profile.hardware_availability,
            "language_tag": profile.language_tag,
        },
    )


@dataclass(frozen=True)
class ChapterPlans:
    """A chapter with its plans, the most used first."""

    chapter: Chapter
    revision: int
    plans: tuple[EditionInUse, ...]


@dataclass(frozen=True)
class PlanCounts:
    """A plan in use, and how much of the chapter is there for it."""

    plan: EditionInUse
    sections: int  # that a model is asked about
    stored: int
    missing: int
    rejected: int
    pinned: int
    outdated_pins: int


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class SectionChange:
    # What has become of a section since it was stored, and how many plans have no text for it.
    __pydantic_config__ = ConfigDict(title="SectionChangeResponse")

    id: str
    title: str
    change: Change
    plans_missing: int


@dataclass(frozen=True)
class PlanNeed:
    """A plan that needs calls now, and what they take at most."""

    plan: EditionInUse
    sections: tuple[str, ...]
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Changes:
    """What an edit of a chapter comes to; equal sections are counted once in the totals."""

    chapter: Chapter
    compared_with: str | None  # the source hash of what is stored
    sections: tuple[SectionChange, ...]
    plans: int
    needs: tuple[PlanNeed, ...]
    calls: int  # at most: small neighbours share one
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None


@dataclass(frozen=True, slots=True)
class ChapterStock:
    """What is stored of a chapter; without a title it is one whose file is gone."""

    chapter_id: str
    title: str | None
    versions: int
    rewrites: int
    earlier: int  # versions of a text that the file has not any more


class PinState(StrEnum):
    PINNED = "pinned"  # it is what learners get
    OUTDATED = "outdated"  # the section, or what is asked for, has changed: it asks for review


@dataclass(frozen=True)
class ReviewedPin:
    place: Place
    state: PinState
    rewrite: SectionRewrite
    edited: bool
    by: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class ReviewedRun:
    # One run by its number: the author's words, and those that stand for them.
    __pydantic_config__ = ConfigDict(title="ReviewedRunResponse")

    index: int
    kind: str
    original: str
    shown: str | None


@dataclass(frozen=True)
class Verdicts:
    # What learners said about one text.
    __pydantic_config__ = ConfigDict(title="VerdictsResponse")

    helpful: int
    not_helpful: int
    comments: tuple[str, ...]


class LockedBy(StrEnum):
    AUTHOR = "author"  # in the file
    INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class ReviewedSection:
    """A section beside its original, with all that is known about it."""

    id: str
    title: str
    key: str
    original: str
    shown: ShownSection | None  # None: nobody has asked for it yet
    runs: tuple[ReviewedRun, ...]
    rewrite: SectionRewrite | None
    record: Record | None
    feedback: Verdicts
    pins: tuple[ReviewedPin, ...]
    locked_by: LockedBy | None
    hint: str | None


@dataclass(frozen=True)
class Review:
    plan: EditionInUse
    chapter: Chapter
    revision: int
    sections: tuple[ReviewedSection, ...]
    left_over: tuple[ReviewedPin, ...]  # for sections that the chapter does not have any more


class Concern(StrEnum):
    """Why something needs eyes."""

    REPORTED = "reported"
    FALLING_BACK = "falling_back"
    OUTDATED_PIN = "outdated_pin"


@dataclass(frozen=True)
class Item:
    """Something that needs eyes, and how many learners meet it."""

    concern: Concern
    chapter_id: str
    section: str | None
    title: str
    plan_hash: str | None
    learners: int
    details: Mapping[str, object]
    plan: EditionInUse | None = None
