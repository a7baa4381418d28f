"""What others ask of the budget: today's money, and the switch that stops all model calls."""

from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import FieldError, InvalidInput
from server.generation.budget import history_queries, queries, stop_queries
from server.generation.budget.domain import DayBill, DaySpending, Stop

LONGEST_REASON = 1000


async def spent_today(session: AsyncSession, daily_limit_usd: Decimal) -> DaySpending:
    """What today (UTC) has cost, and what running calls hold back; a limit of 0 is none."""
    day = await queries.find_today(session)
    return await queries.add_up_day(session, day, daily_limit_usd or None)


async def list_bills(
    session: AsyncSession, first: date | None = None, last: date | None = None
) -> tuple[DayBill, ...]:
    """What each model was paid on each day (UTC) from the first to the last, both included."""
    return await history_queries.list_bills(session, first, last)


async def find_stop(session: AsyncSession) -> Stop | None:
    """Who has stopped all model calls; None while models may be called."""
    return await stop_queries.find_stop(session)


async def stop_models(session: AsyncSession, *, by: str, reason: str) -> None:
    """Stop all model calls on all hosts; safe to repeat, the last reason stands."""
    if len(reason) > LONGEST_REASON:
        wrong = FieldError("body.reason", f"may have {LONGEST_REASON} characters")
        raise InvalidInput("The reason is too long.", fields=[wrong])
    await stop_queries.remember_stop(session, by, reason)


async def start_models(session: AsyncSession) -> bool:
    """Let models be called again; False when they were not stopped."""
    return await stop_queries.forget_stop(session)
