"""SQL of the switch: one row that stops all model calls."""

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.budget.domain import Stop
from server.generation.budget.models import ModelStopRow

THE_ROW = 1


async def find_stop(session: AsyncSession) -> Stop | None:
    row = ModelStopRow
    found = await session.execute(select(row.stopped_by, row.reason, row.stopped_at))
    stop = found.one_or_none()
    return None if stop is None else Stop(*stop)


async def remember_stop(session: AsyncSession, by: str, reason: str) -> None:
    """Stop all calls; who stops them again takes the place of who did before."""
    words = {"stopped_by": by, "reason": reason, "stopped_at": func.clock_timestamp()}
    stop = insert(ModelStopRow).values(id=THE_ROW, **words)
    await session.execute(stop.on_conflict_do_update(index_elements=["id"], set_=words))


async def forget_stop(session: AsyncSession) -> bool:
    """Let models be called again; False when they were not stopped."""
    forgotten = await session.execute(delete(ModelStopRow).returning(ModelStopRow.id))
    return forgotten.one_or_none() is not None
