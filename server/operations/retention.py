"""What is not kept for ever: old log rows where the site says so, and leftovers of accounts.

Nothing that was paid for is ever forgotten: section rewrites stay.
"""

from dataclasses import dataclass

import structlog

from server.core.database.engine import Sessions
from server.generation.budget.permits import service as permits
from server.generation.renditions.log.service import forget_log
from server.generation.warming.jobs import service as warm_ups
from server.insight.analytics.rollup.service import find_rolled_up, roll_up
from server.learners.accounts.administration import service as accounts

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many rows are gone."""

    log: int
    accounts: int  # sessions that are over, invitations, counts of attempts
    permits: int
    warm_ups: int


async def forget(sessions: Sessions, *, log_days: int) -> Forgotten:
    """Forget what is due; safe on several workers at once. 0 days keep the log for ever."""
    forgotten = Forgotten(
        log=await _forget_log(sessions, log_days) if log_days else 0,
        accounts=await accounts.prune(sessions),
        permits=await permits.prune(sessions),
        warm_ups=await warm_ups.prune(sessions),
    )
    if forgotten != Forgotten(0, 0, 0, 0):
        logger.info(
            "old rows forgotten",
            log=forgotten.log,
            accounts=forgotten.accounts,
            permits=forgotten.permits,
            warm_ups=forgotten.warm_ups,
        )
    return forgotten


async def _forget_log(sessions: Sessions, days: int) -> int:
    """Only what analytics has added up: its figures do not change when the rows go."""
    await roll_up(sessions)
    return await forget_log(sessions, days=days, through_id=await find_rolled_up(sessions))
