"""SQL over what is stored: clearing it, counting it, handing a learner's part out."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, literal, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from server.generation.renditions.domain import CacheStats, ClearScope, StoredState
from server.generation.renditions.models import (
    PersonalizationCacheRow,
    PersonalizationLogRow,
    SectionRewriteRow,
)


async def list_section_keys(session: AsyncSession, scope: ClearScope) -> set[str]:
    """The keys of the sections that the renditions in scope are made of."""
    row = PersonalizationCacheRow
    path = literal("$.sections[*].key").cast(JSONPATH)
    key = func.jsonb_path_query(row.sections, path)
    keys = await session.scalars(select(key).where(*_in_scope(scope)).distinct())
    return {str(key) for key in keys}


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


async def compute_cache_stats(session: AsyncSession) -> CacheStats:
    """The statistics of the API: the average in characters, for which every text is read."""
    return await _compute_stats(session, func.length(PersonalizationCacheRow.personalized_content))


async def compute_cache_sizes(session: AsyncSession) -> CacheStats:
    """The same with the average in bytes, which the database knows without reading any text."""
    size = func.octet_length(PersonalizationCacheRow.personalized_content)
    return await _compute_stats(session, size)


async def _compute_stats(session: AsyncSession, size: ColumnElement[int]) -> CacheStats:
    row = PersonalizationCacheRow
    found = (
        await session.execute(
            select(
                func.count(),
                func.count(row.user_id.distinct()),
                func.count(row.chapter_id.distinct()),
                func.coalesce(func.avg(size), 0),
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
            row.last_used_at,
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
            row.source,
            row.status,
            row.request_id,
            row.created_at,
        )
        .where(row.user_id == user_id)
        .order_by(row.created_at)
    )
    return [dict(each) for each in found.mappings()]


async def count_stored_by_chapter(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """For each chapter: renditions, and ready section rewrites."""
    renditions = await _count_by_chapter(session, PersonalizationCacheRow, literal(value=True))
    ready = SectionRewriteRow.state == StoredState.READY
    rewrites = await _count_by_chapter(session, SectionRewriteRow, ready)
    return {
        chapter_id: (renditions.get(chapter_id, 0), rewrites.get(chapter_id, 0))
        for chapter_id in sorted({*renditions, *rewrites})
    }


async def count_editions(session: AsyncSession) -> dict[str, dict[str, int]]:
    """For each chapter, how many renditions there are of each state of its file."""
    row = PersonalizationCacheRow
    grouped = (row.chapter_id, row.source_hash)
    found = await session.execute(select(*grouped, func.count()).group_by(*grouped))
    counted = dict[str, dict[str, int]]()
    for chapter_id, source_hash, number in found:
        counted.setdefault(chapter_id, {})[source_hash] = number
    return counted


async def _count_by_chapter(
    session: AsyncSession,
    row: type[PersonalizationCacheRow | SectionRewriteRow],
    condition: ColumnElement[bool],
) -> dict[str, int]:
    found = await session.execute(
        select(row.chapter_id, func.count()).where(condition).group_by(row.chapter_id)
    )
    return {str(each[0]): int(each[1]) for each in found}
