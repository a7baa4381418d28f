"""How long the request log is kept; stored text has rules of its own, see `eviction`."""

from server.core.database.engine import Sessions
from server.generation.renditions.cache import eviction_queries

AT_ONCE = 2000


async def forget_log(sessions: Sessions, *, days: int, through_id: int) -> int:
    """Delete rows older than so many days, in small transactions; return how many it were.

    Rows beyond `through_id` stay, whatever their age: nobody has added them up yet.
    """
    gone = 0
    while True:
        async with sessions.begin() as session:
            if not await eviction_queries.take_turn(session):
                return gone
            found = await eviction_queries.delete_old_log(session, days, through_id, AT_ONCE)
        gone += found
        if found < AT_ONCE:
            return gone
