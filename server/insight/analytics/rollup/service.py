"""The roll-up: the request log added up by day, so that a question reads few rows.

It follows the log by row id, not by time: a row that is late for its day is simply in a later
batch, and is added to the day that it names. What is not rolled up yet is read from the log.
"""

import asyncio

import structlog

from server.core.database.engine import Sessions
from server.generation.renditions.log.service import find_last, list_writers
from server.insight.analytics.rollup import queries

AT_ONCE = 100_000  # rows of one transaction
LOOKS, PAUSE_S = 20, 0.05  # at who is writing

logger = structlog.stdlib.get_logger(__name__)


async def roll_up(sessions: Sessions, *, at_once: int = AT_ONCE) -> int:
    """Add up what is new in the log; where another process is at it, leave it to that one."""
    last = await _find_last(sessions)
    rolled_up = 0
    while last is not None:
        async with sessions.begin() as session:
            if not await queries.take_turn(session):
                break
            progress = await queries.find_progress(session)
            if progress >= last:
                break
            through = min(last, progress + at_once)
            rolled_up += await queries.add_rows(session, progress, through)
    if rolled_up:
        logger.info("log rolled up", rows=rolled_up)
    return rolled_up


async def find_rolled_up(sessions: Sessions) -> int:
    """The last row whose going would change no figure; 0 where there is none."""
    async with sessions.begin() as session:
        return await queries.find_progress(session)


async def _find_last(sessions: Sessions) -> int | None:
    """The last row of the log, once no earlier one is still to come.

    Rows get their ids before they are committed, so we wait for those who are writing. None where
    nothing is new, and where someone takes too long; what is not rolled up is read from the log.
    """
    async with sessions.begin() as session:
        last = await find_last(session)
        if last <= await queries.find_progress(session):
            return None
        writers = await list_writers(session)
    for _ in range(LOOKS):
        if not writers:
            return last
        await asyncio.sleep(PAUSE_S)
        async with sessions.begin() as session:
            writers &= await list_writers(session)
    logger.info("someone is writing to the log; it is rolled up the next time")
    return None
