"""The ledger of the day's money: reserve before a call, settle after it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from server.core.database.engine import Sessions
from server.generation.budget import queries, stop_queries
from server.generation.budget.domain import NOTHING, Bill, Reservation
from server.generation.llm.domain import Failure, LLMUnavailable


@dataclass(frozen=True, slots=True)
class Ledger:
    """Each method is a transaction of its own; none is open while a model is waited for."""

    sessions: Sessions
    daily_limit_usd: Decimal  # 0: none
    lifetime: timedelta  # of a reservation; longer than any call

    async def reserve(self, reservation: Reservation, *, lifetime: timedelta | None = None) -> None:
        """Hold the money back, or raise LLMUnavailable: all calls are stopped, or it is not there.

        A batch, which runs for hours, says how long its reservation is to live.
        """
        amount = reservation.amount_usd
        async with self.sessions.begin() as session:
            if await stop_queries.find_stop(session) is not None:
                raise LLMUnavailable(reservation.provider, Failure.STOPPED)
            day = await queries.find_today(session)
            if amount and self.daily_limit_usd:
                taken = await queries.lock_day(session, day)
                if taken + amount > self.daily_limit_usd:
                    raise LLMUnavailable(reservation.provider, Failure.BUDGET)
            await queries.add_reservation(session, reservation, day, lifetime or self.lifetime)

    async def settle(self, reservation_id: UUID, bill: Bill) -> None:
        """Put the bill in the reservation's place, on the day on which that was made."""
        async with self.sessions.begin() as session:
            await queries.settle_reservation(
                session, reservation_id, None if bill == NOTHING else bill
            )
