"""SQL over what is stored: clearing it, counting it, handing a learner's part out."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, delete, false, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONPATH, distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.statements import matching
from server.generation.corrections.domain import Place
from server.generation.renditions.cache.domain import CacheStats, ClearScope, StoredOnce
from server.generation.renditions.log.models import PersonalizationLogRow
from server.generation.renditions.models import PersonalizationCacheRow
from server.learners.accounts.service import select_answers


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
    return matching((row.chapter_id, scope.chapter_id), (row.user_id, scope.user_id))


async def count_stored(session: AsyncSession) -> CacheStats:
    """The cache statistics of `contract.sql`: the average is in characters, so all text is read."""
    return await _compute_stats(session, func.length(PersonalizationCacheRow.personalized_content))


async def weigh_stored(session: AsyncSession) -> CacheStats:
    """Count what is cached with the average in bytes, without reading any text."""
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


async def count_renditions(session: AsyncSession) -> dict[str, int]:
    """For each chapter, how many renditions there are."""
    row = PersonalizationCacheRow
    found = await session.execute(select(row.chapter_id, func.count()).group_by(row.chapter_id))
    return {each[0]: each[1] for each in found}


async def count_editions(session: AsyncSession) -> dict[str, dict[str, int]]:
    """For each chapter, how many renditions there are by the hash of the file they were made of."""
    row = PersonalizationCacheRow
    grouped = (row.chapter_id, row.source_hash)
    found = await session.execute(select(*grouped, func.count()).group_by(*grouped))
    counted = dict[str, dict[str, int]]()
    for chapter_id, source_hash, number in found:
        counted.setdefault(chapter_id, {})[source_hash] = number
    return counted


async def list_chapters_showing(session: AsyncSession, places: Sequence[Place]) -> list[str]:
    """The chapters with a stored rendition that holds one of these, by either of its names."""
    row = PersonalizationCacheRow
    names = [{"key": place.key} for place in places]
    names += [{"pin": place.pin} for place in places if place.pin is not None]
    holds = or_(false(), *(row.sections.contains({"sections": [name]}) for name in names))
    return list(await session.scalars(select(row.chapter_id).where(holds).distinct()))


async def list_stored_sections(
    session: AsyncSession, chapter_id: str
) -> list[tuple[str, dict[str, object]]]:
    """List the sections of a chapter's cached renditions with their source hash, newest first.

    Renditions of the same text under the same plan have the same sections: one of them is enough,
    however many learners there are.
    """
    row = PersonalizationCacheRow
    newest = (
        select(row.id)
        .where(row.chapter_id == chapter_id)
        .ext(distinct_on(row.source_hash, row.plan_hash))
        .order_by(row.source_hash, row.plan_hash, row.created_at.desc(), row.id.desc())
    )
    found = await session.execute(
        select(row.source_hash, row.sections)
        .where(row.id.in_(newest))
        .order_by(row.created_at.desc(), row.id.desc())
    )
    return [(each[0], each[1]) for each in found]


EVICTION_LOCK = 7_203_417_302  # any number that nothing else in the database locks


async def take_turn(session: AsyncSession) -> bool:
    """Whether nobody else evicts now; ours until the transaction ends, so that poolers do."""
    taken = await session.scalar(select(func.pg_try_advisory_xact_lock(EVICTION_LOCK)))
    return bool(taken)


async def delete_unused(session: AsyncSession, days: int, at_most: int) -> int:
    """Delete renditions that nobody has used for so many days, the longest unused first."""
    row = PersonalizationCacheRow
    limit = func.clock_timestamp() - func.make_interval(0, 0, 0, days)
    unused = select(row.id).where(row.last_used_at < limit).order_by(row.last_used_at, row.id)
    return await _delete(session, unused.limit(at_most))


async def delete_surplus(session: AsyncSession, per_owner: int, at_most: int) -> int:
    """Delete what an owner has beyond so many renditions, the least recently used first."""
    row = PersonalizationCacheRow
    place = func.row_number().over(
        partition_by=row.user_id, order_by=(row.last_used_at.desc(), row.id.desc())
    )
    placed = select(row.id, place.label("place")).subquery()
    surplus = select(placed.c.id).where(placed.c.place > per_owner)
    return await _delete(session, surplus.order_by(placed.c.place.desc()).limit(at_most))


async def _delete(session: AsyncSession, ids: Select[int]) -> int:
    row = PersonalizationCacheRow
    gone = await session.scalars(
        delete(row).where(row.id.in_(ids.scalar_subquery())).returning(row.id)
    )
    return len(gone.all())


async def list_stored(session: AsyncSession, chapter_id: str | None = None) -> list[StoredOnce]:
    """Stored renditions of those who read a chapter in another language than their own.

    The log is by far the largest table: nearly all of it is left out by what it is joined on, and
    only the rest is looked up in the cache.
    """
    row, log, account = PersonalizationCacheRow, PersonalizationLogRow, select_answers()
    elsewhere = (log.user_id == account.c.id) & (log.language != account.c.own_language)
    of_chapter = [] if chapter_id is None else [log.chapter_id == chapter_id]
    read = (
        select(account.c.id, account.c.onboarding, log.chapter_id, log.language)
        .join(log, elsewhere)
        .where(*of_chapter)
        .distinct()
        .subquery()
    )
    of_them = (row.user_id == read.c.id) & (row.chapter_id == read.c.chapter_id)
    found = await session.execute(
        select(read.c.chapter_id, row.profile_hash, read.c.onboarding, read.c.language).join(
            row, of_them
        )
    )
    return [StoredOnce(*each) for each in found]
