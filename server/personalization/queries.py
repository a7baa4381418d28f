"""SQL for an answer: the reader, stored renditions, the chapter's revision, the log."""

from sqlalchemy import column, func, select, table, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.personalization.domain import Reader, Rendition
from server.personalization.models import (
    ChapterRevisionRow,
    PersonalizationCacheRow,
    PersonalizationLogRow,
)
from server.personalization.storing import pack_sections

USE_IS_NOTED_EVERY_SECONDS = 3600

USERS = table("users", column("id"), column("role"), column("is_active"), column("onboarding"))


async def find_reader(session: AsyncSession, user_id: int, chapter_id: str) -> Reader | None:
    """The account and the chapter's revision in one read; nothing of it is remembered."""
    revision = (
        select(ChapterRevisionRow.revision)
        .where(ChapterRevisionRow.chapter_id == chapter_id)
        .scalar_subquery()
    )
    row = (
        await session.execute(
            select(
                USERS.c.role, USERS.c.is_active, USERS.c.onboarding, func.coalesce(revision, 0)
            ).where(USERS.c.id == user_id)
        )
    ).one_or_none()
    return Reader(user_id, *row) if row is not None else None


async def find_rendition(
    session: AsyncSession, chapter_id: str, source_hash: str, plan_hash: str
) -> PersonalizationCacheRow | None:
    """A rendition that is still good, whoever owns it."""
    row = PersonalizationCacheRow
    return await session.scalar(
        select(row)
        .where(
            row.chapter_id == chapter_id,
            row.source_hash == source_hash,
            row.plan_hash == plan_hash,
            row.retry_at.is_(None) | (row.retry_at > func.clock_timestamp()),
        )
        .limit(1)
    )


async def note_use(session: AsyncSession, entry_id: int) -> None:
    """Say that a rendition was used; once an hour is exact enough for eviction."""
    row = PersonalizationCacheRow
    stale = func.clock_timestamp() - func.make_interval(
        0, 0, 0, 0, 0, 0, USE_IS_NOTED_EVERY_SECONDS
    )
    await session.execute(
        update(row)
        .where(row.id == entry_id, row.last_used_at < stale)
        .values(last_used_at=func.clock_timestamp())
    )


async def remember_rendition(session: AsyncSession, rendition: Rendition) -> None:
    """Keep a rendition under its learner; a row that is there already becomes its next version."""
    order = rendition.order
    values = {
        "personalized_content": rendition.content,
        "applied_transformations": list(order.plan.ids),
        "source_hash": order.chapter.source_hash,
        "plan_hash": rendition.plan_hash,
        "sections": pack_sections(rendition),
        "retry_at": rendition.retry_at,
        "last_used_at": func.clock_timestamp(),
    }
    owner = {
        "user_id": order.user_id,
        "chapter_id": order.chapter.id,
        "profile_hash": order.profile_hash,
    }
    row = PersonalizationCacheRow
    await session.execute(
        insert(row)
        .values(**owner, **values)
        .on_conflict_do_update(
            constraint="unique_cache_entry",
            set_={**values, "version": row.version + 1, "created_at": func.clock_timestamp()},
        )
    )


async def raise_revision(session: AsyncSession, chapter_id: str) -> int:
    """Have everything stored of the chapter seen anew; returns the new revision."""
    row = ChapterRevisionRow
    raised = insert(row).values(chapter_id=chapter_id, revision=1)
    revision = await session.scalar(
        raised.on_conflict_do_update(
            index_elements=[row.chapter_id], set_={"revision": row.revision + 1}
        ).returning(row.revision)
    )
    assert isinstance(revision, int)
    return revision


async def add_log_row(session: AsyncSession, row: PersonalizationLogRow) -> None:
    session.add(row)
    await session.flush()
