"""Hands what is missing in as batches: money first, then our note of it, then the provider."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from server.core.database.engine import Sessions
from server.errors import ServiceUnavailable
from server.generation.budget.domain import NO_MONEY, NOTHING, Price, Reservation, add_bills
from server.generation.budget.service import Ledger, bill_most, was_refused
from server.generation.llm.domain import BatchLLM, LLMRequest, LLMUnavailable, divide_requests
from server.generation.rewriting.service import write_request
from server.generation.warming.batches import queries
from server.generation.warming.batches.domain import BatchItem
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


@dataclass(frozen=True, slots=True)
class BatchDesk:
    """Where batches are handed in and fetched; without a price they cost an unknown amount."""

    sessions: Sessions
    llm: BatchLLM
    ledger: Ledger
    price: Price | None


async def submit_all(desk: BatchDesk, portions: AsyncIterator[Portion]) -> int:
    """Hand in a first turn for each section; returns how many."""
    submitted = 0
    items, requests = dict[str, BatchItem](), dict[str, LLMRequest]()
    async for portion in portions:
        for item, request in _write_requests(portion):
            items[item.key], requests[item.key] = item, request
        if len(requests) >= REQUESTS_AT_ONCE:
            submitted += await _submit_parts(desk, items, requests)
            items, requests = {}, {}
    return submitted + await _submit_parts(desk, items, requests)


def _write_requests(portion: Portion) -> list[tuple[BatchItem, LLMRequest]]:
    brief = portion.edition.brief
    profile = {name: str(value) for name, value in asdict(portion.wanted.facts.profile).items()}
    recipe = portion.edition.plan.note
    return [
        (
            BatchItem(part.key, brief.chapter.id, profile, portion.again, recipe),
            write_request(brief, part.section),
        )
        for part in portion.parts
    ]


async def _submit_parts(
    desk: BatchDesk, items: Mapping[str, BatchItem], requests: Mapping[str, LLMRequest]
) -> int:
    for part in divide_requests(requests):
        submission = asyncio.create_task(_submit(desk, items, part))
        try:
            await asyncio.shield(submission)
        except asyncio.CancelledError:
            # A batch that is on its way is paid for, so its name has to be written down.
            await asyncio.gather(submission, return_exceptions=True)
            raise
    return len(requests)


async def _submit(
    desk: BatchDesk, items: Mapping[str, BatchItem], part: Mapping[str, LLMRequest]
) -> None:
    id_ = uuid4()
    provider, model = desk.llm.provider, desk.llm.model
    try:
        reservation = Reservation(id_, provider, model, _most(desk, part))
        await desk.ledger.reserve(reservation, lifetime=RESERVED_FOR)
    except LLMUnavailable as error:
        raise BatchNotTaken(error) from error
    async with desk.sessions.begin() as session:
        chosen = [items[key] for key in part]
        await queries.add_batch(session, id_, provider, model, chosen)
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
        await queries.lose_batch(session, id_)
