"""The frozen values of instruction, most of them as they go out on the wire.

Their docstrings are descriptions that the API gives of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import PlainSerializer

from server.book.chapters.domain import Chapter
from server.core.auditing.domain import ActKind, ActPage
from server.errors import Conflict, NotFound
from server.generation.corrections.domain import Pin, Place
from server.generation.editions.domain import EditionInUse, Part
from server.generation.renditions.domain import SectionStatus, ShownSection
from server.generation.rewriting.domain import SectionRewrite
from server.staff.instruction.wire import Unsent, name


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
    edition, profile = wanted.edition, wanted.profile
    return Place(
        key=part.key,
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


Usd = Annotated[Decimal, PlainSerializer(float, return_type=float)]


@dataclass(frozen=True, slots=True)
class Done:
    """What was done; `changed` is false where everything was so already."""

    __pydantic_config__ = name("ActResponse")

    act: ActKind
    chapter_id: str
    section: str
    plan_hash: str | None
    changed: bool


@dataclass(frozen=True)
class Audit(ActPage):
    """The audit log, the newest first; `total` counts all that was asked for."""

    __pydantic_config__ = name("AuditResponse")


@dataclass(frozen=True)
class ChapterPlans:
    """A chapter with its plans, the most used first."""

    chapter: Chapter
    revision: int
    plans: tuple[EditionInUse, ...]


@dataclass(frozen=True)
class NamedPlan:
    """A plan, and how many accounts have it; its name does not change when somebody acts."""

    __pydantic_config__ = name("InUseResponse")

    plan: Unsent[EditionInUse]
    plan_hash: str
    transformations: tuple[str, ...]
    language: str
    learners: int


def name_plan(plan: EditionInUse) -> tuple[EditionInUse, str, tuple[str, ...], str, int]:
    """The fields that every value about a plan begins with."""
    edition = plan.edition
    return plan, edition.plan_name, edition.plan.ids, edition.plan.language, plan.learners


@dataclass(frozen=True)
class PlanCounts(NamedPlan):
    """A plan with how much of the chapter is there for it; equal sections are counted once."""

    __pydantic_config__ = name("CountedPlanResponse")

    sections: int  # that a model is asked about
    stored: int
    missing: int
    rejected: int
    pinned: int
    outdated_pins: int


@dataclass(frozen=True)
class CountedPlans:
    """The plans in use of a chapter, the most used first."""

    __pydantic_config__ = name("ChapterPlansResponse")

    chapter_id: str
    title: str
    revision: int
    plans: tuple[PlanCounts, ...]


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class SectionChange:
    # What has become of a section since it was stored, and how many plans have no text for it.
    __pydantic_config__ = name("SectionChangeResponse")

    id: str
    title: str
    change: Change
    plans_missing: int


@dataclass(frozen=True)
class PlanNeed(NamedPlan):
    """A plan that needs calls now: for these sections, with so many tokens at most."""

    __pydantic_config__ = name("PlanNeedResponse")

    sections: tuple[str, ...]
    input_tokens: int
    output_tokens: int


@dataclass(frozen=True)
class Changes:
    """What an edit comes to; `calls` at most, for small neighbours share one."""

    __pydantic_config__ = name("ChangesResponse")

    chapter_id: str
    source_hash: str
    compared_with: str | None  # the source hash of what is stored
    sections: tuple[SectionChange, ...]
    plans: int
    plans_needing_calls: tuple[PlanNeed, ...]
    calls: int  # equal sections are counted once
    input_tokens: int
    output_tokens: int
    cost_usd: Usd | None


@dataclass(frozen=True, slots=True)
class ChapterStock:
    """What is stored of a chapter; without a title it is one whose file is gone."""

    chapter_id: str
    title: str | None
    versions: int
    rewrites: int
    earlier: int  # versions of a text that the file has not any more


@dataclass(frozen=True, slots=True)
class ReviewedNote:
    # A note as it is written, with the number of the run that it stands behind.
    __pydantic_config__ = name("ReviewedNoteResponse")

    kind: str
    text: str
    after: int | None


class PinState(StrEnum):
    PINNED = "pinned"  # it is what learners get
    OUTDATED = "outdated"  # the section, or what is asked for, has changed: it asks for review


@dataclass(frozen=True)
class ReviewedPin:
    """A pinned text; an outdated one is not shown to learners, and asks for review."""

    __pydantic_config__ = name("PinResponse")

    state: PinState
    section: str
    plan_hash: str
    edited: bool
    by: str | None
    at: datetime
    runs: tuple[str | None, ...]
    notes: tuple[ReviewedNote, ...]
    pin: Unsent[Pin]


@dataclass(frozen=True, slots=True)
class ReviewedRun:
    # One run by its number: the author's words, and those that stand for them.
    __pydantic_config__ = name("ReviewedRunResponse")

    index: int
    kind: str
    original: str
    shown: str | None


@dataclass(frozen=True, slots=True)
class Verifier:
    """The store's record; `repaired_check` says why the text took a second reply."""

    __pydantic_config__ = name("VerifierResponse")

    state: str
    failed_check: str | None
    reason: str | None
    failures: int
    retry_at: datetime | None
    repaired_check: str | None


@dataclass(frozen=True)
class Verdicts:
    # What learners said about one text.
    __pydantic_config__ = name("VerdictsResponse")

    helpful: int
    not_helpful: int
    comments: tuple[str, ...]


class LockedBy(StrEnum):
    AUTHOR = "author"  # in the file
    INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class ReviewedSection:
    """A section beside its original; `shown` and `status` are null where nobody has asked yet."""

    __pydantic_config__ = name("ReviewedSectionResponse")

    id: str
    title: str
    key: str
    status: SectionStatus | None
    original: str
    shown: str | None
    runs: tuple[ReviewedRun, ...]
    notes: tuple[ReviewedNote, ...]
    llm_provider: str | None
    llm_model: str | None
    verifier: Verifier | None
    feedback: Verdicts
    pins: tuple[ReviewedPin, ...]
    locked_by: LockedBy | None
    hint: str | None
    part: Unsent[Part]
    answer: Unsent[ShownSection | None]
    rewrite: Unsent[SectionRewrite | None]


@dataclass(frozen=True)
class Review:
    """A chapter as the learners of one plan read it; `left_over` are pins of sections that went."""

    __pydantic_config__ = name("ReviewResponse")

    chapter_id: str
    title: str
    source_hash: str
    revision: int
    plan: NamedPlan
    sections: tuple[ReviewedSection, ...]
    left_over: tuple[ReviewedPin, ...]
    chapter: Unsent[Chapter]


class Concern(StrEnum):
    """Why something needs eyes."""

    REPORTED = "reported"
    FALLING_BACK = "falling_back"
    OUTDATED_PIN = "outdated_pin"


@dataclass(frozen=True)
class Item:
    """Something that needs eyes; without a section it is about the chapter as a whole."""

    __pydantic_config__ = name("ItemResponse")

    concern: Concern
    chapter_id: str
    section: str | None
    title: str
    plan_hash: str | None
    learners: int  # who meet it
    details: Mapping[str, object]
    plan: Unsent[EditionInUse | None] = None


@dataclass(frozen=True)
class Queue:
    """What needs eyes; what most learners meet comes first."""

    __pydantic_config__ = name("QueueResponse")

    total: int
    items: Sequence[Item]
