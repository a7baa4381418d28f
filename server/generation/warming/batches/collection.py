"""Fetches what batches have brought: verified like any answer, stored under the same names."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import structlog

from server.core.database.engine import Sessions
from server.generation.budget.domain import NO_MONEY, Bill, Price, add_bills
from server.generation.budget.service import bill_completed
from server.generation.editions.service import revise_chapter
from server.generation.llm.domain import (
    BatchAnswer,
    BatchResult,
    BatchState,
    Completed,
    Failure,
    LLMUnavailable,
    closing_stream,
)
from server.generation.rewriting.domain import FailedReply, Rewritten, Usage
from server.generation.rewriting.service import Answer, judge_answer
from server.generation.rewriting.store.service import list_postponed_reviews, store_rewrite
from server.generation.warming.batches import queries
from server.generation.warming.batches.domain import (
    BatchDesk,
    BatchItem,
    Desks,
    ItemState,
    OpenBatch,
)
from server.generation.warming.batches.editions import Editions, Recalled, list_reading_portions
from server.generation.warming.batches.readings import lose_batch, settle_readings
from server.generation.warming.batches.submission import BatchNotTaken, submit_all
from server.generation.warming.domain import Tally
from server.generation.warming.portions import each_of
from server.generation.warming.resources import Workplace

# What is not handed in to be read by then, for somebody was stopped, ordinary calls read.
HANDED_IN_WITHIN = timedelta(minutes=15)
FIRST_POLL_S = 1.0  # then twice as long each time, up to the longest
LONGEST_POLL_S = 30.0
NO_USE_TO_WAIT = frozenset({Failure.AUTHENTICATION, Failure.QUOTA})

logger = structlog.stdlib.get_logger(__name__)

Listen = Callable[[int, int], None]  # how many are done, and of how many


async def collect_all(
    workplace: Workplace,
    desks: Desks,
    listen: Listen,
    *,
    first_poll_s: float = FIRST_POLL_S,
) -> Tally:
    """Wait until no batch is open, and keep what each has brought as soon as it ends.

    What was written is handed in to be read, where somebody reads. A provider that turns us away
    keeps nobody from the others' batches; it is named at the end.
    """
    tally = Tally()
    refusals = dict[str, BatchNotTaken]()
    poll_s = first_poll_s
    await _lose_stuck(workplace.resources.sessions)
    while opened := await _list_open(desks.writers, refusals):
        progress = list[tuple[int, int]]()
        for desk, batch in opened:
            try:
                state = await _poll(desk, batch)
            except BatchNotTaken as refusal:
                refusals[desk.llm.provider] = refusal
                continue
            if state is None:
                continue
            progress.append((state.done, state.total))
            if state.finished:
                tally = await _take_results(workplace, desks.reader, desk, batch, tally)
        listen(sum(done for done, _ in progress), sum(total for _, total in progress))
        if await _list_open(desks.writers, refusals):
            await asyncio.sleep(poll_s)
            poll_s = min(2 * poll_s, LONGEST_POLL_S)
    for each in refusals.values():
        raise each
    return tally


async def list_busy(sessions: Sessions) -> set[str]:
    """The keys that some batch, of whichever provider, may still bring."""
    await _lose_stuck(sessions)
    async with sessions() as session:
        return await queries.list_busy_keys(session)


async def list_postponed(sessions: Sessions) -> set[str]:
    """The keys of texts that somebody is reading just now, or has had read by a batch."""
    async with sessions() as session:
        return await list_postponed_reviews(session)


async def list_unreachable(sessions: Sessions, desks: Desks) -> list[str]:
    """The providers that have batches of ours, and that we have no key for."""
    async with sessions() as session:
        having = await queries.list_providers(session)
    return sorted(having - {desk.llm.provider for desk in desks.writers})


async def _lose_stuck(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for id_ in await queries.list_stuck(session):
            await lose_batch(session, id_)


async def _list_open(
    desks: Sequence[BatchDesk], refused: Collection[str]
) -> list[tuple[BatchDesk, OpenBatch]]:
    """The batches of all providers but those that refuse us."""
    opened = list[tuple[BatchDesk, OpenBatch]]()
    for desk in desks:
        if desk.llm.provider not in refused:
            async with desk.sessions() as session:
                batches = await queries.list_open(session, desk.llm.provider)
            opened += [(desk, batch) for batch in batches]
    return opened


async def _poll(desk: BatchDesk, batch: OpenBatch) -> BatchState | None:
    """How far it is; None where the provider does not say now, or does not know it any more."""
    try:
        return await desk.llm.poll(batch.batch_id)
    except LLMUnavailable as error:
        if error.failure in NO_USE_TO_WAIT:
            raise BatchNotTaken(error) from error
        if error.failure is Failure.REJECTED:
            logger.warning("batch unknown to its provider", batch=batch.batch_id)
            async with desk.sessions.begin() as session:
                await lose_batch(session, batch.id)
        return None


@dataclass
class _Taking:
    """A batch whose results are dealt with, and what has come of them so far."""

    workplace: Workplace
    desk: BatchDesk
    batch: OpenBatch
    tally: Tally
    items: dict[str, BatchItem]  # that nothing has come of
    bills: dict[str, Bill] = field(default_factory=dict[str, Bill])
    answers: list[BatchAnswer] = field(default_factory=list[BatchAnswer])  # of readings
    stored: list[Recalled] = field(default_factory=list[Recalled])

    def __post_init__(self) -> None:
        self.editions = Editions(self.workplace.desk)
        self.price = self.workplace.prices.price_of(self.batch.model)

    async def take(self, result: BatchResult) -> None:
        """Deal with one result; what a second reader said is only kept until all has been said."""
        if isinstance(result, BatchAnswer):
            self.bills[result.custom_id] = bill = _bill(self.price, result.completed)
            cost = None if self.price is None else bill.cost_usd
            result = replace(result, completed=replace(result.completed, cost_usd=cost))
        item = self.items.get(result.custom_id)
        if item is None:
            return
        if not item.is_reading:
            state, reason = await _take_text(self, item, result)
            await self.settle(item.key, state, reason)
            self.tally = _count(self.tally, state, reason)
        elif isinstance(result, BatchAnswer):
            self.answers.append(result)

    async def settle(self, key: str, state: ItemState, reason: str | None) -> None:
        del self.items[key]
        async with self.desk.sessions.begin() as session:
            await queries.settle_item(session, self.batch.id, key, state, reason)

    async def judge(self) -> None:
        """Have the texts judged by what was said of them."""
        spent: Collection[str] = self.bills
        if items := [item for item in self.items.values() if item.is_reading]:
            readings = await settle_readings(self.workplace, items, self.answers)
            for key, (state, reason) in readings.states.items():
                await self.settle(key, state, reason)
            self.tally = replace(
                self.tally,
                read=self.tally.read + readings.tally.read,
                spent=self.tally.spent + readings.tally.spent,
            )
            spent = {answer.custom_id for answer in readings.unused}
        bill = add_bills(self.bills[key] for key in spent)
        missing = Counter({"no result": len(self.items)})
        self.tally = replace(
            self.tally,
            failures=Counter(self.tally.failures) + missing,
            spent=self.tally.spent + _use(self.price, bill),
        )


async def _take_results(
    workplace: Workplace, reader: BatchDesk | None, desk: BatchDesk, batch: OpenBatch, tally: Tally
) -> Tally:
    """Deal with every result, have read what was written, pay the bill, and close the batch.

    Whoever is stopped on the way begins again with what is still open; the bill is paid once.
    """
    async with desk.sessions() as session:
        items = {item.key: item for item in await queries.list_items(session, batch.id)}
    taking = _Taking(workplace, desk, batch, tally, items)
    try:
        async for result in _read_results(desk, batch):
            await taking.take(result)
    except LLMUnavailable:
        logger.warning("results not read to their end", batch=batch.batch_id)
        return taking.tally
    finally:
        for chapter_id in sorted(
            {each.item.chapter_id for each in taking.stored if each.item.again}
        ):
            await revise_chapter(workplace.resources.sessions, chapter_id)
    await taking.judge()
    await _hand_in_readings(workplace, reader, taking.stored)
    await desk.ledger.settle(batch.id, add_bills(taking.bills.values()))
    async with desk.sessions.begin() as session:
        await queries.close_batch(session, batch.id)
    return taking.tally


async def _hand_in_readings(
    workplace: Workplace, desk: BatchDesk | None, stored: Sequence[Recalled]
) -> None:
    """Have read by a second batch what the first has written; without one it is due soon."""
    if desk is None:
        return
    try:
        portions = list_reading_portions(stored, workplace.at_once)
        await submit_all(Desks((), desk), each_of(portions))
    except BatchNotTaken as refusal:
        logger.warning("readings not handed in", reason=refusal.detail)


async def _read_results(desk: BatchDesk, batch: OpenBatch) -> AsyncIterator[BatchResult]:
    async with closing_stream(desk.llm.results(batch.batch_id)) as results:
        async for result in results:
            yield result


def _bill(price: Price | None, completed: Completed) -> Bill:
    if price is None:
        return Bill(NO_MONEY, completed.input_tokens, completed.output_tokens)
    return bill_completed(price, completed, batch=True)


def _use(price: Price | None, bill: Bill) -> Usage:
    cost = bill.cost_usd if price is not None else None
    return Usage(bill.input_tokens, bill.output_tokens, bill.calls, cost)


async def _take_text(
    taking: "_Taking", item: BatchItem, result: BatchResult
) -> tuple[ItemState, str | None]:
    """What came of a section; a rejected one is left for an ordinary call, which can repair."""
    if not isinstance(result, BatchAnswer):
        return ItemState.MISSED, result.failure
    recalled = await taking.editions.recall(item)
    if recalled is None:
        return ItemState.DROPPED, "the chapter has changed"
    # Also a section that was locked since: its text is there for when it is unlocked.
    answer = Answer(result.text, result.completed)
    judged = judge_answer(answer, recalled.wanted.edition.brief, recalled.part.section)
    if isinstance(judged, FailedReply):
        return ItemState.REJECTED, judged.differences[0].check
    resources = taking.workplace.resources
    due_in = None if resources.reader is None else HANDED_IN_WITHIN
    written = Rewritten(judged, answer.usage, repaired=False, review_due_in=due_in)
    sessions, chapter_id = resources.sessions, item.chapter_id
    if not await store_rewrite(sessions, item.key, chapter_id, written, again=item.again):
        return ItemState.DROPPED, "there is a text already"
    taking.stored.append(recalled)
    return ItemState.STORED, None


def _count(tally: Tally, state: ItemState, reason: str | None) -> Tally:
    """A dropped section is no failure: there is nothing that a learner would miss."""
    if state in {ItemState.STORED, ItemState.DROPPED}:
        return replace(tally, done=tally.done + 1)
    return replace(tally, failures=Counter(tally.failures) + Counter([reason or state.value]))
