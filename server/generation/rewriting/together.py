"""Several small sections in one call, each judged as soon as its element has closed."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

import structlog

from server.book.chapters.domain import Section
from server.generation.llm.domain import LLM, LLMUnavailable, StopReason
from server.generation.llm.streaming import closing_stream
from server.generation.rewriting.answers import Origin, judge_text
from server.generation.rewriting.asking import Answer, BrokenOff, listen
from server.generation.rewriting.domain import Brief, Closed, Shared, Unanswered, Usage
from server.generation.rewriting.prompts import count_before, write_shared_request
from server.generation.rewriting.protocol import list_closed, shift_numbers
from server.generation.rewriting.service import GRACE_S, find_own_refusal
from server.generation.rewriting.translated import changes_words

COST_PLACES = Decimal("0.000001")

logger = structlog.stdlib.get_logger(__name__)


async def rewrite_together(
    llm: LLM,
    brief: Brief,
    sections: Sequence[Section],
    keep: Callable[[Closed], Awaitable[None]],
    *,
    timeout_s: float,
) -> Shared | Unanswered | None:
    """Hand each section over as it closes, then say what the call used; no usage if it was cut.

    Unanswered means that no text came at all. A section that is not handed over has not been
    answered, and is to be asked for alone.
    """
    deadline = asyncio.get_running_loop().time() + timeout_s
    request = replace(write_shared_request(brief, sections), deadline=deadline)
    reading = _Reading(brief, list(zip(sections, count_before(sections), strict=True)))
    try:
        async with (
            asyncio.timeout_at(deadline + GRACE_S),
            closing_stream(listen(llm, request)) as pieces,
        ):
            async for piece in pieces:
                if isinstance(piece, Answer):
                    for closed in reading.finish(piece):
                        await keep(closed)
                    return divide_usage(piece.usage, sections)
                for closed in reading.take(piece.text, Origin(piece.provider, piece.model)):
                    await keep(closed)
    except (BrokenOff, TimeoutError) as error:
        logger.warning("shared call cut", error=str(error) or "timeout", left=len(reading.waiting))
        return None
    except LLMUnavailable as error:
        logger.warning("shared call unanswered", error=str(error))
        return Unanswered(Usage(), held_back=find_own_refusal(error))
    raise RuntimeError("a client ended its stream without Completed")


@dataclass(slots=True)
class _Reading:
    """The answer so far, and the sections that have not closed in it, with their first numbers."""

    brief: Brief
    waiting: list[tuple[Section, int]]
    text: str = field(default="")

    def take(self, piece: str, origin: Origin) -> list[Closed]:
        """Take in more text; what closes with it is judged if we know yet who wrote it."""
        self.text += piece
        return self._judge_closed(origin) if ">" in piece and origin.provider else []

    def finish(self, answer: Answer) -> list[Closed]:
        """What else the whole answer holds; a refusal or an odd stop holds nothing more."""
        completed = answer.completed
        if completed.stop_reason not in {StopReason.END, StopReason.LENGTH}:
            return []
        origin = Origin(completed.provider, completed.model)
        closed = self._judge_closed(origin)
        if completed.stop_reason is StopReason.END:
            silent = [each for each, _ in self.waiting if not changes_words(each, self.brief.plan)]
            closed += [Closed(each, judge_text("", origin, self.brief, each)) for each in silent]
        return closed

    def _judge_closed(self, origin: Origin) -> list[Closed]:
        elements = list_closed(self.text)
        found = [each for each in self.waiting if each[0].id in elements]
        self.waiting = [each for each in self.waiting if each[0].id not in elements]
        closed = list[Closed]()
        for section, first in found:
            # It is judged, and repaired, with the numbers that it has when it is asked for alone.
            text = shift_numbers(elements[section.id], -first)
            closed.append(Closed(section, judge_text(text, origin, self.brief, section)))
        return closed


def divide_usage(usage: Usage, sections: Sequence[Section]) -> Shared:
    """Each section's share by its length; the shares add up to the whole, to the last token."""
    lengths = [len(section.source) for section in sections]
    total = sum(lengths)
    ends = [sum(lengths[: place + 1]) for place in range(len(lengths))]
    upto = [Usage(), *(_take_share(usage, end, total) for end in ends)]
    return Shared(tuple(_subtract(later, earlier) for earlier, later in pairwise(upto)))


def _take_share(usage: Usage, part: int, total: int) -> Usage:
    cost = usage.cost_usd
    if cost is not None and part < total:
        cost = (cost * part / total).quantize(COST_PLACES)
    return Usage(
        usage.input_tokens * part // total,
        usage.output_tokens * part // total,
        usage.calls * part // total,
        cost,
    )


def _subtract(later: Usage, earlier: Usage) -> Usage:
    cost = None if later.cost_usd is None else later.cost_usd - (earlier.cost_usd or 0)
    return Usage(
        later.input_tokens - earlier.input_tokens,
        later.output_tokens - earlier.output_tokens,
        later.calls - earlier.calls,
        cost,
    )
