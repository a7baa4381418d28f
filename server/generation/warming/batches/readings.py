"""The second batch: stored texts handed in to be read, and judged by what it brings.

What it brings goes the way of any reading, with a reader that has answered already; only repairs
and second readings are ordinary calls.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from server.core.database.engine import Sessions
from server.generation.corrections.service import find_stored
from server.generation.editions.domain import Refresh
from server.generation.llm.domain import (
    LLM,
    BatchAnswer,
    Chunk,
    LLMRequest,
    TextChunk,
    closing_stream,
)
from server.generation.llm.wrappers import BorrowedLLM
from server.generation.renditions.resources import Resources
from server.generation.review.domain import Draft
from server.generation.review.service import Reader, has_changes, write_request
from server.generation.rewriting.store.domain import StoredRewrite
from server.generation.rewriting.store.service import postpone_reviews
from server.generation.warming.batches import queries
from server.generation.warming.batches.domain import BatchItem, ItemState
from server.generation.warming.batches.editions import Editions, Recalled, list_reading_portions
from server.generation.warming.domain import Portion, Tally
from server.generation.warming.portions import each_of, work_through
from server.generation.warming.resources import Workplace
from server.generation.warming.survey import Stock

LEFT_TO_CALLS = frozenset({ItemState.MISSED, ItemState.REJECTED})


async def write_readings(
    sessions: Sessions, portion: Portion
) -> list[tuple[BatchItem, LLMRequest]]:
    """Write the requests to a second reader for what a portion's parts hold."""
    stored = await find_stored(sessions, {part.name for part in portion.parts})
    written = list[tuple[BatchItem, LLMRequest]]()
    for part in portion.parts:
        request = _write_request(portion, part.key, stored.get(part.key))
        if request is not None:
            item = replace(note_item(portion, part.key), request_hash=_hash_request(request))
            written.append((item, request))
    return written


def note_item(portion: Portion, key: str) -> BatchItem:
    """Return what a batch notes of one part of a portion, so that it is found again."""
    profile = {name: str(value) for name, value in asdict(portion.wanted.facts.profile).items()}
    edition = portion.edition
    return BatchItem(key, edition.chapter.id, profile, portion.again, edition.plan.note)


async def lose_batch(session: AsyncSession, id_: UUID) -> None:
    """Forget a batch that its provider does not have: its sections are missing, or due, again."""
    items = await queries.list_items(session, id_)
    await queries.lose_batch(session, id_)
    await make_due(session, [item.key for item in items if item.is_reading])


async def make_due(session: AsyncSession, keys: Collection[str]) -> None:
    """Have texts read by ordinary calls, and soon, that no batch reads."""
    await postpone_reviews(session, keys, timedelta())


def _write_request(portion: Portion, key: str, stored: StoredRewrite | None) -> LLMRequest | None:
    """What a reader is asked about a stored text; None where there is nothing to ask."""
    if stored is None or stored.rewrite is None or stored.pinned is not None:
        return None
    draft = Draft(portion.edition.by_key[key].section, stored.rewrite)
    return write_request(portion.edition.brief, [draft]) if has_changes(draft) else None


def _hash_request(request: LLMRequest) -> str:
    texts = [request.system, *(message.text for message in request.messages)]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Readings:
    """What a batch of readings has come to: the state of each item, and the tally of its calls."""

    states: Mapping[str, tuple[ItemState, str | None]]
    tally: Tally
    unused: Sequence[BatchAnswer]  # paid for, and of a text that is there no more


async def settle_readings(
    workplace: Workplace, items: Collection[BatchItem], answers: Sequence[BatchAnswer]
) -> Readings:
    """Judge stored texts by what a batch says of them; what is still unread then is due at once.

    An answer counts for the very text that it was asked about, and once.
    """
    found, editions = {answer.custom_id: answer for answer in answers}, Editions(workplace.desk)
    recalled = [await editions.recall(item) for item in items if item.key in found]
    readable = await _list_readable(workplace, [each for each in recalled if each])
    left = {str(each.item.request_hash): found[each.item.key] for each in readable}
    portions = list_reading_portions(readable, workplace.at_once)
    tally = await work_through(_answer(workplace, left), each_of(portions), lambda _: None)
    unread = {each.item.key for each in await _list_readable(workplace, readable)}
    read = {each.item.key for each in readable} - unread
    states = {item.key: _find_state(item.key, found, unread, read) for item in items}
    not_read = [key for key, (state, _) in states.items() if state in LEFT_TO_CALLS]
    async with workplace.resources.sessions.begin() as session:
        await make_due(session, not_read)
    old = [found[key] for key in found.keys() - read - unread]
    return Readings(states, Tally(spent=tally.spent, read=len(read)), [*old, *left.values()])


def _find_state(
    key: str, found: Collection[str], unread: Collection[str], read: Collection[str]
) -> tuple[ItemState, str | None]:
    if key not in found:
        return ItemState.MISSED, "no result"
    if key in read:
        return ItemState.STORED, None
    if key in unread:
        return ItemState.REJECTED, "unanswered"
    return ItemState.DROPPED, "another text, or read already"


async def _list_readable(workplace: Workplace, recalled: Sequence[Recalled]) -> list[Recalled]:
    """Those whose very text is still there, and that nobody has read as it would be read today."""
    if workplace.resources.reader is None:
        return []
    names = {each.part.name for each in recalled}
    held = await find_stored(workplace.resources.sessions, names)
    stock = Stock(held, reader=workplace.current_reader)
    readable = list[Recalled]()
    for each in recalled:
        key = each.item.key
        portion = Portion(each.wanted, (each.part,))
        request = _write_request(portion, key, held.get(key))
        if request is None or _hash_request(request) != each.item.request_hash:
            continue
        if stock.is_unread(key):
            readable.append(each)
        elif stock.is_read_otherwise(key):
            readable.append(replace(each, refresh=Refresh.READING_ANEW))
    return readable


def _answer(workplace: Workplace, answers: dict[str, BatchAnswer]) -> Resources:
    """What a warm-up works with, and a second reader that knows what the batch has brought."""
    resources = workplace.resources
    if resources.reader is None:
        return resources
    reader = Reader(AnsweredLLM(resources.reader.llm, answers), resources.reader.stubbornness)
    return replace(resources, reader=reader)


class AnsweredLLM(BorrowedLLM):
    """A model that a batch has answered for: each answer is given once, the rest is asked."""

    def __init__(self, llm: LLM, answers: dict[str, BatchAnswer]) -> None:
        super().__init__(llm)
        self._answers = answers

    @override
    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        answer = self._answers.pop(_hash_request(request), None)
        if answer is None:
            async with closing_stream(self._llm.stream(request)) as chunks:
                async for chunk in chunks:
                    yield chunk
            return
        yield TextChunk(answer.text, answer.completed.provider, answer.completed.model)
        yield answer.completed
