"""SQL for an answer: the reader, stored renditions, the chapter's revision, the log."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import (
    TEXT,
    Insert,
    bindparam,
    column,
    func,
    select,
    table,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.base import Base
from server.generation.renditions.domain import WHOLE_BOOK, Reader, Rendition, RenditionName
from server.generation.renditions.models import (
    ChapterRevisionRow,
    PersonalizationCacheRow,
    PersonalizationLogRow,
)
from server.generation.renditions.storing import pack_sections

USE_IS_NOTED_EVERY_SECONDS = 60

USERS = table("users", column("id"), column("role"), column("is_active"), column("onboarding"))

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


async def find_rendition(
    session: AsyncSession, name: RenditionName
) -> PersonalizationCacheRow | None:
    """A rendition that is still good, whoever owns it."""
    row = PersonalizationCacheRow
    return await session.scalar(
        select(row)
        .where(
            row.chapter_id == name.chapter_id,
            row.source_hash == name.source_hash,
            row.plan_hash == name.plan_hash,
            row.retry_at.is_(None) | (row.retry_at > func.clock_timestamp()),
        )
        .limit(1)
    )


async def note_uses(session: AsyncSession, names: Sequence[RenditionName]) -> None:
    """Say that these renditions were used; once a minute is exact enough for eviction.

    A row that somebody else has locked is passed over: they are noting the same, or replacing it.
    So nobody waits here, and two workers never wait for each other.
    """
    row = PersonalizationCacheRow
    stale = func.clock_timestamp() - func.make_interval(
        0, 0, 0, 0, 0, 0, USE_IS_NOTED_EVERY_SECONDS
    )
    name = tuple_(row.chapter_id, row.source_hash, row.plan_hash)
    used = (
        select(row.id)
        .where(name.in_(list(names)), row.last_used_at < stale)
        .with_for_update(skip_locked=True)
    )
    await session.execute(
        update(row).where(row.id.in_(used)).values(last_used_at=func.clock_timestamp())
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


async def add_log_rows(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of equal columns with one statement, the same for any number of them."""
    statement = _insert_log_rows(tuple(rows[0]))
    await session.execute(statement, {"rows": json.dumps([dict(row) for row in rows], default=str)})


@lru_cache
def _insert_log_rows(columns: tuple[str, ...]) -> Insert:
    log = Base.metadata.tables[PersonalizationLogRow.__tablename__]  # the ORM inserts no SELECT
    given = (
        func.jsonb_to_recordset(bindparam("rows", type_=TEXT).cast(JSONB))
        .table_valued(*(column(name, log.c[name].type) for name in columns))
        .render_derived(name="given", with_types=True)
    )
    # An account may be erased while its request is answered: its row then names nobody.
    account = (
        select(USERS.c.id).where(USERS.c.id == given.c.user_id).with_for_update(key_share=True)
    ).lateral("account")
    chosen = [account.c.id if name == "user_id" else given.c[name] for name in columns]
    rows = select(*chosen).select_from(given.outerjoin(account, true()))
    return insert(log).from_select(list(columns), rows, include_defaults=False)
