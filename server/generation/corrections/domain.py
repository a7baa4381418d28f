"""The frozen values of corrections: what an instructor's acts leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from server.generation.rewriting.domain import SectionRewrite


@dataclass(frozen=True)
class Place:
    """A section under a plan; the plan is named without the chapter's revision."""

    key: str
    chapter_id: str
    section_id: str
    plan_hash: str
    transformations: tuple[str, ...]
    language: str
    profile: Mapping[str, str]  # one that leads to the plan


@dataclass(frozen=True)
class Pin:
    """A pinned text, who pinned it, and where."""

    place: Place
    rewrite: SectionRewrite
    edited: bool  # by hand, not a model's text as it was
    pinned_by: int | None
    pinned_at: datetime


@dataclass(frozen=True, slots=True)
class Lock:
    """A section that is locked for everybody."""

    section_id: str
    locked_by: int | None
    locked_at: datetime


@dataclass(frozen=True)
class Corrections:
    """What holds for a chapter under a plan beside its file: locked sections, hints by key."""

    locked: frozenset[str] = frozenset()
    hints: Mapping[str, str] = field(default_factory=dict[str, str])


LONGEST_HINT = 500
