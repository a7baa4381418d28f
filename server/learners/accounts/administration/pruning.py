"""Accounts' leftovers: sessions that are over, old invitations, counts that mean nothing now."""

from datetime import timedelta

from server.core.database.engine import Sessions
from server.learners.accounts import queries
from server.learners.accounts.attempts import queries as attempt_queries
from server.learners.accounts.sessions import queries as session_queries

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
