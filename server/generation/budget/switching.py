"""The switch: what everybody but the ledger knows of a stop is at most two seconds old."""

import time
from collections.abc import AsyncIterator, Callable
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.core.database.engine import Sessions
from server.generation.budget import stop_queries
from server.generation.budget.domain import Stop
from server.generation.llm.domain import (
    LLM,
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
)
from server.generation.llm.streaming import closing_stream

REMEMBERED_S: Final = 2.0

logger = structlog.stdlib.get_logger(__name__)


class Switch:
    """Remembers for a moment whether calls are stopped; a database that is away changes nothing."""

    def __init__(self, sessions: Sessions, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._sessions = sessions
        self._clock = clock
        self._stop: Stop | None = None
        self._read_again_at = clock()

    async def find_stop(self) -> Stop | None:
        if self._clock() >= self._read_again_at:
            # Set before the read, so that of many streams only one reads.
            self._read_again_at = self._clock() + REMEMBERED_S
            await self._read()
        return self._stop

    async def _read(self) -> None:
        try:
            async with self._sessions() as session:
                self._stop = await stop_queries.find_stop(session)
        except SQLAlchemyError:
            logger.warning("switch unknown", stopped=self._stop is not None)


class StoppableLLM:
    """A model whose calls, running ones too, end soon after somebody has stopped them."""

    def __init__(self, llm: LLM, switch: Switch) -> None:
        self._llm = llm
        self._switch = switch

    @property
    def name(self) -> str:
        return self._llm.name

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        await self._check()
        async with closing_stream(self._llm.stream(request)) as chunks:
            async for chunk in chunks:
                if not isinstance(chunk, Completed):
                    await self._check()
                yield chunk

    def health(self) -> LLMHealth:
        return self._llm.health()

    async def aclose(self) -> None:
        await self._llm.aclose()

    async def _check(self) -> None:
        if await self._switch.find_stop() is not None:
            raise LLMUnavailable(self.name, Failure.STOPPED)
