"""Rewrite sections: ask, verify, ask once more with the exact difference, or give up."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise

import structlog

from server.book.chapters.domain import Section
from server.generation.llm.domain import (
    LLM,
    Completed,
    Failure,
    LLMRequest,
    LLMUnavailable,
    StopReason,
    TextChunk,
    closing_stream,
)
from server.generation.rewriting.answers import (
    Answer,
    Origin,
    Verdict,
    judge_answer,
    judge_text,
    settle_answer,
)
from server.generation.rewriting.domain import (
    Brief,
    Closed,
    Difference,
    FailedReply,
    HeldBack,
    Outcome,
    Rejected,
    Rewritten,
    SectionRewrite,
    Shared,
    Unanswered,
    Usage,
    changes_words,
    kept_runs,
)
from server.generation.rewriting.prompts import (
    PROMPT_DIGEST,
    count_before,
    write_brief,
    write_repair,
    write_request,
    write_shared_request,
)
from server.generation.rewriting.protocol import list_closed, shift_numbers, write_answer

__all__ = [
    "PROMPT_DIGEST",
    "Answer",
    "judge_answer",
    "settle_answer",
    "write_brief",
    "write_request",
]

GRACE_S = 1.0  # for a model that does not keep the deadline itself

logger = structlog.stdlib.get_logger(__name__)


async def rewrite_section(
    llm: LLM,
    brief: Brief,
    section: Section,
    *,
    timeout_s: float,
    failed: FailedReply | None = None,
) -> Outcome:
    """The verified rewrite of one section; one deadline bounds all calls for it together.

    With the failed reply of a call that it shared with others, its next turn is the repair.
    """
    deadline = asyncio.get_running_loop().time() + timeout_s
    usage = Usage()

    async def take_turn(request: LLMRequest) -> Answer:
        nonlocal usage
        answer = await ask(llm, replace(request, deadline=deadline))
        usage += answer.usage
        return answer

    try:
        async with asyncio.timeout_at(deadline + GRACE_S):
            if failed is None:
                first = await take_turn(write_request(brief, section))
                judged = judge_answer(first, brief, section)
                if isinstance(judged, SectionRewrite):
                    return Rewritten(judged, usage, repaired=False)
                failed = judged
            logger.info("section repair", section=section.id, **_describe(failed.differences))
            second = await take_turn(write_repair(brief, section, failed.text, failed.differences))
            judged = judge_answer(second, brief, section)
    except (LLMUnavailable, TimeoutError) as error:
        logger.warning("section unanswered", section=section.id, error=str(error) or "timeout")
        if failed is not None and failed.standing is not None:
            return Rewritten(failed.standing, usage, repaired=False)
        return Unanswered(usage, held_back=find_own_refusal(error))
    verified = [*_list_verified(judged), *_list_verified(failed)]
    if verified:
        # Where a first answer was only too long, the shorter of both stands.
        shorter = min(verified, key=_measure)
        return Rewritten(shorter, usage, repaired=True, differences=failed.differences)
    differences = () if isinstance(judged, SectionRewrite) else judged.differences
    logger.warning("section rejected", section=section.id, **_describe(differences))
    return Rejected(differences, usage)


def _list_verified(verdict: Verdict) -> list[SectionRewrite]:
    rewrite = verdict if isinstance(verdict, SectionRewrite) else verdict.standing
    return [] if rewrite is None else [rewrite]


def _measure(rewrite: SectionRewrite) -> int:
    return sum(map(len, rewrite.answers.values()))


async def mend_section(
    llm: LLM,
    brief: Brief,
    section: Section,
    rewrite: SectionRewrite,
    differences: tuple[Difference, ...],
    *,
    deadline: float,
) -> Outcome:
    """One more turn for a verified text that a reader objects to; `deadline` is a loop time."""
    is_answerable = changes_words(section, brief.plan)
    answered = write_answer(
        section,
        rewrite.answers,
        rewrite.notes,
        answerable=is_answerable,
        kept=kept_runs(section, brief.plan),
    )
    request = write_repair(brief, section, answered, differences)
    try:
        async with asyncio.timeout_at(deadline + GRACE_S):
            answer = await ask(llm, replace(request, deadline=deadline))
    except (LLMUnavailable, TimeoutError) as error:
        logger.warning("section not mended", section=section.id, error=str(error) or "timeout")
        return Unanswered(Usage(), held_back=find_own_refusal(error))
    judged = judge_answer(answer, brief, section)
    if isinstance(judged, SectionRewrite):
        return Rewritten(judged, answer.usage, repaired=True, differences=differences)
    logger.info("section not mended", section=section.id, **_describe(judged.differences))
    return Rejected(judged.differences, answer.usage)


def find_own_refusal(error: Exception) -> HeldBack | None:
    """Find our own budget's or switch's refusal behind a rewriting that failed."""
    return OUR_REFUSALS.get(error.failure) if isinstance(error, LLMUnavailable) else None


def _describe(differences: tuple[Difference, ...]) -> dict[str, list[str]]:
    """What the log says: the checks to count by, the sentences to read."""
    return {
        "checks": list(dict.fromkeys(difference.check.value for difference in differences)),
        "differences": [difference.sentence for difference in differences],
    }


MOST_REPEATS = 2  # of a call whose stream broke off
# Our own no is not an accident on the way: asking again would not change it.
OUR_REFUSALS = {Failure.BUDGET: HeldBack.BUDGET, Failure.STOPPED: HeldBack.STOPPED}


class BrokenOff(LLMUnavailable):
    """A model's stream ended before its answer to a section did."""


async def ask(llm: LLM, request: LLMRequest) -> Answer:
    """The whole answer to a request; nobody is asked beyond its deadline."""
    for _ in range(MOST_REPEATS):
        try:
            return await _collect(llm, request)
        except BrokenOff as error:
            logger.info("model call repeated", error=str(error))
    return await _collect(llm, request)


async def _collect(llm: LLM, request: LLMRequest) -> Answer:
    async with closing_stream(listen(llm, request)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Answer):
                return piece
    raise RuntimeError("a client ended its stream without Completed")


async def listen(llm: LLM, request: LLMRequest) -> AsyncIterator[TextChunk | Answer]:
    """The text in pieces, then the answer as a whole."""
    started = time.perf_counter()
    parts: list[str] = []
    try:
        async with closing_stream(llm.stream(request)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Completed):
                    _log_call(chunk, time.perf_counter() - started)
                    yield Answer("".join(parts), chunk)
                else:
                    parts.append(chunk.text)
                    yield chunk
    except LLMUnavailable as error:
        if parts and error.failure not in OUR_REFUSALS:
            raise BrokenOff(error.provider, error.failure) from error
        raise


def _log_call(completed: Completed, seconds: float) -> None:
    logger.info(
        "model call",
        provider=completed.provider,
        model=completed.model,
        stop_reason=completed.stop_reason,
        input_tokens=completed.input_tokens,
        output_tokens=completed.output_tokens,
        duration=f"{seconds * 1000:.0f}ms",
    )


COST_PLACES = Decimal("0.000001")


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
    """Divide a rewriting call's usage among its sections by length, to the last token."""
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


def settle_answers(texts: Mapping[int, str], section: Section, language: str) -> dict[int, str]:
    """A person's words for runs, by their number, read as generously as a model's."""
    return {
        index: settle_answer(text, section.runs[index], language) for index, text in texts.items()
    }
