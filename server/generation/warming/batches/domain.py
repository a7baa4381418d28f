"""The frozen values of batches: what a provider is asked for, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from server.core.database.engine import Sessions
from server.generation.budget.domain import Price
from server.generation.budget.service import Ledger
from server.generation.llm.domain import BatchLLM
from server.plan.recipes.domain import RecipeNote


class ItemState(StrEnum):
    """What came of one section of a batch."""

    OPEN = "open"
    STORED = "stored"  # a text, or what a second reader said of one
    REJECTED = "rejected"  # of no use; left for an ordinary call
    MISSED = "missed"  # the provider gave no answer
    DROPPED = "dropped"  # nobody needs it: the chapter has changed, or there is a text already


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One section that a batch asks for, or has read, with what leads back to it."""

    key: str
    chapter_id: str
    profile: Mapping[str, str]
    again: bool
    recipe: RecipeNote | None  # None where the version before has handed it in
    request_hash: str | None = None  # of a reading: which text it is about

    @property
    def is_reading(self) -> bool:
        """Whether the section is written already, and only read."""
        return self.request_hash is not None


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that a provider has, by our name and by its own."""

    id: UUID
    model: str
    batch_id: str


@dataclass(frozen=True, slots=True)
class BatchDesk:
    """Where batches are handed in and fetched; without a price they cost an unknown amount."""

    sessions: Sessions
    llm: BatchLLM
    ledger: Ledger
    price: Price | None


@dataclass(frozen=True, slots=True)
class Desks:
    """The batches of every provider with a key, and where texts are handed in to be read.

    The first of the `writers` is asked; the others may still have batches of ours.
    """

    writers: Sequence[BatchDesk]
    reader: BatchDesk | None  # None where nobody reads

    async def aclose(self) -> None:
        for desk in (*self.writers, *filter(None, [self.reader])):
            await desk.llm.aclose()
