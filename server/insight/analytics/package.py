"""What analytics brings."""

from server.core.database.engine import Sessions
from server.core.packages import Job, Package, Retention
from server.generation.renditions.log.service import forget_log
from server.insight.analytics.rollup.models import LABEL_ROLLUP, PROGRESS, ROLLUP, TIME_ROLLUP
from server.insight.analytics.rollup.service import find_rolled_up, roll_up
from server.insight.analytics.router import figures_router, router
from server.settings import Settings

ROLL_UP_S = 300  # what is newer is read from the log itself


async def _forget_log(sessions: Sessions, settings: Settings) -> int:
    """Only what is added up: no figure changes when the rows go. 0 days keep them for ever."""
    if not settings.log_retention_days:
        return 0
    await roll_up(sessions)
    through_id = await find_rolled_up(sessions)
    return await forget_log(sessions, days=settings.log_retention_days, through_id=through_id)


analytics = Package(
    routers=(router, figures_router),
    tables=(ROLLUP, TIME_ROLLUP, LABEL_ROLLUP, PROGRESS),
    retention=(Retention("log", _forget_log),),
    jobs=(Job("log roll-up", lambda state: roll_up(state.sessions), ROLL_UP_S),),
)
