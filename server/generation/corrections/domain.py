"""The frozen values of corrections: what an instructor's acts leave behind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from server.generation.rewriting.domain import SectionRewrite


class SectionName(NamedTuple):
    """What a section under a plan is known by: to the store, and to who pins a text for it."""

    key: str
    pin: str


@dataclass(frozen=True)
class Place:
    """Where an instructor has pinned a text: a section under a plan, whatever its revision."""

    key: str
    pin: str | None  # None where the version before has pinned, which knew the key alone
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

    def is_of(self, name: SectionName) -> bool:
        """Whether it is this section's, as the section stands now."""
        place = self.place
        return place.key == name.key if place.pin is None else place.pin == name.pin


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
