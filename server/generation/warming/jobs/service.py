"""Warm-ups that a server does beside its requests: one worker does each, and another goes on."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.auditing.domain import Act, ActKind
from server.core.auditing.service import record
from server.core.database.engine import Sessions
from server.errors import Conflict, NotFound, TextbookError
from server.generation.warming.batches import queries as batch_queries
from server.generation.warming.domain import Ending, Estimate, Tally, Wish
from server.generation.warming.jobs import queries
from server.generation.warming.jobs.domain import Job
from server.generation.warming.jobs.queries import list_latest_jobs
from server.generation.warming.resources import Workplace
from server.generation.warming.service import estimate, warm

__all__ = ["list_latest_jobs"]

REPORT_S = 3.0

logger = structlog.stdlib.get_logger(__name__)


class NothingToWarmWith(Conflict):
    """A warm-up's job is asked for, and no model is set up."""

    slug = "no-model"
    title = "There is no model to ask"


class JobNotFound(NotFound):
    """No warm-up's job has this id."""

    slug = "job-not-found"
    title = "There is no such job"


async def start_job(sessions: Sessions, workplace: Workplace, asked_by: int, wish: Wish) -> Job:
    """Queue a warm-up, and say so in the audit log; a worker begins within seconds.

    One that waits for just the same is not queued twice: that was a second click.
    """
    needed = await estimate(workplace, wish)
    if workplace.model is None:
        raise NothingToWarmWith("No model key is set, so nothing can be generated.")
    async with sessions.begin() as session:
        waiting = await queries.find_waiting(session, wish)
        if waiting is not None:
            return waiting
        job = await queries.add_job(session, uuid4(), asked_by, wish, needed)
        await record(session, asked_by, describe_start(job))
    logger.info("warm-up asked for", user_id=asked_by, job=str(job.id), wish=wish)
    return job


async def load_job(session: AsyncSession, id_: UUID) -> Job:
    """Load a warm-up's job; JobNotFound where there is none."""
    job = await queries.find_job(session, id_)
    if job is None:
        raise JobNotFound("There is no such job.")
    return job


async def cancel_job(session: AsyncSession, cancelled_by: int, id_: UUID) -> Job:
    """End a job and say who did; what a model is working on now is still kept, for it is paid."""
    if await queries.cancel_job(session, id_):
        await record(session, cancelled_by, Act(ActKind.CANCEL, details={"job": str(id_)}))
        logger.info("warm-up cancelled", user_id=cancelled_by, job=str(id_))
    return await load_job(session, id_)


async def run_jobs(workplace: Workplace) -> None:
    """Do the jobs that wait, one after the other."""
    while await run_next_job(workplace):
        pass


async def run_next_job(workplace: Workplace) -> bool:
    """Do the job that has waited longest; False where none waits."""
    sessions, owner = workplace.resources.sessions, uuid4()
    async with sessions.begin() as session:
        job = await queries.claim_job(session, owner)
    if job is None:
        return False
    reporting = _Reporting(sessions, job, owner)
    # The line of the request that asked for it names the job as well.
    structlog.contextvars.bind_contextvars(job=str(job.id))
    work = asyncio.create_task(_warm(workplace, job, reporting))
    try:
        await reporting.until_done(work)
    finally:
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        await asyncio.shield(reporting.release())
        structlog.contextvars.unbind_contextvars("job")
    return True


async def _warm(workplace: Workplace, job: Job, reporting: "_Reporting") -> Ending:
    try:
        return (await warm(workplace, job.wish, reporting.listen)).ending
    except TextbookError as error:
        logger.warning("warm-up failed", job=str(job.id), reason=error.detail)
        return Ending.FAILED
    except SQLAlchemyError:
        raise  # the database is away: the job is taken up again
    except Exception:
        # Begun again, it would come to the same end.
        logger.exception("warm-up failed", job=str(job.id))
        return Ending.FAILED


class _Reporting:
    """Keeps a job's row up to date, and with it the claim of the worker that does it."""

    def __init__(self, sessions: Sessions, job: Job, owner: UUID) -> None:
        self._sessions = sessions
        self._job = job
        self._owner = owner
        self._tally = Tally()

    def listen(self, tally: Tally) -> None:
        self._tally = tally

    async def until_done(self, work: asyncio.Task[Ending]) -> None:
        """Report from time to time; return when the work is done, or not ours to do any more."""
        while not work.done():
            await asyncio.wait({work}, timeout=REPORT_S)
            if not await self._report():
                return
        ending = work.result()
        async with self._sessions.begin() as session:
            await queries.finish_job(session, self._job.id, self._owner, ending)

    async def release(self) -> None:
        async with self._sessions.begin() as session:
            await queries.release_job(session, self._job.id, self._owner)

    async def _report(self) -> bool:
        """Another worker's sections count, too; its failures are counted anew."""
        done = self._job.done + self._tally.done
        async with self._sessions.begin() as session:
            return await queries.report_progress(
                session, self._job.id, self._owner, done, self._tally.failures
            )


def describe_start(job: Job) -> Act:
    """A warm-up that a server does for an instructor."""
    return _describe(job.wish, job.estimate, {"job": str(job.id)})


async def record_command(sessions: Sessions, wish: Wish, needed: Estimate, *, batch: bool) -> None:
    """Record in the audit a warm-up that begins at the command line, where nobody is signed in."""
    act = _describe(wish, needed, {"by": "command line", "batch": batch})
    async with sessions.begin() as session:
        await record(session, None, act)


def _describe(wish: Wish, needed: Estimate, more: Mapping[str, object]) -> Act:
    """One chapter is named as an act's chapter, several only among the details."""
    named = wish.chapter_ids
    details = {
        **more,
        "chapter_ids": list(named),
        "plans": wish.plans.value,
        "languages": list(wish.languages),
        "upgrade": wish.upgrade,
        "missing": needed.missing,
    }
    return Act(ActKind.WARM, chapter_id=named[0] if len(named) == 1 else None, details=details)


KEPT = timedelta(days=30)


async def prune(sessions: Sessions) -> int:
    """Forget what has ended so long ago; return how many jobs and batches that was."""
    async with sessions.begin() as session:
        jobs = await queries.delete_old_jobs(session, KEPT)
        return jobs + await batch_queries.delete_old_batches(session, KEPT)


async def export_jobs(session: AsyncSession, user_id: int) -> Mapping[str, object]:
    """The warm-ups that an account asked for."""
    return {"warm_jobs": await queries.list_jobs_of(session, user_id)}
