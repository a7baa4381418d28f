"""The clock that deadlines are told by, and what they leave for a call."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from random import SystemRandom
from typing import Final

import anyio
import httpx2

from server.generation.llm.domain import Chunk, Failure, LLMRequest, LLMUnavailable

CONNECT_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Timing:
    """Where time and chance come from: the event loop and the system, or a test."""

    clock: Callable[[], float] = anyio.current_time
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep
    random: Callable[[], float] = SystemRandom().random


def limit_call(provider: str, request: LLMRequest, silence_s: float) -> httpx2.Timeout:
    """How long a call may be silent: never beyond the deadline; none is made when it is past."""
    seconds = silence_s
    if request.deadline is not None:
        seconds = min(seconds, request.deadline - anyio.current_time())
    if seconds <= 0:
        raise LLMUnavailable(provider, Failure.TIMEOUT)
    return httpx2.Timeout(seconds, connect=min(CONNECT_S, seconds))


async def read_until(
    deadline: float | None, provider: str, chunks: AsyncIterator[Chunk]
) -> AsyncIterator[Chunk]:
    """Pass a stream on; one that is still going at the deadline has failed for want of time."""
    while True:
        left = None if deadline is None else deadline - anyio.current_time()
        try:
            with anyio.fail_after(left):
                chunk = await anext(chunks, None)
        except TimeoutError as error:
            raise LLMUnavailable(provider, Failure.TIMEOUT) from error
        if chunk is None:
            return
        yield chunk
