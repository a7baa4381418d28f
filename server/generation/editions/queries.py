"""SQL of editions: the reader with the chapter’s revision."""

from collections.abc import Sequence

from sqlalchemy import (
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.editions.domain import WHOLE_BOOK, Reader
from server.generation.editions.models import ChapterRevisionRow

# The same text for any number of pairs, so that it is prepared once.
READERS = text(
    """
    SELECT asked.place, users.id, users.role, users.is_active, users.onboarding,
           (SELECT coalesce(sum(revision), 0) FROM chapter_revision
            WHERE chapter_revision.chapter_id IN (asked.chapter_id, :whole_book))
    FROM unnest(CAST(:users AS integer[]), CAST(:chapters AS text[]))
         WITH ORDINALITY AS asked (user_id, chapter_id, place)
    JOIN users ON users.id = asked.user_id
    """
)


async def find_readers(
    session: AsyncSession, asked: Sequence[tuple[int, str]]
) -> list[Reader | None]:
    """For each user and chapter the account and the chapter's revision, all in one read."""
    parameters = {
        "users": [user for user, _ in asked],
        "chapters": [chapter for _, chapter in asked],
        "whole_book": WHOLE_BOOK,
    }
    found = {row[0]: Reader(*row[1:]) for row in await session.execute(READERS, parameters)}
    return [found.get(place) for place in range(1, len(asked) + 1)]


async def raise_revision(session: AsyncSession, chapter_id: str) -> int:
    """Have everything stored of the chapter seen anew; returns the revision as readers see it."""
    row = ChapterRevisionRow
    raised = insert(row).values(chapter_id=chapter_id, revision=1)
    await session.execute(
        raised.on_conflict_do_update(
            index_elements=[row.chapter_id], set_={"revision": row.revision + 1}
        )
    )
    return await find_revision(session, chapter_id)


async def find_revision(session: AsyncSession, chapter_id: str) -> int:
    """The revision as readers see it."""
    row = ChapterRevisionRow
    revision = await session.scalar(
        select(func.sum(row.revision)).where(row.chapter_id.in_([chapter_id, WHOLE_BOOK]))
    )
    return int(revision or 0)
