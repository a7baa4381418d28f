"""A learner's share: so many generations within any minute, counted over all hosts."""

from uuid import uuid4

from server.core.database.engine import Sessions
from server.errors import TooManyRequests
from server.generation.budget.domain import Permit
from server.generation.budget.permits import queries


async def take_permit(sessions: Sessions, user_id: int, *, per_minute: int) -> Permit:
    """Allow one more generation, or raise TooManyRequests; a limit of 0 allows all."""
    permit = Permit(uuid4(), user_id)
    if per_minute == 0:
        return permit
    async with sessions.begin() as session:
        await queries.lock_permits(session, user_id)
        wait_s = await queries.find_wait(session, user_id, per_minute)
        if not wait_s:
            await queries.add_permit(session, permit)
        await queries.prune_permits(session)
    if wait_s:
        raise TooManyRequests(
            f"You have asked for {per_minute} rewritten chapters within a minute. "
            f"Try again in {wait_s} s.",
            retry_after_s=wait_s,
        )
    return permit


async def return_permit(sessions: Sessions, permit: Permit) -> None:
    """Give it back: nothing was generated, or all that went wrong was our fault."""
    async with sessions.begin() as session:
        await queries.remove_permit(session, permit)


async def prune(sessions: Sessions) -> int:
    """Forget the permits that no longer count; return how many it were."""
    gone = 0
    while True:
        async with sessions.begin() as session:
            found = await queries.prune_permits(session)
        if not found:
            return gone
        gone += found
