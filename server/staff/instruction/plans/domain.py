"""The frozen values of plans in use, and of what an edit comes to for them."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import PlainSerializer

from server.book.chapters.domain import Chapter
from server.errors import NotFound
from server.generation.editions.domain import EditionInUse
from server.staff.instruction.wire import Unsent, name

Usd = Annotated[Decimal, PlainSerializer(float, return_type=float)]


class PlanNotFound(NotFound):
    """No learner's plan for the chapter has this hash."""

    slug = "plan-not-found"
    title = "Nobody has such a plan"


@dataclass(frozen=True)
class ChapterPlans:
    """A chapter with the plans that its learners have, the most used first."""

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


def identify_plan(plan: EditionInUse) -> tuple[EditionInUse, str, tuple[str, ...], str, int]:
    """The fields that every value about a plan begins with."""
    edition = plan.edition
    return plan, edition.plan_name, edition.plan.ids, edition.plan.language, plan.learners


@dataclass(frozen=True)
class PlanCounts(NamedPlan):
    """A learners' plan with how much of the chapter is there for it."""

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
    """What has become of a section since a plan's text of it was stored."""

    NEW = "new"
    CHANGED = "changed"
    GONE = "gone"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class SectionChange:
    """What has become of a section since it was stored, and how many plans have no text for it."""

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
    """What an edit comes to for a plan; `calls` at most, for small neighbours share one."""

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
