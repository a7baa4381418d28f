"""Every SQL statement about attempts, counted and timed by the database's own clock."""

import math
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Double, case, cast, delete, extract, func, select
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.statements import delete_some
from server.learners.accounts.models import AttemptRow

WINDOW = timedelta(minutes=15)
LONGEST_DELAY_S = 900
MOST_DOUBLINGS = 10  # 2 ** 10 s is more than the longest delay
REGISTRATION_WINDOW = timedelta(hours=1)
_FORGOTTEN = AttemptRow.last_at <= func.now() - WINDOW


async def claim_attempt(session: AsyncSession, key: str, free: int) -> int:
    """Count one more attempt and return 0, or the seconds to wait before the next may be made."""
    counted = await session.scalar(
        _count_one(key, over=_FORGOTTEN, where=~_is_waiting(free)).returning(AttemptRow.count)
    )
    return 0 if counted is not None else await find_wait(session, key, free)


async def count_failure(session: AsyncSession, key: str) -> None:
    """Count a sign-in that failed."""
    await session.execute(_count_one(key, over=_FORGOTTEN))


async def find_wait(session: AsyncSession, key: str, free: int) -> int:
    """The whole seconds until the next attempt may be made; 0 when it may be made now."""
    wait = await session.scalar(
        select(_seconds_until(_free_again(free))).where(AttemptRow.key == key, _is_waiting(free))
    )
    return _whole_seconds(wait)


async def clear_attempts(session: AsyncSession, key: str) -> None:
    """Forget the sign-ins that failed."""
    await session.execute(delete(AttemptRow).where(AttemptRow.key == key))


async def claim_registration(session: AsyncSession, key: str, per_hour: int) -> int:
    """Count one more registration of this hour and return 0, or the seconds until the next."""
    over = AttemptRow.first_at <= func.now() - REGISTRATION_WINDOW
    counting = _count_one(
        key,
        over=over,
        where=over | (AttemptRow.count < per_hour),
        first_at=case((over, func.now()), else_=AttemptRow.first_at),
    )
    counted = await session.scalar(counting.returning(AttemptRow.count))
    if counted is not None:
        return 0
    until = AttemptRow.first_at + REGISTRATION_WINDOW
    return _whole_seconds(
        await session.scalar(select(_seconds_until(until)).where(AttemptRow.key == key))
    )


async def prune_attempts(session: AsyncSession) -> int:
    """Forget some counts that no longer mean anything."""
    stale = AttemptRow.last_at <= func.now() - REGISTRATION_WINDOW
    return await delete_some(session, AttemptRow, AttemptRow.key, stale)


def _count_one(
    key: str,
    *,
    over: ColumnElement[bool],
    where: ColumnElement[bool] | None = None,
    **more: ColumnElement[datetime],
) -> Insert:
    """One more, or the first where what was counted is over."""
    count = case((over, 1), else_=AttemptRow.count + 1)
    said = {"count": count, "last_at": func.now(), **more}
    one = insert(AttemptRow).values(key=key, count=1)
    return one.on_conflict_do_update(index_elements=["key"], set_=said, where=where)


def _is_waiting(free: int) -> ColumnElement[bool]:
    return (AttemptRow.count >= free) & (_free_again(free) > func.now())


def _free_again(free: int) -> ColumnElement[datetime]:
    """When the wait that this many failures cost is over: 1 s, 2 s, 4 s … after the last."""
    doublings = func.least(AttemptRow.count - free, MOST_DOUBLINGS)
    seconds = func.least(func.power(2, doublings), LONGEST_DELAY_S)
    return AttemptRow.last_at + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def _seconds_until(moment: ColumnElement[datetime]) -> ColumnElement[float]:
    return cast(extract("epoch", moment - func.now()), Double)


def _whole_seconds(seconds: float | None) -> int:
    return max(1, math.ceil(seconds)) if seconds is not None else 0
