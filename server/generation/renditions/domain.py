"""The frozen values of the heart: an order, a shown section, a rendition, and the log's words."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from pydantic import ConfigDict

from server.book.chapters.domain import Heading
from server.core.packages import API_PREFIX
from server.generation.budget.domain import Permit
from server.generation.editions.domain import Order, RenditionName
from server.generation.llm.domain import OFFLINE
from server.generation.review.domain import Verdict
from server.generation.rewriting.domain import PlacedNote, SectionRewrite, Usage
from server.generation.rewriting.store.domain import (
    NO_REWRITES,
    PASSING_CAUSES,
    FallbackCause,
    StoredRewrite,
)
from server.plan.recipes.domain import PlanStep

NO_USAGE = Usage()


class SectionStatus(StrEnum):
    """Whose text a section of a rendition shows, and since when."""

    REWRITTEN = "rewritten"  # by a model, in this request
    CACHED = "cached"  # by a model, earlier
    ORIGINAL = "original"  # nothing to change, or locked
    FALLBACK = "fallback"  # the author's text, because the rewrite failed


class Writer(StrEnum):
    """Who wrote what a section of a rendition shows."""

    AUTHOR = "author"  # every word, and no note is added
    MODEL = "model"
    INSTRUCTOR = "instructor"  # by hand, or a model's text that one has pinned
    FACT_SHEET = "fact_sheet"  # notes beside the author's words


class Source(StrEnum):
    """Where an answer came from."""

    MEMORY = "memory"
    CACHE = "cache"
    SECTIONS = "sections"
    LLM = "llm"
    ORIGINAL = "original"


@dataclass(frozen=True)
class ShownSection:
    """One section as this answer shows it; `markdown` joined over all sections is the content."""

    id: str
    title: str
    status: SectionStatus
    markdown: str
    headings: tuple[Heading, ...]
    notes: tuple[PlacedNote, ...] = ()
    chapter_title: str | None = None  # where this section's front matter holds it, as rewritten
    reason: str | None = None
    cause: FallbackCause | None = None
    provider: str | None = None  # whose text is shown; `offline` also where it added nothing
    model: str | None = None
    review: Verdict = Verdict.NONE
    is_reworded: bool = False  # its prose is not the author's, word for word
    is_pinned: bool = False
    retry_at: datetime | None = None
    failed_check: str | None = None  # the verifier's, where it is a rejected one
    rewrite: SectionRewrite | None = None  # what the markdown was put together from, just now
    usage: Usage = NO_USAGE
    generated: bool = False  # a model was asked for it, by us or by whom we waited for
    replaced: bool = False  # stored text is to be seen anew: a refresh, or a fallback made good

    @property
    def fallback_reason(self) -> str | None:
        """Why this is the author's text: a check of the verifier, or that nobody answered."""
        return self.failed_check or self.cause

    @property
    def is_new(self) -> bool:
        """Whether a text was written for it just now, shown or waiting to be accepted."""
        is_waiting = self.cause is FallbackCause.UNACCEPTED and self.generated
        return is_waiting or self.status is SectionStatus.REWRITTEN

    @property
    def is_written_by_model(self) -> bool:
        return self.provider not in {None, OFFLINE}

    @property
    def writer(self) -> Writer:
        """Whose words are shown beside those of the author."""
        if not self.is_reworded and not self.notes:
            return Writer.AUTHOR
        if self.provider == OFFLINE:
            return Writer.FACT_SHEET
        return Writer.INSTRUCTOR if self.is_pinned or self.provider is None else Writer.MODEL

    @property
    def is_unread(self) -> bool:
        """Whether a model wrote it and neither a second reader nor an instructor has read it."""
        is_seen = self.is_pinned or self.review is not Verdict.NONE
        return self.is_written_by_model and not is_seen

    @property
    def is_rewritten(self) -> bool:
        """Whether the words are a model's, or an instructor's who began with none of a model's."""
        by_hand = self.provider is None and self.status is SectionStatus.CACHED
        return by_hand or self.is_written_by_model


RENDITIONS_URL = f"{API_PREFIX}/renditions"


@dataclass(frozen=True, slots=True)
class Reference:
    """Where the texts of a stored rendition are to be had: bytes that never change."""

    __pydantic_config__ = ConfigDict(title="ReferenceResponse")

    hash: str  # of the canonical form that was asked for
    url: str
    bytes: int  # before compression


@dataclass(frozen=True)
class Rendition:
    """The chapter as one plan shows it, with all that the answer says about it."""

    order: Order
    plan_hash: str
    title: str
    sections: tuple[ShownSection, ...]
    source: Source
    offline: bool  # no model is set up, and nothing stored took its place
    hash: str = ""  # of its plain canonical form, once it is put together
    reference: Reference | None = None  # where it is stored and was asked for with `inline: false`
    response_time_ms: int = 0
    is_aborted: bool = False  # whoever asked went away before the end

    @property
    def name(self) -> RenditionName:
        """What it is stored under; a text that replaced another has given it a new plan hash."""
        return self.order.name._replace(plan_hash=self.plan_hash)

    @cached_property
    def content(self) -> str:
        return "".join(section.markdown for section in self.sections)

    @cached_property
    def usage(self) -> Usage:
        return sum((section.usage for section in self.sections), Usage())

    @property
    def is_by_reference(self) -> bool:
        """Whether the answer leaves its texts out; who has had them written is told them."""
        return self.reference is not None and self.source in {Source.MEMORY, Source.CACHE}

    @property
    def cached(self) -> bool:
        is_known = self.source in {Source.MEMORY, Source.CACHE, Source.SECTIONS}
        return is_known and not self.has_outage and not self.offline

    @property
    def has_outage(self) -> bool:
        """Whether an outage or the budget kept a section back."""
        return any(section.cause in PASSING_CAUSES for section in self.sections)

    @property
    def retry_at(self) -> datetime | None:
        """When the first of its fallback sections may be asked for again."""
        times = [section.retry_at for section in self.sections if section.retry_at is not None]
        return min(times, default=None)

    @property
    def language(self) -> str:
        """The language that is read: the plan's if a model wrote any section, else the author's.

        An author who did not say that a chapter is in the learner's language is read in it too.
        """
        order = self.order
        if any(section.is_rewritten for section in self.sections):
            return order.plan.language
        written = [each for each in order.chapter.sections if each.has_prose]
        languages = {order.edition.own_language(each) for each in written}
        return order.plan.language if languages == {order.plan.language} else order.chapter.language

    @property
    def fallback_reasons(self) -> tuple[str, ...]:
        """One for each fallback section, in reading order."""
        return tuple(reason for each in self.sections if (reason := each.fallback_reason))

    def count(self, *statuses: SectionStatus) -> int:
        return sum(section.status in statuses for section in self.sections)


@dataclass(frozen=True)
class StoredRendition:
    """What somebody has read, as it is stored; nothing in it says who."""

    chapter_id: str
    source_hash: str
    transformations: tuple[str, ...]
    created_at: datetime
    title: str
    language: str
    sections: tuple[ShownSection, ...]


@dataclass(frozen=True)
class Prepared:
    """An order with what is known of its answer, and the permit to have the rest generated."""

    order: Order
    cached: Rendition | None = None
    known: Mapping[int, ShownSection] = field(default_factory=dict[int, ShownSection])  # by place
    stored: Mapping[str, StoredRewrite] = field(default_factory=lambda: NO_REWRITES)
    permit: Permit | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """The stream's first event."""

    order: Order
    section_ids: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step of the plan, as a learner is told of it."""

    __pydantic_config__ = ConfigDict(title="TransformationResponse")

    id: str
    title: str
    reason: str
    adds: str  # what it may do to a section: runs, notes or both

    @classmethod
    def of(cls, step: PlanStep) -> "ToldStep":
        made = step.transformation
        return cls(made.id, made.title, step.reason, made.adds.value)


@dataclass(frozen=True, slots=True)
class SectionReady:
    """A section that may be shown now; `index` is its place in the chapter."""

    index: int
    section: ShownSection


@dataclass(frozen=True, slots=True)
class UsageKnown:
    """What a section of a rendition has used that was shown before the end of its call."""

    index: int
    usage: Usage


Event = Planned | SectionReady | Rendition

OFFLINE_NOTICE = (
    "No language model is set up on this site: the text is the author's own, and the notes come "
    "from the site's fact sheets."
)
OUTAGE_NOTICE = (
    "The language model cannot be reached right now, so {count} of {total} sections are shown as "
    "the author wrote them. Try again in a few minutes."
)
BUDGET_NOTICE = (
    "This site's budget for rewriting is used up for now, so {count} of {total} sections are shown "
    "as the author wrote them. Try again tomorrow."
)
STOPPED_NOTICE = (
    "Rewriting is switched off on this site for now, so {count} of {total} sections are shown as "
    "the author wrote them."
)
REJECTED_NOTICE = (
    "{count} of {total} sections are shown as the author wrote them, because the rewritten text "
    "did not pass our checks."
)
UNACCEPTED_NOTICE = (
    "{count} of {total} sections wait for an instructor to accept the rewritten text. Until then "
    "they are shown as the author wrote them."
)

# The first cause that is met gives the notice.
NOTICES = {
    FallbackCause.OUTAGE: OUTAGE_NOTICE,
    FallbackCause.STOPPED: STOPPED_NOTICE,
    FallbackCause.BUDGET: BUDGET_NOTICE,
    FallbackCause.REJECTED: REJECTED_NOTICE,
    FallbackCause.UNACCEPTED: UNACCEPTED_NOTICE,
}


def notice_for(rendition: Rendition) -> str | None:
    """What a person should know about this answer, or nothing."""
    if rendition.offline and rendition.order.plan.steps:
        return OFFLINE_NOTICE
    causes = Counter(section.cause for section in rendition.sections)
    met = (cause for cause in NOTICES if causes[cause])
    cause = next(met, None)
    if cause is None:
        return None
    return NOTICES[cause].format(count=causes[cause], total=len(rendition.sections))


def provider_of(rendition: Rendition) -> str | None:
    """Whose text is shown; `offline` where no key is set, even if it added nothing."""
    if rendition.offline:
        return OFFLINE
    return _most_frequent(section.provider for section in rendition.sections)


def model_of(rendition: Rendition) -> str | None:
    """Return the model that wrote most of a rendition's sections."""
    return _most_frequent(section.model for section in rendition.sections)


def _most_frequent(values: Iterable[str | None]) -> str | None:
    counts = Counter(value for value in values if value)
    return counts.most_common(1)[0][0] if counts else None
