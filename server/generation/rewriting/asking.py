"""One call to a model: its text as it comes, then the whole; broken off, it is made again."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import structlog

from server.generation.llm.domain import (
    LLM,
    Completed,
    Failure,
    LLMRequest,
    LLMUnavailable,
    TextChunk,
)
from server.generation.llm.streaming import closing_stream
from server.generation.rewriting.domain import HeldBack, Usage

MOST_REPEATS = 2  # of a call whose stream broke off
# Our own no is not an accident on the way: asking again would not change it.
OUR_REFUSALS = {Failure.BUDGET: HeldBack.BUDGET, Failure.STOPPED: HeldBack.STOPPED}

logger = structlog.stdlib.get_logger(__name__)


class BrokenOff(LLMUnavailable):
    """The stream ended before the answer did, after some of its text had come."""


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    completed: Completed

    @property
    def usage(self) -> Usage:
        completed = self.completed
        return Usage(completed.input_tokens, completed.output_tokens, 1, completed.cost_usd)


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
