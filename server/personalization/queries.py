"""Every SQL statement of personalisation, each named for what it answers."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    column,
    delete,
    func,
    literal,
    literal_column,
    select,
    table,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.personalization.domain import (
    CacheStats,
    ClearScope,
    Reader,
    Rendition,
    StoredRewrite,
    StoredState,
)
from server.personalization.models import (
    ChapterRevisionRow,
    PersonalizationCacheRow,
    PersonalizationLogRow,
    SectionRewriteRow,
)
from server.personalization.storing import pack_sections, read_rewrite, write_notes, write_runs
from server.rewriting.domain import Rewritten

CLAIM_SECONDS = 10
FIRST_BACKOFF_SECONDS = 3600
MOST_DOUBLINGS = 8
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


async def find_rewrites(session: AsyncSession, keys: Sequence[str]) -> dict[str, StoredRewrite]:
    """What the store holds of these keys."""
    row = SectionRewriteRow
    is_due = func.coalesce(row.retry_at <= func.clock_timestamp(), literal(value=True))
    found = await session.execute(select(row, is_due).where(row.key.in_(keys)))
    return {stored.key: _to_domain(stored, is_due=due) for stored, due in found}


def _to_domain(row: SectionRewriteRow, *, is_due: bool) -> StoredRewrite:
    return StoredRewrite(
        state=StoredState(row.state),
        rewrite=read_rewrite(row) if row.state == StoredState.READY else None,
        retry_at=row.retry_at,
        failures=row.failures,
        is_due=is_due,
    )


async def claim_rewrite(
    session: AsyncSession, key: str, owner: UUID, chapter_id: str, *, again: bool
) -> bool:
    """Whether this owner may generate the section now; losing the race is not an error.

    A new key, an expired claim and a rejected section whose back-off is over can be claimed; with
    `again` also a rejected one before that, and a ready one, which stays ready meanwhile.
    """
    row = SectionRewriteRow
    free = row.owner.is_(None) | (row.deadline < func.clock_timestamp())
    due = (row.state == StoredState.REJECTED) & (row.retry_at <= func.clock_timestamp())
    takeable = free & ((row.state == StoredState.PENDING) | due | literal(again))
    claim = insert(row).values(
        key=key,
        state=StoredState.PENDING,
        owner=owner,
        deadline=_claim_deadline(),
        chapter_id=chapter_id,
    )
    claimed = await session.execute(
        claim.on_conflict_do_update(
            index_elements=[row.key],
            set_={"owner": owner, "deadline": _claim_deadline()},
            where=takeable,
        ).returning(row.key)
    )
    return claimed.first() is not None


async def renew_claim(session: AsyncSession, key: str, owner: UUID) -> bool:
    """Push the deadline on; False when the claim was lost."""
    row = SectionRewriteRow
    renewed = await session.execute(
        update(row)
        .where(row.key == key, row.owner == owner)
        .values(deadline=_claim_deadline())
        .returning(row.key)
    )
    return renewed.first() is not None


async def fulfil_claim(session: AsyncSession, key: str, owner: UUID, outcome: Rewritten) -> bool:
    """Store a verified rewrite; False when the claim was lost meanwhile, and nothing is written."""
    row = SectionRewriteRow
    rewrite = outcome.rewrite
    stored = await session.execute(
        update(row)
        .where(row.key == key, row.owner == owner)
        .values(
            state=StoredState.READY,
            owner=None,
            deadline=None,
            runs=write_runs(rewrite),
            notes=write_notes(rewrite),
            reason=None,
            llm_provider=rewrite.provider,
            llm_model=rewrite.model,
            input_tokens=outcome.usage.input_tokens,
            output_tokens=outcome.usage.output_tokens,
            failures=0,
            retry_at=None,
            created_at=func.clock_timestamp(),
        )
        .returning(row.key)
    )
    return stored.first() is not None


async def reject_claim(
    session: AsyncSession, key: str, owner: UUID, reason: str
) -> datetime | None:
    """Give up for an hour, doubling; a text that was ready stays. Returns the next try's time."""
    row = SectionRewriteRow
    seconds = FIRST_BACKOFF_SECONDS * func.power(2, func.least(row.failures, MOST_DOUBLINGS))
    await session.execute(
        update(row)
        .where(row.key == key, row.owner == owner, row.state != StoredState.READY)
        .values(
            state=StoredState.REJECTED,
            failures=row.failures + 1,
            reason=reason,
            retry_at=func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, seconds),
        )
    )
    await _leave_claim(session, key, owner)
    return await session.scalar(select(row.retry_at).where(row.key == key))


async def release_claim(session: AsyncSession, key: str, owner: UUID) -> None:
    """Let go without a result: what was there before is there again."""
    row = SectionRewriteRow
    await session.execute(
        delete(row).where(row.key == key, row.owner == owner, row.state == StoredState.PENDING)
    )
    await _leave_claim(session, key, owner)


async def _leave_claim(session: AsyncSession, key: str, owner: UUID) -> None:
    row = SectionRewriteRow
    await session.execute(
        update(row).where(row.key == key, row.owner == owner).values(owner=None, deadline=None)
    )


def _claim_deadline() -> object:
    return func.clock_timestamp() + func.make_interval(0, 0, 0, 0, 0, 0, CLAIM_SECONDS)


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


async def list_section_keys(session: AsyncSession, scope: ClearScope) -> set[str]:
    """The keys of the sections that the renditions in scope are made of."""
    row = PersonalizationCacheRow
    section = func.jsonb_array_elements(row.sections["sections"]).column_valued("section")
    key: ColumnElement[str] = literal_column("section ->> 'key'")
    keys = await session.scalars(
        select(key).select_from(row, section).where(*_in_scope(scope)).distinct()
    )
    return set(keys)


async def delete_renditions(session: AsyncSession, scope: ClearScope) -> list[str]:
    """Delete the renditions in scope; returns the chapter of each."""
    row = PersonalizationCacheRow
    deleted = await session.scalars(delete(row).where(*_in_scope(scope)).returning(row.chapter_id))
    return list(deleted)


def _in_scope(scope: ClearScope) -> list[ColumnElement[bool]]:
    row = PersonalizationCacheRow
    conditions: list[ColumnElement[bool]] = []
    if scope.chapter_id is not None:
        conditions.append(row.chapter_id == scope.chapter_id)
    if scope.user_id is not None:
        conditions.append(row.user_id == scope.user_id)
    return conditions


async def delete_rewrites(session: AsyncSession, scope: ClearScope, keys: Collection[str]) -> int:
    """Delete the section rewrites under these keys, and those first made for the chapter."""
    row = SectionRewriteRow
    statement = delete(row).returning(row.key)
    if scope.chapter_id is not None:
        statement = statement.where(row.key.in_(keys) | (row.chapter_id == scope.chapter_id))
    elif scope.user_id is not None:
        statement = statement.where(row.key.in_(keys))
    return len((await session.scalars(statement)).all())


async def list_revised_chapters(session: AsyncSession) -> list[str]:
    """The chapters that ever had a revision."""
    return list(await session.scalars(select(ChapterRevisionRow.chapter_id)))


async def compute_cache_stats(session: AsyncSession) -> CacheStats:
    row = PersonalizationCacheRow
    found = (
        await session.execute(
            select(
                func.count(),
                func.count(row.user_id.distinct()),
                func.count(row.chapter_id.distinct()),
                func.coalesce(func.avg(func.length(row.personalized_content)), 0),
            )
        )
    ).one()
    return CacheStats(found[0], found[1], found[2], float(found[3]))


async def list_renditions_of(session: AsyncSession, user_id: int) -> list[dict[str, object]]:
    """The renditions that a learner caused, for their export."""
    row = PersonalizationCacheRow
    found = await session.execute(
        select(
            row.chapter_id,
            row.profile_hash,
            row.personalized_content,
            row.applied_transformations,
            row.created_at,
            row.version,
        )
        .where(row.user_id == user_id)
        .order_by(row.created_at)
    )
    return [dict(each) for each in found.mappings()]


async def list_log_of(session: AsyncSession, user_id: int) -> list[dict[str, object]]:
    """A learner's own requests, for their export."""
    row = PersonalizationLogRow
    found = await session.execute(
        select(
            row.chapter_id,
            row.transformations,
            row.response_time_ms,
            row.cached,
            row.llm_provider,
            row.language,
            row.created_at,
        )
        .where(row.user_id == user_id)
        .order_by(row.created_at)
    )
    return [dict(each) for each in found.mappings()]
