"""Eviction: renditions that nobody has used for long, and what an owner has too many of.

Only whole renditions go. They are put together again from the section rewrites, which are what
was paid for and are kept: eviction costs an assembly, never a call. A rendition's age counts from
its last use, since one that does not fit its chapter any more is never found, and so never used.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions, delete_in_steps
from server.generation.corrections.domain import Place
from server.generation.editions.domain import WHOLE_BOOK
from server.generation.editions.service import raise_revision
from server.generation.renditions.cache import queries
from server.generation.renditions.cache.domain import Cleared, ClearScope, EarlierSection
from server.generation.renditions.cache.queries import (
    count_editions,
    count_stored,
    list_stored,
    weigh_stored,
)
from server.generation.renditions.queries import read_earlier
from server.generation.rewriting.store.service import count_ready, delete_rewrites
from server.settings import Settings

__all__ = ["count_editions", "count_stored", "list_stored", "weigh_stored"]

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
    """Return how long stored renditions are kept, and how many, by the settings."""
    return Keeping(settings.cache_ttl_days, settings.cache_entries_per_user)


async def evict(sessions: Sessions, keeping: Keeping) -> Evicted:
    """Evict what is due; where another process is at it, leave the rest to that one."""
    evicted = Evicted(
        unused=await _delete_all(sessions, queries.delete_unused, keeping.days),
        surplus=await _delete_all(sessions, queries.delete_surplus, keeping.per_owner),
    )
    if evicted.unused or evicted.surplus:
        logger.info("renditions evicted", unused=evicted.unused, surplus=evicted.surplus)
    return evicted


async def _delete_all(sessions: Sessions, delete: Delete, limit: int) -> int:
    """All that is beyond the limit, for as long as nobody else is at it."""

    async def delete_some(session: AsyncSession) -> int:
        if not await queries.take_turn(session):
            return 0
        return await delete(session, limit, AT_ONCE)

    return await delete_in_steps(sessions, delete_some) if limit else 0


async def revise_showing(session: AsyncSession, *places: Place) -> None:
    """Have everything that shows one of these sections seen anew, in other chapters too."""
    showing = await queries.list_chapters_showing(session, places)
    for chapter_id in sorted({*(place.chapter_id for place in places), *showing}):
        await raise_revision(session, chapter_id)


async def list_earlier(session: AsyncSession, chapter_id: str) -> list[EarlierSection]:
    """The sections of all stored renditions of a chapter, the newest rendition's first."""
    found = await queries.list_stored_sections(session, chapter_id)
    return [each for source_hash, packed in found for each in read_earlier(source_hash, packed)]


async def clear(session: AsyncSession, scope: ClearScope, *, rewrites: bool) -> Cleared:
    """Forget renditions, and with `rewrites` the section rewrites too, so that they cost again."""
    is_all = scope.chapter_id is None and scope.user_id is None
    deleted = 0
    if rewrites:
        keys = None if is_all else await queries.list_section_keys(session, scope)
        deleted = await delete_rewrites(session, keys, scope.chapter_id)
    chapters = await queries.delete_renditions(session, scope)
    named = [scope.chapter_id] if scope.chapter_id is not None else []
    # A chapter of which nothing is stored may still be in some worker's memory.
    for chapter_id in [WHOLE_BOOK] if is_all else sorted({*chapters, *named}):
        await raise_revision(session, chapter_id)
    return Cleared(renditions=len(chapters), rewrites=deleted)


async def count_by_chapter(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """For each chapter with stored text: its renditions and its section rewrites."""
    renditions = await queries.count_renditions(session)
    rewrites = await count_ready(session)
    return {
        chapter_id: (renditions.get(chapter_id, 0), rewrites.get(chapter_id, 0))
        for chapter_id in sorted({*renditions, *rewrites})
    }
