"""A personalisation as server-sent events, resumable by the id of the last one received.

Nothing is kept for a broken connection: the id itself says which rendition was streamed and which
of its sections had been sent, one bit for each.
"""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import TypeVar

import structlog
from fastapi.sse import ServerSentEvent
from typing_extensions import override

from server.book.languages.tags import direction_of
from server.core.http.problems import explain_failure, write_problem
from server.generation.editions.domain import Order, Refresh
from server.generation.renditions.answers import TEXTS, answer_section, write_answer
from server.generation.renditions.blocks import NO_BLOCKS, find_blocks
from server.generation.renditions.domain import (
    Event,
    Planned,
    Prepared,
    SectionReady,
    ToldStep,
)
from server.generation.renditions.schemas import (
    PlanEvent,
    PlannedSection,
    SectionEvent,
)
from server.generation.rewriting.store.domain import PASSING_CAUSES

logger = structlog.stdlib.get_logger(__name__)

Written = TypeVar("Written")

EVENT_ID = re.compile(r"([0-9a-f]{32})-([0-9a-f]{1,2000})")


@dataclass(frozen=True, slots=True)
class EventId:
    """What a client has received: the sections of one rendition, as the bits of a number."""

    rendition: str
    sent: int = 0

    def holds(self, index: int) -> bool:
        return bool(self.sent >> index & 1)

    def with_section(self, index: int) -> "EventId":
        return EventId(self.rendition, self.sent | 1 << index)

    @override
    def __str__(self) -> str:
        return f"{self.rendition}-{self.sent:x}"


def read_event_id(text: str | None, order: Order) -> EventId:
    """What was received of this order's rendition: nothing, where the id is of another or none."""
    current = EventId(_name_rendition(order))
    found = EVENT_ID.fullmatch(text) if text else None
    if found is None or found[1] != current.rendition:
        return current
    return EventId(found[1], int(found[2], 16))


def continue_order(order: Order, last_event_id: str | None) -> Order:
    """A refresh that is resumed goes on to its end; it does not begin again."""
    is_resumed = EVENT_ID.fullmatch(last_event_id or "") is not None
    if order.refresh is Refresh.EVERYTHING and is_resumed:
        return replace(order, refresh=Refresh.RESUMED)
    return order


def _name_rendition(order: Order) -> str:
    """The plan of this chapter as the file is now; a plan's own hash does not tell files apart."""
    names = (order.chapter.id, order.chapter.source_hash, order.plan_hash)
    return sha256("\0".join(names).encode()).hexdigest()[:32]


async def write_stream(
    events: AsyncGenerator[Event], prepared: Prepared, last_event_id: str | None
) -> AsyncIterator[ServerSentEvent]:
    """The events on the wire, and what goes wrong after the first byte as the last of them."""
    received = read_event_id(last_event_id, prepared.order)
    try:
        async with aclosing(events):
            async for event in _write_events(events, prepared, received):
                yield event
    except Exception as error:  # noqa: BLE001  # a stream cannot change its 200
        problem = write_problem(explain_failure(error))
        yield ServerSentEvent(event="error", data=problem)


async def _write_events(
    events: AsyncIterator[Event], prepared: Prepared, received: EventId
) -> AsyncIterator[ServerSentEvent]:
    known = received
    async for event in events:
        if isinstance(event, Planned):
            yield ServerSentEvent(event="plan", data=_write_plan(event), id=str(known))
        elif not isinstance(event, SectionReady):
            done = await _when_rendered(event.order, partial(write_answer, event, {"content"}))
            yield ServerSentEvent(event="done", raw_data=done.decode(), id=str(known))
        elif not received.holds(event.index):
            # A section that an outage kept back is not done with: it is sent again on resumption.
            if event.section.cause not in PASSING_CAUSES:
                known = known.with_section(event.index)
            is_told = prepared.cached is not None and prepared.cached.is_by_reference
            write = partial(_write_section, prepared.order, event, is_told=is_told)
            data = await _when_rendered(prepared.order, write)
            yield ServerSentEvent(event="section", raw_data=data, id=str(known))


def _write_section(order: Order, ready: SectionReady, *, is_told: bool) -> str:
    """A section that may be shown; of one that is told by reference nothing is looked for."""
    find = partial(find_blocks, order.chapter, order.form, ready.index, ready.section)
    section = answer_section(ready.section, NO_BLOCKS if is_told else find())
    event = SectionEvent(index=ready.index, section=section)
    return event.model_dump_json(exclude={"section": set(TEXTS)} if is_told else None)


async def _when_rendered(order: Order, write: Callable[[], Written]) -> Written:
    """What is written; trees are rendered beside the loop, because that takes a while."""
    return await asyncio.to_thread(write) if order.form.as_trees else write()


def _write_plan(planned: Planned) -> PlanEvent:
    order = planned.order
    language = order.plan.language
    return PlanEvent(
        chapter_id=order.chapter.id,
        title=order.chapter.title,
        language=language,
        direction=direction_of(language),
        profile_hash=order.asker.profile_hash,
        source_hash=order.chapter.source_hash,
        plan_hash=order.plan_hash,
        applied_transformations=list(order.plan.ids),
        personalization_factors=list(order.plan.reasons),
        transformations=tuple(map(ToldStep.of, order.plan.steps)),
        sections=[
            PlannedSection(id=section.id, title=section.title) for section in order.chapter.sections
        ],
    )
