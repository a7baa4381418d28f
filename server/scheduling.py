"""Jobs that a worker does from time to time, beside its requests."""

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog

logger = structlog.stdlib.get_logger(__name__)

Job = Callable[[], Awaitable[object]]


@asynccontextmanager
async def repeating(name: str, job: Job, *, every_s: float) -> AsyncGenerator[None]:
    """Do the job again and again while the block runs.

    The first time comes somewhere within the first tenth of the interval, so that workers that
    start together do not all ask the database at once.
    """
    first_s = random.uniform(0, every_s / 10)  # noqa: S311 - nobody is to guess it
    repetition = asyncio.create_task(_repeat(name, job, first_s, every_s), name=name)
    try:
        yield
    finally:
        repetition.cancel()
        await asyncio.gather(repetition, return_exceptions=True)


async def _repeat(name: str, job: Job, first_s: float, every_s: float) -> None:
    await asyncio.sleep(first_s)
    while True:
        try:
            await job()
        except Exception:
            # Whatever it was: a job that ended for good would be missed by nobody for weeks.
            logger.exception("scheduled job failed, and comes again", job=name)
        await asyncio.sleep(every_s)
