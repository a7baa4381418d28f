"""SQL of permits: a learner's generations of the last minute, by the database's own clock."""

import math
from datetime import timedelta
from typing import Final

from sqlalchemy import Double, cast, delete, extract, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.budget.domain import Permit
from server.generation.budget.models import PermitRow

WINDOW: Final = timedelta(minutes=1)
PERMIT_LOCK: Final = 7_203_418  # any number that no other pair of advisory locks begins with
PRUNED_AT_ONCE: Final = 100


async def lock_permits(session: AsyncSession, user_id: int) -> None:
    """Let nobody else count this learner's permits until we commit."""
    await session.execute(select(func.pg_advisory_xact_lock(PERMIT_LOCK, user_id)))


async def find_wait(session: AsyncSession, user_id: int, limit: int) -> int:
    """The whole seconds until a permit is free; 0 when one is free now.

    That is when the oldest of the newest `limit` leaves the window.
    """
    row = PermitRow
    free_at = row.taken_at + WINDOW
    wait = await session.scalar(
        select(cast(extract("epoch", free_at - func.clock_timestamp()), Double))
        .where(row.user_id == user_id, free_at > func.clock_timestamp())
        .order_by(row.taken_at.desc())
        .offset(limit - 1)
        .limit(1)
    )
    return 0 if wait is None else max(1, math.ceil(wait))


async def add_permit(session: AsyncSession, permit: Permit) -> None:
    await session.execute(
        insert(PermitRow).values(
            id=permit.id, user_id=permit.user_id, taken_at=func.clock_timestamp()
        )
    )


async def remove_permit(session: AsyncSession, permit: Permit) -> None:
    await session.execute(delete(PermitRow).where(PermitRow.id == permit.id))


async def prune_permits(session: AsyncSession) -> int:
    """Forget some permits that no longer count, whoever's they were."""
    stale = (
        select(PermitRow.id)
        .where(PermitRow.taken_at <= func.clock_timestamp() - WINDOW)
        .limit(PRUNED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    gone = await session.scalars(
        delete(PermitRow).where(PermitRow.id.in_(stale.scalar_subquery())).returning(PermitRow.id)
    )
    return len(gone.all())
