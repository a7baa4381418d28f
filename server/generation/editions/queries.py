"""SQL of editions: the reader with the chapter’s revision."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import TEXT, Integer, Select, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.editions.domain import WHOLE_BOOK, Reader
from server.generation.editions.models import ChapterRevisionRow
from server.learners.accounts.service import select_readers


async def find_readers(
    session: AsyncSession, asked: Sequence[tuple[int, str]]
) -> list[Reader | None]:
    """For each user and chapter the account and the chapter's revision, all in one read."""
    parameters = {"users": [user for user, _ in asked], "chapters": [name for _, name in asked]}
    rows = await session.execute(_select_readers(), parameters)
    found = {
        place: Reader(user_id, role, is_active, onboarding, revision)
        for place, user_id, role, is_active, onboarding, revision in rows
    }
    return [found.get(place) for place in range(1, len(asked) + 1)]


@cache
def _select_readers() -> Select[int, int, str, bool, dict[str, str], int]:
    """The same statement for any number of pairs, so that it is made and prepared once."""
    users = bindparam("users", type_=ARRAY(Integer)).cast(ARRAY(Integer))
    chapters = bindparam("chapters", type_=ARRAY(TEXT)).cast(ARRAY(TEXT))
    asked = (
        func.unnest(users, chapters)
        .table_valued("user_id", "chapter_id", with_ordinality="place")
        .render_derived(name="asked")
    )
    row, reader = ChapterRevisionRow, select_readers()
    revision = (
        select(func.coalesce(func.sum(row.revision), 0))
        .where(row.chapter_id.in_([asked.c.chapter_id, WHOLE_BOOK]))
        .correlate(asked)
        .scalar_subquery()
    )
    answer = reader.c
    return select(
        asked.c.place, answer.id, answer.role, answer.is_active, answer.onboarding, revision
    ).join_from(asked, reader, answer.id == asked.c.user_id)


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
