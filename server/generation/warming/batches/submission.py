"""Hands what is missing in as batches: money first, then our note of it, then the provider."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from server.errors import ServiceUnavailable
from server.generation.budget.domain import NO_MONEY, NOTHING, Reservation, add_bills
from server.generation.budget.service import bill_most, was_refused
from server.generation.llm.domain import LLMRequest, LLMUnavailable, divide_requests
from server.generation.rewriting.service import write_request
from server.generation.rewriting.store.service import postpone_reviews
from server.generation.warming.batches import queries
from server.generation.warming.batches.domain import BatchDesk, BatchItem, Desks
from server.generation.warming.batches.readings import lose_batch, note_item, write_readings
from server.generation.warming.domain import Portion

# Requests share their prompts; these are what is held in memory at once.
REQUESTS_AT_ONCE = 2000
# A provider takes a day at most; whoever waits for it looks in time.
RESERVED_FOR = timedelta(hours=30)


class BatchNotTaken(ServiceUnavailable):
    """The provider, or our own budget, did not take a batch; those before it are under way."""

    slug = "batch-not-taken"

    def __init__(self, error: LLMUnavailable) -> None:
        super().__init__(
            f"No batch could be handed in ({error.provider}: {error.failure}). What was handed in "
            "before stays: the same command goes on from there."
        )


async def submit_all(desks: Desks, portions: AsyncIterator[Portion]) -> int:
    """Hand in a first turn for each section, or a reading where it is only read; returns how many.

    Who is handed in to be read is due again only when no batch can bring it any more.
    """
    submitted = 0
    writings, readings = dict[str, _Written](), dict[str, _Written]()
    async for portion in portions:
        if not portion.is_reading:
            writings |= {item.key: (item, request) for item, request in _write_requests(portion)}
        elif desks.reader is not None:
            written = await write_readings(desks.reader.sessions, portion)
            readings |= {item.key: (item, request) for item, request in written}
        if len(writings) + len(readings) >= REQUESTS_AT_ONCE:
            submitted += await _submit_both(desks, writings, readings)
            writings, readings = {}, {}
    return submitted + await _submit_both(desks, writings, readings)


_Written = tuple[BatchItem, LLMRequest]


async def _submit_both(
    desks: Desks, writings: Mapping[str, _Written], readings: Mapping[str, _Written]
) -> int:
    if writings:
        await _submit_parts(desks.writers[0], writings)
    if desks.reader is not None:
        await _submit_parts(desks.reader, readings)
    return len(writings) + len(readings)


def _write_requests(portion: Portion) -> list[_Written]:
    brief = portion.edition.brief
    return [
        (note_item(portion, part.key), write_request(brief, part.section)) for part in portion.parts
    ]


async def _submit_parts(desk: BatchDesk, written: Mapping[str, _Written]) -> None:
    requests = {key: request for key, (_, request) in written.items()}
    for part in divide_requests(requests):
        submission = asyncio.create_task(_submit(desk, [written[key][0] for key in part], part))
        try:
            await asyncio.shield(submission)
        except asyncio.CancelledError:
            # A batch that is on its way is paid for, so its name has to be written down.
            await asyncio.gather(submission, return_exceptions=True)
            raise


async def _submit(
    desk: BatchDesk, items: Sequence[BatchItem], part: Mapping[str, LLMRequest]
) -> None:
    id_ = uuid4()
    provider, model = desk.llm.provider, desk.llm.model
    try:
        reservation = Reservation(id_, provider, model, _most(desk, part))
        await desk.ledger.reserve(reservation, lifetime=RESERVED_FOR)
    except LLMUnavailable as error:
        raise BatchNotTaken(error) from error
    async with desk.sessions.begin() as session:
        await queries.add_batch(session, id_, provider, model, items)
        read = [item.key for item in items if item.is_reading]
        await postpone_reviews(session, read, RESERVED_FOR)
    try:
        batch_id = await desk.llm.submit(part)
    except LLMUnavailable as error:
        await _give_up(desk, id_, error)
        raise BatchNotTaken(error) from error
    async with desk.sessions.begin() as session:
        await queries.open_batch(session, id_, batch_id)


def _most(desk: BatchDesk, part: Mapping[str, LLMRequest]) -> Decimal:
    if desk.price is None:
        return NO_MONEY
    price = desk.price
    return add_bills(bill_most(price, each, batch=True) for each in part.values()).cost_usd


async def _give_up(desk: BatchDesk, id_: UUID, error: LLMUnavailable) -> None:
    """Take the note back; the money only where the provider certainly has no batch."""
    if was_refused(error):
        await desk.ledger.settle(id_, NOTHING)
    async with desk.sessions.begin() as session:
        await lose_batch(session, id_)
