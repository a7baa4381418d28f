"""Eviction: renditions that nobody has used for long, and what an owner has too many of.

Only whole renditions go. They are put together again from the section rewrites, which are what
was paid for and are kept: eviction costs an assembly, never a call. A rendition's age counts from
its last use, since one that does not fit its chapter any more is never found, and so never used.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.generation.renditions.cache import eviction_queries
from server.settings import Settings

AT_ONCE = 200  # rows of one transaction: nobody waits long for their locks

logger = structlog.stdlib.get_logger(__name__)

Delete = Callable[[AsyncSession, int, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long and how many; 0 means no limit."""

    days: int
    per_owner: int


@dataclass(frozen=True, slots=True)
class Evicted:
    """How many renditions are gone: for their age, and because an owner had too many."""

    unused: int
    surplus: int


def keeping_of(settings: Settings) -> Keeping:
    return Keeping(settings.cache_ttl_days, settings.cache_entries_per_user)


async def evict(sessions: Sessions, keeping: Keeping) -> Evicted:
    """Evict what is due; where another process is at it, leave the rest to that one."""
    evicted = Evicted(
        unused=await _delete_all(sessions, eviction_queries.delete_unused, keeping.days),
        surplus=await _delete_all(sessions, eviction_queries.delete_surplus, keeping.per_owner),
    )
    if evicted.unused or evicted.surplus:
        logger.info("renditions evicted", unused=evicted.unused, surplus=evicted.surplus)
    return evicted


async def _delete_all(sessions: Sessions, delete: Delete, limit: int) -> int:
    """Delete in small transactions until nothing is left that is beyond the limit."""
    gone = 0
    while limit:
        async with sessions.begin() as session:
            if not await eviction_queries.take_turn(session):
                break
            found = await delete(session, limit, AT_ONCE)
        gone += found
        if found < AT_ONCE:
            break
    return gone
