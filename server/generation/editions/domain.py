"""The frozen values of editions: who asks, for what, and under which names."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from server.book.chapters.domain import Chapter, Section
from server.generation.rewriting.domain import Brief, is_in_language, is_translated_already
from server.plan.recipes.domain import Plan

WHOLE_BOOK = ""  # no chapter's id; its revision counts for every chapter


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


def is_rewritable(section: Section, plan: Plan) -> bool:
    """Whether there is anything to ask a model about this section."""
    if not plan.steps or section.locked or not section.has_prose:
        return False
    return not is_translated_already(section, plan)
