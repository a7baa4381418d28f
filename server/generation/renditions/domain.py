"""The frozen values of the heart: an order, a shown section, a rendition, and the log's words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple

from server.book.chapters.domain import Chapter, Heading, Section
from server.generation.budget.domain import Permit
from server.generation.rewriting.domain import Brief, PlacedNote, SectionRewrite, Usage
from server.generation.rewriting.translated import is_in_language, is_translated_already
from server.plan.transformations.domain import Plan

NO_USAGE = Usage()
OFFLINE = "offline"
WHOLE_BOOK = ""  # no chapter's id; its revision counts for every chapter


class SectionStatus(StrEnum):
    REWRITTEN = "rewritten"  # by a model, in this request
    CACHED = "cached"  # by a model, earlier
    ORIGINAL = "original"  # nothing to change, or locked
    FALLBACK = "fallback"  # the author's text, because the rewrite failed


class Source(StrEnum):
    """Where an answer came from."""

    MEMORY = "memory"
    CACHE = "cache"
    SECTIONS = "sections"
    LLM = "llm"
    ORIGINAL = "original"


class Refresh(StrEnum):
    """How much a request asks for again."""

    NOTHING = "nothing"
    DUE_FALLBACKS = "due_fallbacks"  # a learner's refresh
    EVERYTHING = "everything"  # an instructor's
    RESUMED = "resumed"  # an instructor's whose stream broke: no more than is under way


# What is stored is not the answer to these.
SEEN_ANEW = frozenset({Refresh.EVERYTHING, Refresh.RESUMED})


@dataclass(frozen=True, slots=True)
class Reader:
    """The account and the chapter's revision, in one read."""

    user_id: int
    role: str
    is_active: bool
    onboarding: Mapping[str, str]
    revision: int


class RenditionName(NamedTuple):
    """What a rendition is known by, in memory and in the database."""

    chapter_id: str
    source_hash: str
    plan_hash: str


@dataclass(frozen=True)
class Order:
    """What is to be shown to whom: decided before the first byte, and never changed after."""

    user_id: int
    chapter: Chapter
    profile_hash: str
    brief: Brief
    plan_hash: str
    revision: int
    section_keys: tuple[str, ...]
    refresh: Refresh = Refresh.NOTHING
    with_blocks: bool = False  # for a page that was built from the file as it is now

    @property
    def plan(self) -> Plan:
        return self.brief.plan

    def own_language(self, index: int) -> str:
        """The language that the author wrote a section in, as far as one can tell."""
        target, source = self.plan.language, self.plan.source_language
        return target if is_in_language(self.chapter.sections[index], target) else source

    @property
    def name(self) -> RenditionName:
        """The rendition that answers it, if it is known already."""
        return RenditionName(self.chapter.id, self.chapter.source_hash, self.plan_hash)


class FallbackCause(StrEnum):
    REJECTED = "rejected"  # failed verification twice; backs off
    OUTAGE = "outage"  # no provider answered; nothing is stored
    BUDGET = "budget"  # the day's money is spent; no text is stored
    STOPPED = "stopped"  # somebody has stopped all calls; no text is stored


# Causes that pass without anybody's doing: a section that they kept back is asked for next time.
PASSING_CAUSES = frozenset({FallbackCause.OUTAGE, FallbackCause.BUDGET, FallbackCause.STOPPED})


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
    retry_at: datetime | None = None
    failed_check: str | None = None  # the verifier's, where it is a rejected one
    usage: Usage = NO_USAGE
    generated: bool = False  # a model was asked for it, by us or by whom we waited for
    replaced: bool = False  # stored text is to be seen anew: a refresh, or a fallback made good

    @property
    def fallback_reason(self) -> str | None:
        """Why this is the author's text: a check of the verifier, or that nobody answered."""
        return self.failed_check or self.cause

    @property
    def is_written_by_model(self) -> bool:
        return self.provider not in {None, OFFLINE}

    @property
    def is_rewritten(self) -> bool:
        """Whether the words are a model's, or an instructor's who began with none of a model's."""
        by_hand = self.provider is None and self.status is SectionStatus.CACHED
        return by_hand or self.is_written_by_model


@dataclass(frozen=True)
class Rendition:
    """The chapter as one plan shows it, with all that the answer says about it."""

    order: Order
    plan_hash: str
    title: str
    sections: tuple[ShownSection, ...]
    source: Source
    offline: bool  # no model is set up, and nothing stored took its place
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
        written = [index for index, each in enumerate(order.chapter.sections) if each.has_prose]
        languages = {order.own_language(index) for index in written}
        return order.plan.language if languages == {order.plan.language} else order.chapter.language

    @property
    def fallback_reasons(self) -> tuple[str, ...]:
        """One for each fallback section, in reading order."""
        return tuple(reason for each in self.sections if (reason := each.fallback_reason))

    def count(self, *statuses: SectionStatus) -> int:
        return sum(section.status in statuses for section in self.sections)


class StoredState(StrEnum):
    PENDING = "pending"
    READY = "ready"
    REJECTED = "rejected"


class Claim(StrEnum):
    """Whether somebody is at work on a stored key."""

    FREE = "free"
    HELD = "held"
    EXPIRED = "expired"  # its owner is gone without a word


@dataclass(frozen=True, slots=True)
class StoredRewrite:
    """What the store holds under one key."""

    state: StoredState
    rewrite: SectionRewrite | None
    retry_at: datetime | None
    failures: int
    is_due: bool  # rejected, and its back-off is over
    failed_check: str | None  # the verifier's, where it is rejected
    claim: Claim
    held_back: FallbackCause | None = None  # why its last owner let go of it without asking
    pinned: SectionRewrite | None = None  # an instructor's choice, which wins over the rest


NO_REWRITES: Mapping[str, StoredRewrite] = MappingProxyType({})


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
class SectionReady:
    """A section that may be shown now; `index` is its place in the chapter."""

    index: int
    section: ShownSection


@dataclass(frozen=True, slots=True)
class UsageKnown:
    """What a section that was shown before the end of its call has used."""

    index: int
    usage: Usage


Event = Planned | SectionReady | Rendition


def is_rewritable(section: Section, plan: Plan) -> bool:
    """Whether there is anything to ask a model about this section."""
    if not plan.steps or section.locked or not section.has_prose:
        return False
    return not is_translated_already(section, plan)


@dataclass(frozen=True, slots=True)
class ClearScope:
    """What to clear: one chapter's renditions, one learner's, or, with neither, all."""

    chapter_id: str | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cleared:
    renditions: int
    rewrites: int


@dataclass(frozen=True, slots=True)
class CacheStats:
    total_entries: int
    unique_users: int
    unique_chapters: int
    avg_content_size: float  # characters; 0 on an empty cache
