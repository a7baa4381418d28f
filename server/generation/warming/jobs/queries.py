"""SQL of jobs: who asked for what, which worker does it, how far it is."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy import case, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.warming.domain import Ending, Estimate, Wish
from server.generation.warming.jobs.domain import Job, JobState
from server.generation.warming.models import WarmJobRow

HELD_FOR = timedelta(seconds=15)  # renewed long before; then the worker that held it is gone
MOST_SHOWN = 10
WISH_LOCK = 7_203_417_305  # any number that nothing else in the database locks

_WISH = TypeAdapter(Wish)
_ESTIMATE = TypeAdapter(Estimate)
_JOB = TypeAdapter(Job)


async def add_job(
    session: AsyncSession, id_: UUID, asked_by: int, wish: Wish, estimate: Estimate
) -> Job:
    """Add a warm-up's job to those that wait."""
    row = WarmJobRow
    added = await session.execute(
        insert(row)
        .values(
            id=id_,
            asked_by=asked_by,
            wish=_WISH.dump_python(wish, mode="json"),
            estimate=_ESTIMATE.dump_python(estimate, mode="json"),
            state=JobState.QUEUED,
            failures={},
        )
        .returning(row)
    )
    return _to_domain(added.scalar_one())


async def find_waiting(session: AsyncSession, wish: Wish) -> Job | None:
    """The job that asks for just this and has not begun; who asks for it next waits for us."""
    await session.execute(select(func.pg_advisory_xact_lock(WISH_LOCK)))
    row = WarmJobRow
    same = row.wish == _WISH.dump_python(wish, mode="json")
    waiting = select(row).where(row.state == JobState.QUEUED, same)
    found = (await session.scalars(waiting.order_by(row.created_at).limit(1))).first()
    return _to_domain(found) if found is not None else None


async def find_job(session: AsyncSession, id_: UUID) -> Job | None:
    """Find a warm-up's job."""
    row = await session.get(WarmJobRow, id_)
    return _to_domain(row) if row is not None else None


async def list_latest_jobs(session: AsyncSession) -> list[Job]:
    """The running ones first, then those that wait, then the newest."""
    row = WarmJobRow
    urgency = case({JobState.RUNNING.value: 0, JobState.QUEUED.value: 1}, value=row.state, else_=2)
    latest = select(row).order_by(urgency, row.created_at.desc(), row.id)
    found = await session.scalars(latest.limit(MOST_SHOWN))
    return [_to_domain(each) for each in found]


async def claim_job(session: AsyncSession, owner: UUID) -> Job | None:
    """The oldest job that nobody does: none has begun it, or who did is gone."""
    row = WarmJobRow
    free = row.owner.is_(None) | (row.deadline < func.clock_timestamp())
    next_one = (
        select(row.id)
        .where(row.state.in_((JobState.QUEUED, JobState.RUNNING)), free)
        .order_by(row.created_at, row.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    claimed = await session.execute(
        update(row)
        .where(row.id == next_one)
        .values(state=JobState.RUNNING, owner=owner, deadline=func.clock_timestamp() + HELD_FOR)
        .returning(row)
    )
    found = claimed.scalar_one_or_none()
    return _to_domain(found) if found is not None else None


async def report_progress(
    session: AsyncSession, id_: UUID, owner: UUID, done: int, failures: Mapping[str, int]
) -> bool:
    """Say how far it is and keep it; False where it was cancelled or is somebody else's now."""
    row = WarmJobRow
    reported = await session.execute(
        update(row)
        .where(row.id == id_, row.owner == owner, row.state == JobState.RUNNING)
        .values(done=done, failures=dict(failures), deadline=func.clock_timestamp() + HELD_FOR)
        .returning(row.id)
    )
    return reported.first() is not None


async def finish_job(session: AsyncSession, id_: UUID, owner: UUID, ending: Ending) -> None:
    """Say how a warm-up's job ended."""
    row = WarmJobRow
    await session.execute(
        update(row)
        .where(row.id == id_, row.owner == owner, row.state == JobState.RUNNING)
        .values(
            state=JobState.DONE,
            ending=ending,
            owner=None,
            deadline=None,
            finished_at=func.clock_timestamp(),
        )
    )


async def release_job(session: AsyncSession, id_: UUID, owner: UUID) -> None:
    """Let another worker go on at once."""
    row = WarmJobRow
    await session.execute(
        update(row).where(row.id == id_, row.owner == owner).values(owner=None, deadline=None)
    )


async def cancel_job(session: AsyncSession, id_: UUID) -> bool:
    """Cancel what has not ended; False where it has, and stays as it is."""
    row = WarmJobRow
    cancelled = await session.execute(
        update(row)
        .where(row.id == id_, row.state.in_((JobState.QUEUED, JobState.RUNNING)))
        .values(state=JobState.CANCELLED, finished_at=func.clock_timestamp())
        .returning(row.id)
    )
    return cancelled.first() is not None


async def delete_old_jobs(session: AsyncSession, after: timedelta) -> int:
    """Delete jobs that have ended so long ago."""
    row = WarmJobRow
    old = row.finished_at < func.clock_timestamp() - after
    gone = await session.scalars(delete(row).where(old).returning(row.id))
    return len(gone.all())


async def list_jobs_of(session: AsyncSession, user_id: int) -> list[dict[str, object]]:
    """What an instructor asked for, for their export."""
    row = WarmJobRow
    found = await session.execute(
        select(row.wish, row.state, row.done, row.created_at, row.finished_at)
        .where(row.asked_by == user_id)
        .order_by(row.created_at, row.id)
    )
    return [dict(each) for each in found.mappings()]


def _to_domain(row: WarmJobRow) -> Job:
    return _JOB.validate_python({each.name: getattr(row, each.name) for each in fields(Job)})
