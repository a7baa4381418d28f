"""Warm-ups that are long over: their jobs and batches; the text that they made stays."""

from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.generation.warming.batches import queries as batch_queries
from server.generation.warming.jobs import queries as job_queries

KEPT = timedelta(days=30)


async def prune(sessions: Sessions) -> int:
    """Forget what has ended so long ago; return how many jobs and batches that was."""
    async with sessions.begin() as session:
        jobs = await job_queries.delete_old_jobs(session, KEPT)
        return jobs + await batch_queries.delete_old_batches(session, KEPT)


async def export_jobs(session: AsyncSession, user_id: int) -> Mapping[str, object]:
    """The warm-ups that an account asked for."""
    return {"warm_jobs": await job_queries.list_jobs_of(session, user_id)}
