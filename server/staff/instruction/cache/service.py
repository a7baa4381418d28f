"""Clear stored text, and say so in the audit log: both, or neither."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.library import ChapterLibrary
from server.core.auditing.domain import Act, ActKind
from server.core.auditing.service import record
from server.generation.renditions.cache import service
from server.generation.renditions.cache import service as renditions
from server.generation.renditions.cache.domain import Cleared, ClearScope
from server.staff.instruction.domain import ChapterStock


async def clear(
    session: AsyncSession, user_id: int, scope: ClearScope, *, rewrites: bool
) -> Cleared:
    """Clear what instructors have in scope of the cache; for the API and the pages alike."""
    cleared = await service.clear(session, scope, rewrites=rewrites)
    await record(session, user_id, _describe(scope, cleared, rewrites=rewrites))
    return cleared


def _describe(scope: ClearScope, cleared: Cleared, *, rewrites: bool) -> Act:
    """Which learner's renditions went is not kept: that would outlive the learner's account."""
    details = {
        "scope": _name(scope),
        "with_rewrites": rewrites,
        "renditions": cleared.renditions,
        "rewrites": cleared.rewrites,
    }
    return Act(ActKind.CLEAR, chapter_id=scope.chapter_id, details=details)


def _name(scope: ClearScope) -> str:
    if scope.chapter_id is not None:
        return "chapter"
    return "all" if scope.user_id is None else "learner"


async def list_stock(session: AsyncSession, library: ChapterLibrary) -> list[ChapterStock]:
    """List what is stored for every chapter, as instructors who may clear it see it.

    What it would take to make a chapter good is not counted: that costs a plan for each learner.
    """
    titles, hashes = await asyncio.to_thread(_read_book, library)
    stored = await renditions.count_by_chapter(session)
    editions = await renditions.count_editions(session)
    return [
        ChapterStock(
            chapter_id=chapter_id,
            title=titles.get(chapter_id),
            versions=stored.get(chapter_id, (0, 0))[0],
            rewrites=stored.get(chapter_id, (0, 0))[1],
            earlier=_count_earlier(editions.get(chapter_id, {}), hashes.get(chapter_id)),
        )
        for chapter_id in [*titles, *(each for each in stored if each not in titles)]
    ]


def _read_book(library: ChapterLibrary) -> tuple[dict[str, str], dict[str, str]]:
    titles = {each.chapter_id: each.title for each in library.list_chapters()}
    return titles, library.list_source_hashes()


def _count_earlier(editions: dict[str, int], source_hash: str | None) -> int:
    return sum(number for edition, number in editions.items() if edition != source_hash)
