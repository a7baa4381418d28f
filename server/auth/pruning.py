"""Accounts' leftovers: sessions that are over, old invitations, counts that mean nothing now."""

from datetime import timedelta

from server.auth import attempt_queries, queries, session_queries
from server.database.engine import Sessions

INVITATIONS_KEPT = timedelta(days=30)  # after they were used or have expired
AT_ONCE = 100


async def prune(sessions: Sessions) -> int:
    """Forget all of it, a little at a time; return how many rows that was."""
    gone = 0
    while True:
        async with sessions.begin() as session:
            found = (
                await session_queries.prune_expired(session)
                + await attempt_queries.prune_attempts(session)
                + await queries.delete_old_invitations(session, INVITATIONS_KEPT, AT_ONCE)
            )
        if not found:
            return gone
        gone += found
