"""SQL of eviction: which renditions go, a few at a time, by one process of all."""

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.renditions.models import PersonalizationCacheRow, PersonalizationLogRow

EVICTION_LOCK = 7_203_417_302  # any number that nothing else in the database locks


async def take_turn(session: AsyncSession) -> bool:
    """Whether nobody else evicts now; ours until the transaction ends, so that poolers do."""
    taken = await session.scalar(select(func.pg_try_advisory_xact_lock(EVICTION_LOCK)))
    return bool(taken)


async def delete_unused(session: AsyncSession, days: int, at_most: int) -> int:
    """Delete renditions that nobody has used for so many days, the longest unused first."""
    row = PersonalizationCacheRow
    limit = func.clock_timestamp() - func.make_interval(0, 0, 0, days)
    unused = select(row.id).where(row.last_used_at < limit).order_by(row.last_used_at, row.id)
    return await _delete(session, unused.limit(at_most))


async def delete_surplus(session: AsyncSession, per_owner: int, at_most: int) -> int:
    """Delete what an owner has beyond so many renditions, the least recently used first."""
    row = PersonalizationCacheRow
    place = func.row_number().over(
        partition_by=row.user_id, order_by=(row.last_used_at.desc(), row.id.desc())
    )
    placed = select(row.id, place.label("place")).subquery()
    surplus = select(placed.c.id).where(placed.c.place > per_owner)
    return await _delete(session, surplus.order_by(placed.c.place.desc()).limit(at_most))


async def delete_old_log(session: AsyncSession, days: int, through_id: int, at_most: int) -> int:
    """Delete log rows older than so many days, none beyond the given row, the oldest first."""
    row = PersonalizationLogRow
    limit = func.clock_timestamp() - func.make_interval(0, 0, 0, days)
    old = select(row.id).where(row.created_at < limit, row.id <= through_id)
    oldest = old.order_by(row.created_at).limit(at_most).scalar_subquery()
    gone = await session.scalars(delete(row).where(row.id.in_(oldest)).returning(row.id))
    return len(gone.all())


async def _delete(session: AsyncSession, ids: Select[int]) -> int:
    row = PersonalizationCacheRow
    gone = await session.scalars(
        delete(row).where(row.id.in_(ids.scalar_subquery())).returning(row.id)
    )
    return len(gone.all())
