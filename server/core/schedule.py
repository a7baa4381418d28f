"""Jobs that a worker does from time to time, beside its requests."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from uuid import uuid4

import structlog

from server.core.telemetry.metrics import Metrics

logger = structlog.stdlib.get_logger(__name__)

Job = Callable[[], Awaitable[object]]


@asynccontextmanager
async def repeating(
    name: str, job: Job, *, every_s: float, metrics: Metrics | None = None
) -> AsyncGenerator[None]:
    """Do the job again and again while the block runs.

    The first time comes somewhere within the first tenth of the interval, so that workers that
    start together do not all ask the database at once.
    """
    first_s = random.uniform(0, every_s / 10)  # noqa: S311 - nobody is to guess it
    work = _counting(name, job, metrics) if metrics else job
    repetition = asyncio.create_task(_repeat(name, work, first_s, every_s), name=name)
    try:
        yield
    finally:
        repetition.cancel()
        await asyncio.gather(repetition, return_exceptions=True)


async def _repeat(name: str, job: Job, first_s: float, every_s: float) -> None:
    await asyncio.sleep(first_s)
    while True:
        # Each time has an id, as a request has, in all its lines.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(task=name, request_id=uuid4().hex)
        try:
            await job()
        except Exception:
            # Whatever it was: a job that ended for good would be missed by nobody for weeks.
            logger.exception("scheduled job failed, and comes again")
        await asyncio.sleep(every_s)


def _counting(name: str, job: Job, metrics: Metrics) -> Job:
    """The same job, whose ends are counted."""
    done, failed = (metrics.jobs.labels(name, outcome) for outcome in ("done", "failed"))

    async def work() -> object:
        try:
            result = await job()
        except Exception:
            failed.inc()
            raise
        done.inc()
        return result

    return work
