"""Readings: asking a reader about one section or several, and never suffering from it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import structlog

from server.generation.llm.domain import (
    LLM,
    Completed,
    LLMRequest,
    LLMUnavailable,
    StopReason,
    TextChunk,
    closing_stream,
)
from server.generation.review.answers import PartialAnswer, read_answer, read_section
from server.generation.review.domain import NO_USAGE, Draft, Reading
from server.generation.review.prompts import write_request
from server.generation.review.protocol import Asked, has_changes, number_elements
from server.generation.review.reader import Reader
from server.generation.rewriting.domain import Brief, HeldBack, Shared, Usage
from server.generation.rewriting.service import (
    GRACE_S,
    ask,
    divide_usage,
    find_own_refusal,
    listen,
)
from server.generation.rewriting.store.service import ClaimLost

Keep = Callable[[Draft], Awaitable[None]]
Said = TypeVar("Said")

# What closed before an answer was cut off is as good as the rest; of a refusal nothing is.
READABLE_STOPS = frozenset({StopReason.END, StopReason.LENGTH})

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Silence:
    """A reading that brought no answer of the second reader, and whether that was ours to say."""

    held_back: HeldBack | None = None


async def await_answer(saying: Awaitable[Said], deadline: float) -> Said | Silence:
    """What a model says until the deadline; that it says nothing is nobody else's problem."""
    try:
        async with asyncio.timeout_at(deadline + GRACE_S):
            return await saying
    except ClaimLost:
        raise
    except (LLMUnavailable, TimeoutError) as error:
        logger.warning("review unanswered", error=str(error) or "timeout")
        return Silence(find_own_refusal(error))
    except Exception:
        logger.exception("review failed")
        return Silence()


async def read_alone(reader: Reader, brief: Brief, draft: Draft, deadline: float) -> Reading:
    """What the reader says of one section."""
    if not _may_ask(reader, deadline):
        return Reading()
    request = replace(write_request(brief, [draft]), deadline=deadline)
    answer = await await_answer(ask(reader.llm, request), deadline)
    if isinstance(answer, Silence):
        return Reading(held_back=answer.held_back)
    return judge_readings(answer.text, answer.completed, [draft])[0]


def judge_readings(text: str, completed: Completed, drafts: Sequence[Draft]) -> list[Reading]:
    """What a whole answer says of each draft that its request held, and its share of the cost."""
    said = text if completed.stop_reason in READABLE_STOPS else ""
    readings = read_answer(said, number_elements(drafts))
    return [
        replace(reading, model=completed.model, usage=share)
        for reading, share in zip(readings, _share(completed, drafts), strict=True)
    ]


def _share(completed: Completed, drafts: Sequence[Draft]) -> tuple[Usage, ...]:
    usage = Usage(completed.input_tokens, completed.output_tokens, 1, completed.cost_usd)
    return divide_usage(usage, [draft.section for draft in drafts]).usages


def _may_ask(reader: Reader, deadline: float) -> bool:
    has_time = asyncio.get_running_loop().time() < deadline
    return has_time and reader.stubbornness.is_listened_to


async def review_together(
    reader: Reader, brief: Brief, drafts: Sequence[Draft], keep: Keep, *, deadline: float
) -> Shared | None:
    """One reading for all: hand each draft over with what it says, as soon as its section closes.

    Each is handed over once, also those that the reader leaves out; what is to be done about the
    findings is `review_section`'s, for each alone. Then say what the call used, for each draft in
    their order; None where there was none, or it was cut.
    """
    changed = [draft for draft in drafts if has_changes(draft)]
    for draft in drafts:
        if not has_changes(draft):
            await keep(draft)
    shared = _SharedReading(list(number_elements(changed)))
    answered: Completed | Silence = Silence()
    if changed and _may_ask(reader, deadline):
        request = replace(write_request(brief, changed), deadline=deadline)
        answered = await _listen(reader.llm, request, shared, keep, deadline)
    unread = Reading(held_back=answered.held_back if isinstance(answered, Silence) else None)
    for asked in shared.waiting:
        await keep(replace(asked.draft, reading=unread))
    return None if isinstance(answered, Silence) else _divide(answered, drafts, changed)


def _divide(completed: Completed, drafts: Sequence[Draft], read: Sequence[Draft]) -> Shared:
    """Each draft's share of a call; nothing for those that it did not hold."""
    shares = iter(_share(completed, read))
    return Shared(tuple(next(shares) if has_changes(each) else NO_USAGE for each in drafts))


async def _listen(
    llm: LLM, request: LLMRequest, shared: "_SharedReading", keep: Keep, deadline: float
) -> Completed | Silence:
    """Keep what closes while the answer comes; only waiting for it is the reader's time."""
    async with closing_stream(listen(llm, request)) as pieces:
        while True:
            piece = await await_answer(anext(pieces), deadline)
            if isinstance(piece, Silence):
                return piece
            if isinstance(piece, TextChunk):
                for draft in shared.take(piece):
                    await keep(draft)
                continue
            for draft in shared.finish(piece.completed):
                await keep(draft)
            return piece.completed


@dataclass(slots=True)
class _SharedReading:
    """The answer so far, and the sections that nothing has been said of in it."""

    waiting: list[Asked]
    _answer: PartialAnswer = field(default_factory=PartialAnswer)
    _closed: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    def take(self, piece: TextChunk) -> list[Draft]:
        """Take in more text; what closes with it counts once it is known who wrote it."""
        self._closed += self._answer.take(piece.text)
        return self._hand_over(piece.model) if piece.model else []

    def finish(self, completed: Completed) -> list[Draft]:
        """What else the whole answer holds."""
        return self._hand_over(completed.model) if completed.stop_reason in READABLE_STOPS else []

    def _hand_over(self, model: str) -> list[Draft]:
        drafts = list[Draft]()
        for section_id, body in self._closed:
            asked = next((each for each in self.waiting if each.id == section_id), None)
            if asked is not None:
                self.waiting.remove(asked)
                reading = replace(read_section(body, asked), model=model)
                drafts.append(replace(asked.draft, reading=reading))
        self._closed.clear()
        return drafts
