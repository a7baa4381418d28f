"""Fetches what batches have brought: verified like any answer, stored under the same names."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import structlog

from server.core.database.engine import Sessions
from server.errors import ChapterNotFound, InvalidInput
from server.generation.budget.domain import NO_MONEY, Bill, add_bills
from server.generation.budget.service import bill_completed
from server.generation.editions.domain import Edition
from server.generation.editions.service import OrderDesk, revise_chapter
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
from server.generation.rewriting.store.service import store_rewrite
from server.generation.warming.batches import queries
from server.generation.warming.batches.domain import BatchItem, ItemState, OpenBatch
from server.generation.warming.batches.submission import BatchDesk, BatchNotTaken
from server.generation.warming.domain import Tally
from server.generation.warming.resources import Workplace
from server.learners.profiles.domain import LearnerFacts, profile_of, with_language

FIRST_POLL_S = 1.0  # then twice as long each time, up to the longest
LONGEST_POLL_S = 30.0
NO_USE_TO_WAIT = frozenset({Failure.AUTHENTICATION, Failure.QUOTA})

logger = structlog.stdlib.get_logger(__name__)

Listen = Callable[[int, int], None]  # how many are done, and of how many


@dataclass(frozen=True)
class _Editions:
    """The editions that items lead back to, each written once."""

    desk: OrderDesk
    written: dict[tuple[str, object], Edition | None] = field(
        default_factory=dict[tuple[str, object], Edition | None]
    )

    async def find(self, item: BatchItem) -> Edition | None:
        """The edition as the chapter stands now; None where it is gone."""
        name = item.chapter_id, item.recipe or tuple(sorted(item.profile.items()))
        if name not in self.written:
            self.written[name] = await self._write(item)
        return self.written[name]

    async def _write(self, item: BatchItem) -> Edition | None:
        try:
            chapter = await asyncio.to_thread(self.desk.library.load_chapter, item.chapter_id)
        except (ChapterNotFound, InvalidInput):
            return None
        if item.recipe is not None:
            return await self.desk.recall_edition(chapter, item.recipe)
        # The version before noted a profile alone; this goes with its column.
        profile = with_language(profile_of(item.profile), item.profile["language_tag"])
        return await self.desk.write_edition(chapter, LearnerFacts(profile), revision=0)


async def collect_all(
    workplace: Workplace,
    desks: Sequence[BatchDesk],
    listen: Listen,
    *,
    first_poll_s: float = FIRST_POLL_S,
) -> Tally:
    """Wait until no batch is open, and keep what each has brought as soon as it ends.

    A provider that turns us away keeps nobody from the others' batches; it is named at the end.
    """
    tally = Tally()
    refusals = dict[str, BatchNotTaken]()
    poll_s = first_poll_s
    await _lose_stuck(workplace.resources.sessions)
    while opened := await _list_open(desks, refusals):
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
                tally = await _take_results(workplace, desk, batch, tally)
        listen(sum(done for done, _ in progress), sum(total for _, total in progress))
        if await _list_open(desks, refusals):
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


async def list_unreachable(sessions: Sessions, desks: Sequence[BatchDesk]) -> list[str]:
    """The providers that have batches of ours, and that we have no key for."""
    async with sessions() as session:
        having = await queries.list_providers(session)
    return sorted(having - {desk.llm.provider for desk in desks})


async def _lose_stuck(sessions: Sessions) -> None:
    async with sessions.begin() as session:
        for id_ in await queries.list_stuck(session):
            await queries.lose_batch(session, id_)


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
                await queries.lose_batch(session, batch.id)
        return None


async def _take_results(
    workplace: Workplace, desk: BatchDesk, batch: OpenBatch, tally: Tally
) -> Tally:
    """Deal with every result, pay the bill, and close the batch.

    Whoever is stopped on the way begins again with what is still open; the bill is paid once.
    """
    async with desk.sessions() as session:
        items = {item.key: item for item in await queries.list_items(session, batch.id)}
    editions = _Editions(workplace.desk)
    bills, revised = list[Bill](), set[str]()
    try:
        async for result in _read_results(desk, batch):
            if isinstance(result, BatchAnswer):
                bills.append(_bill(desk, result.completed))
            item = items.pop(result.custom_id, None)
            if item is None:
                continue
            state, reason = await _keep(workplace, editions, item, result)
            if state is ItemState.STORED and item.again:
                revised.add(item.chapter_id)
            async with desk.sessions.begin() as session:
                await queries.settle_item(session, batch.id, item.key, state, reason)
            tally = _count(tally, state, reason)
    except LLMUnavailable:
        logger.warning("results not read to their end", batch=batch.batch_id)
        return tally
    finally:
        for chapter_id in sorted(revised):
            await revise_chapter(workplace.resources.sessions, chapter_id)
    await desk.ledger.settle(batch.id, add_bills(bills))
    async with desk.sessions.begin() as session:
        await queries.close_batch(session, batch.id)
    return replace(
        tally,
        failures=Counter(tally.failures) + Counter({"no result": len(items)}),
        spent=tally.spent + _use(desk, add_bills(bills)),
    )


async def _read_results(desk: BatchDesk, batch: OpenBatch) -> AsyncIterator[BatchResult]:
    async with closing_stream(desk.llm.results(batch.batch_id)) as results:
        async for result in results:
            yield result


async def _keep(
    workplace: Workplace, editions: _Editions, item: BatchItem, result: BatchResult
) -> tuple[ItemState, str | None]:
    """What came of a section; a rejected one is left for an ordinary call, which can repair."""
    if not isinstance(result, BatchAnswer):
        return ItemState.MISSED, result.failure
    edition = await editions.find(item)
    part = edition.by_key.get(item.key) if edition else None
    if edition is None or part is None:
        return ItemState.DROPPED, "the chapter has changed"
    # Also a section that was locked since: its text is there for when it is unlocked.
    answer = Answer(result.text, result.completed)
    judged = judge_answer(answer, edition.brief, part.section)
    if isinstance(judged, FailedReply):
        return ItemState.REJECTED, judged.differences[0].check
    stored = await store_rewrite(
        workplace.resources.sessions,
        item.key,
        item.chapter_id,
        Rewritten(
            judged,
            answer.usage,
            repaired=False,
            is_review_due=workplace.resources.reader is not None,
        ),
        again=item.again,
    )
    return (ItemState.STORED, None) if stored else (ItemState.DROPPED, "there is a text already")


def _bill(desk: BatchDesk, completed: Completed) -> Bill:
    if desk.price is None:
        return Bill(NO_MONEY, completed.input_tokens, completed.output_tokens)
    return bill_completed(desk.price, completed, batch=True)


def _use(desk: BatchDesk, bill: Bill) -> Usage:
    cost = bill.cost_usd if desk.price is not None else None
    return Usage(bill.input_tokens, bill.output_tokens, bill.calls, cost)


def _count(tally: Tally, state: ItemState, reason: str | None) -> Tally:
    """A dropped section is no failure: there is nothing that a learner would miss."""
    if state in {ItemState.STORED, ItemState.DROPPED}:
        return replace(tally, done=tally.done + 1)
    return replace(tally, failures=Counter(tally.failures) + Counter([reason or state.value]))
