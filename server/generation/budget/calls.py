"""A model that is asked only while there is money for it, and that says what each answer cost."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from typing import Final
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from server.core.database.engine import Sessions
from server.generation.budget.domain import NOTHING, Bill, Price, Reservation, Stop
from server.generation.budget.queries import find_stop
from server.generation.budget.service import Ledger, Meter, bill_most
from server.generation.llm.domain import (
    LLM,
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
)
from server.generation.llm.wrappers import Hear, WrappedLLM

logger = structlog.stdlib.get_logger(__name__)


class BudgetedLLM(WrappedLLM):
    """One provider's client with the price of its model; failover goes around it, not inside."""

    def __init__(self, llm: LLM, *, model: str, price: Price, ledger: Ledger) -> None:
        super().__init__(llm)
        self._model = model
        self._price = price
        self._ledger = ledger
        self._settlements = set[asyncio.Task[None]]()
        self._refused_on: date | None = None  # the day whose money did not suffice

    @override
    @asynccontextmanager
    async def _call(self, request: LLMRequest) -> AsyncGenerator[Hear]:
        meter = Meter(self._price, bill_most(self._price, request))
        reservation = await self._reserve(meter.most)

        async def read_along(chunk: Chunk) -> Chunk:
            if isinstance(chunk, Completed):
                return meter.complete(chunk)
            meter.hear(chunk.text)
            return chunk

        try:
            yield read_along
        except LLMUnavailable as error:
            meter.fail(error)
            raise
        finally:
            await self._settle(reservation, meter.bill)

    @override
    def health(self) -> LLMHealth:
        """That the day's money is spent is known from the last call, as with a breaker."""
        if self._refused_on == datetime.now(UTC).date():
            return LLMHealth("degraded", ((self.name, Failure.BUDGET),))
        return self._llm.health()

    @override
    async def aclose(self) -> None:
        """Book what is still to be booked; the database is there until the models are closed."""
        await asyncio.gather(*self._settlements)
        await self._llm.aclose()

    async def _reserve(self, most: Bill) -> Reservation:
        reservation = Reservation(uuid4(), self.name, self._model, most.cost_usd)
        try:
            await self._ledger.reserve(reservation)
            self._refused_on = None
        except LLMUnavailable as error:
            if error.failure is Failure.BUDGET:
                self._refused_on = datetime.now(UTC).date()
            raise
        except asyncio.CancelledError:
            # It may have been committed; no call follows, so nothing is to be held back for it.
            await self._settle(reservation, NOTHING)
            raise
        return reservation

    async def _settle(self, reservation: Reservation, bill: Bill) -> None:
        """Settle even when our caller is cancelled meanwhile."""
        settlement = asyncio.create_task(self._book(reservation, bill))
        self._settlements.add(settlement)
        settlement.add_done_callback(self._settlements.discard)
        await asyncio.shield(settlement)

    async def _book(self, reservation: Reservation, bill: Bill) -> None:
        """No answer is lost for its bill: what is not settled counts in full once it expires."""
        try:
            await self._ledger.settle(reservation.id, bill)
        except SQLAlchemyError:
            logger.warning("call not settled", model=self._model, cost_usd=str(bill.cost_usd))


REMEMBERED_S: Final = 2.0


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
                self._stop = await find_stop(session)
        except SQLAlchemyError:
            logger.warning("switch unknown", stopped=self._stop is not None)


class StoppableLLM(WrappedLLM):
    """A model whose calls, running ones too, end soon after somebody has stopped them."""

    def __init__(self, llm: LLM, switch: Switch) -> None:
        super().__init__(llm)
        self._switch = switch

    @override
    @asynccontextmanager
    async def _call(self, _request: LLMRequest) -> AsyncGenerator[Hear]:
        await self._check()
        yield self._let_pass

    async def _let_pass(self, chunk: Chunk) -> Chunk:
        if not isinstance(chunk, Completed):
            await self._check()
        return chunk

    async def _check(self) -> None:
        if await self._switch.find_stop() is not None:
            raise LLMUnavailable(self.name, Failure.STOPPED)
