"""What is not kept for ever: old log rows where the site says so, and leftovers of accounts.

Nothing that was paid for is ever forgotten: section rewrites stay.
"""

from collections.abc import Mapping, Sequence

import structlog

from server.core.database.engine import Sessions
from server.core.packages import Retention
from server.settings import Settings

logger = structlog.stdlib.get_logger(__name__)


async def forget(
    sessions: Sessions, settings: Settings, retention: Sequence[Retention]
) -> Mapping[str, int]:
    """Forget what is due, and say how many rows it were; safe on several workers at once."""
    forgotten = {each.name: await each.prune(sessions, settings) for each in retention}
    if any(forgotten.values()):
        logger.info("old rows forgotten", **forgotten)
    return forgotten
