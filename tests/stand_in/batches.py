"""Batches, whichever provider's: requests that are worked off while someone looks at them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pydantic import ValidationError

from tests.stand_in.answering import count_reply, find_refusal
from tests.stand_in.control import StandIn
from tests.stand_in.domain import Fault
from tests.stand_in.protocol import read_sections
from tests.stand_in.wire import Json, Refusal, Reply, Wire, dump

_CUSTOM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Unasked(StrEnum):
    EXPIRED = "expired"
    CANCELED = "canceled"


Outcome = Reply | Refusal | Unasked


@dataclass(frozen=True, slots=True)
class Item:
    custom_id: str
    body: Json


@dataclass(slots=True)
class Batch:
    """What was handed in, and how far it is; a batch moves on each time it is looked at."""

    id: str
    items: Sequence[Item]
    headers: Mapping[str, str]
    failed: bool = False
    cancelled: bool = False
    looks: int = 0
    outcomes: dict[str, Outcome] = field(default_factory=dict[str, Outcome])

    @property
    def ended(self) -> bool:
        return self.failed or len(self.outcomes) == len(self.items)

    @property
    def expired(self) -> bool:
        return Unasked.EXPIRED in self.outcomes.values()

    def count(self, kind: type[Outcome] | Unasked) -> int:
        if isinstance(kind, Unasked):
            return sum(outcome is kind for outcome in self.outcomes.values())
        return sum(isinstance(outcome, kind) for outcome in self.outcomes.values())

    def shuffled(self) -> Iterator[tuple[str, Outcome]]:
        """The results in another order than the requests had."""
        results = list(self.outcomes.items())
        yield from results[1::2]
        yield from results[::2]


def are_valid(items: Sequence[Item]) -> bool:
    """Whether the custom ids are there, well formed and unique."""
    ids = [item.custom_id for item in items]
    well_formed = all(_CUSTOM_ID.fullmatch(id_) for id_ in ids)
    return bool(ids) and well_formed and len(set(ids)) == len(ids)


class Works:
    """One provider's batches, worked off in the manner and with the faults of the stand-in."""

    def __init__(self, stand_in: StandIn, wire: Wire, prefix: str) -> None:
        self._stand_in = stand_in
        self._wire = wire
        self._prefix = prefix
        self._batches: dict[str, Batch] = {}

    def open(self, items: Sequence[Item], headers: Mapping[str, str]) -> Batch:
        batch = Batch(f"{self._prefix}_{len(self._batches) + 1:04}", items, headers)
        self._batches[batch.id] = batch
        return batch

    def find(self, batch_id: str) -> Batch | None:
        return self._batches.get(batch_id)

    def look(self, batch: Batch) -> None:
        """Move a batch on: a share at each look, and the rest at the last."""
        batch.looks += 1
        if batch.cancelled:
            self._settle(batch, Unasked.CANCELED)
            return
        looks = self._stand_in.pacing.batch_polls + 1
        due = len(batch.items) * min(batch.looks, looks) // looks
        for item in batch.items[len(batch.outcomes) : due]:
            batch.outcomes[item.custom_id] = self._ask(item, batch.headers)

    def _settle(self, batch: Batch, outcome: Unasked) -> None:
        for item in batch.items[len(batch.outcomes) :]:
            batch.outcomes[item.custom_id] = outcome

    def _ask(self, item: Item, headers: Mapping[str, str]) -> Outcome:
        """One call, answered or refused as it would be on its own."""
        try:
            asking = self._wire.read(dump(item.body).encode())
        except ValidationError:
            return find_refusal(self._wire, [Fault.HTTP_400]) or Unasked.EXPIRED
        ids = [section.id for section in read_sections(asking.user)]
        rules = self._stand_in.behaviour.find_rules(self._wire.provider, ids)
        if any(rule.fault is Fault.EXPIRE for rule in rules):
            return Unasked.EXPIRED
        call = self._stand_in.record(asking, headers, rules, batch=True)
        text = self._stand_in.behaviour.answer(asking.user, rules)
        return find_refusal(self._wire, call.faults) or count_reply(call, asking, text)
