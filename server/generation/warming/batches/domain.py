"""The frozen values of batches: what a provider is asked for, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from server.plan.recipes.domain import RecipeNote


class ItemState(StrEnum):
    """What came of one section of a batch."""

    OPEN = "open"
    STORED = "stored"
    REJECTED = "rejected"  # it did not pass our checks; left for an ordinary call
    MISSED = "missed"  # the provider gave no answer
    DROPPED = "dropped"  # nobody needs it: the chapter has changed, or there is a text already


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One section that a batch asks for, with what leads back to it."""

    key: str
    chapter_id: str
    profile: Mapping[str, str]
    again: bool
    recipe: RecipeNote | None  # None where the version before has handed it in


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that a provider has, by our name and by its own."""

    id: UUID
    model: str
    batch_id: str
