"""The frozen values of a review, as they go out on the wire."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.book.chapters.domain import Chapter
from server.core.auditing.domain import ActPage
from server.generation.corrections.domain import Pin
from server.generation.editions.domain import Part
from server.generation.renditions.domain import SectionStatus, ShownSection
from server.generation.review.domain import Finding, Verdict
from server.generation.rewriting.domain import SectionRewrite
from server.staff.instruction.plans.domain import NamedPlan
from server.staff.instruction.wire import Unsent, name


@dataclass(frozen=True, slots=True)
class ReviewedNote:
    """A note under review as it is written, with the number of the run that it stands behind."""

    __pydantic_config__ = name("ReviewedNoteResponse")

    kind: str
    text: str
    after: int | None


class PinState(StrEnum):
    """Whether a pin of a section under review is what learners get."""

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
    """One run under review: the author's words, and those that stand for them."""

    __pydantic_config__ = name("ReviewedRunResponse")

    index: int
    kind: str
    original: str
    shown: str | None


@dataclass(frozen=True, slots=True)
class Verifier:
    """What the verifier said of a text under review; why it took a second reply."""

    __pydantic_config__ = name("VerifierResponse")

    state: str
    failed_check: str | None
    reason: str | None
    failures: int
    retry_at: datetime | None
    repaired_check: str | None


@dataclass(frozen=True, slots=True)
class SecondReading:
    """What a second reader said of a text under review, and what was done about it."""

    __pydantic_config__ = name("SecondReadingResponse")

    verdict: Verdict
    model: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Verdicts:
    """What learners said about one text under review."""

    __pydantic_config__ = name("VerdictsResponse")

    helpful: int
    not_helpful: int
    comments: tuple[str, ...]
    faults: dict[str, int]  # how many found it too hard, too easy, wrong, badly translated


class LockedBy(StrEnum):
    """Who locked a section that is under review."""

    AUTHOR = "author"  # in the file
    INSTRUCTOR = "instructor"


@dataclass(frozen=True)
class ReviewedSection:
    """A section under review beside its original; `shown` is null where nobody has asked yet.

    Where it is `waiting`, `shown` is what learners read once it is accepted.
    """

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
    second_reading: SecondReading | None  # null where nobody has read what is shown
    feedback: Verdicts
    pins: tuple[ReviewedPin, ...]
    locked_by: LockedBy | None
    hint: str | None
    waiting: bool  # a text is there, and no learner is shown it before it is accepted
    text_hash: str | None  # what accepting says of the text that was read
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


@dataclass(frozen=True)
class Audit(ActPage):
    """The audit log, the newest first; `total` counts all that was asked for."""

    __pydantic_config__ = name("AuditResponse")
