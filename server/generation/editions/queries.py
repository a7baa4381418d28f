"""SQL of editions: the reader with the chapter’s revision."""

from collections.abc import Sequence
from functools import cache

from sqlalchemy import Integer, Select, Text, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.editions.domain import WHOLE_BOOK, Reader
from server.generation.editions.models import ChapterRevisionRow
from server.learners.accounts.service import select_readers


@cache
def _select_readers() -> Select[int, int, str, bool, dict[str, str], int]:
    """The same statement for any number of pairs, so that it is prepared once."""
    pairs = func.unnest(
        bindparam("users", type_=ARRAY(Integer)), bindparam("chapters", type_=ARRAY(Text))
    )
    asked = pairs.table_valued(
        column("user_id", Integer), column("chapter_id", Text), with_ordinality="place"
    ).render_derived(name="asked")
    reader, row = select_readers(), ChapterRevisionRow
    revision = select(func.coalesce(func.sum(row.revision), 0)).where(
        row.chapter_id.in_([asked.c.chapter_id, WHOLE_BOOK])
    )
    return select(
        asked.c.place,
        reader.c.id,
        reader.c.role,
        reader.c.is_active,
        reader.c.onboarding,
        revision.scalar_subquery(),
    ).join_from(asked, reader, reader.c.id == asked.c.user_id)


async def find_readers(
    session: AsyncSession, asked: Sequence[tuple[int, str]]
) -> list[Reader | None]:
    """For each user and chapter the account and the chapter's revision, all in one read."""
    parameters = {
        "users": [user for user, _ in asked],
        "chapters": [chapter for _, chapter in asked],
    }
    rows = await session.execute(_select_readers(), parameters)
    found = {row[0]: Reader(*row[1:]) for row in rows}
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
