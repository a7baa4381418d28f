"""Every SQL statement about feedback."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Float, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.statements import between
from server.core.dates import Period
from server.insight.feedback.domain import ChapterFeedback, Feedback, ReportedFault, StoredFeedback
from server.insight.feedback.models import FeedbackRow

WHOLE_CHAPTER = ""


async def save_feedback(session: AsyncSession, user_id: int, feedback: Feedback) -> StoredFeedback:
    """Keep it; what the learner said about the same thing before is replaced."""
    row = FeedbackRow
    said = {
        "section_key": feedback.section_key,
        "plan_hash": feedback.plan_hash,
        "helpful": feedback.helpful,
        "comment": feedback.comment,
        "fault": feedback.fault,
    }
    owner = {
        "user_id": user_id,
        "chapter_id": feedback.chapter_id,
        "section_id": feedback.section or WHOLE_CHAPTER,
    }
    saved = await session.execute(
        insert(row)
        .values(**owner, **said)
        .on_conflict_do_update(
            index_elements=list(owner), set_={**said, "updated_at": func.clock_timestamp()}
        )
        .returning(row),
        execution_options={"populate_existing": True},
    )
    return _to_domain(saved.scalar_one())


async def list_own_feedback(
    session: AsyncSession, user_id: int, chapter_id: str | None = None
) -> list[StoredFeedback]:
    """What a learner said, about one chapter or about all."""
    row = FeedbackRow
    rows = await session.scalars(
        select(row)
        .where(row.user_id == user_id, *_about(chapter_id))
        .order_by(row.chapter_id, row.section_id)
    )
    return [_to_domain(each) for each in rows]


async def delete_feedback(
    session: AsyncSession, user_id: int, chapter_id: str, section: str | None
) -> None:
    """Forget it; what was never said is taken back already."""
    row = FeedbackRow
    await session.execute(
        delete(row).where(
            row.user_id == user_id,
            row.chapter_id == chapter_id,
            row.section_id == (section or WHOLE_CHAPTER),
        )
    )


async def list_feedback(
    session: AsyncSession, chapter_id: str | None, *, limit: int, offset: int
) -> list[StoredFeedback]:
    """What all learners said, the latest first."""
    return await _list_latest(session, *_about(chapter_id), limit=limit, offset=offset)


async def list_judged(session: AsyncSession, keys: Collection[str]) -> list[StoredFeedback]:
    """What learners said about the texts of these section keys, the latest first."""
    return await _list_latest(session, FeedbackRow.section_key.in_(keys))


async def list_reports(session: AsyncSession, *, limit: int) -> list[StoredFeedback]:
    """What learners did not find helpful or had a word about, the latest first."""
    row = FeedbackRow
    return await _list_latest(session, ~row.helpful | row.comment.is_not(None), limit=limit)


async def _list_latest(
    session: AsyncSession,
    *conditions: ColumnElement[bool],
    limit: int | None = None,
    offset: int = 0,
) -> list[StoredFeedback]:
    row = FeedbackRow
    latest = select(row).where(*conditions).order_by(row.updated_at.desc(), row.id.desc())
    rows = await session.scalars(latest.limit(limit).offset(offset))
    return [_to_domain(each) for each in rows]


async def count_feedback(session: AsyncSession, chapter_id: str | None) -> tuple[int, int]:
    """How many there are, and how many of them found it helpful."""
    row = FeedbackRow
    counted = await session.execute(
        select(func.count(), func.count().filter(row.helpful))
        .select_from(row)
        .where(*_about(chapter_id))
    )
    total, helpful = counted.one()
    return total, helpful


def _about(chapter_id: str | None) -> list[ColumnElement[bool]]:
    return [] if chapter_id is None else [FeedbackRow.chapter_id == chapter_id]


def _to_domain(row: FeedbackRow) -> StoredFeedback:
    return StoredFeedback(
        chapter_id=row.chapter_id,
        section=row.section_id or None,
        section_key=row.section_key,
        plan_hash=row.plan_hash,
        helpful=row.helpful,
        comment=row.comment,
        fault=ReportedFault(row.fault) if row.fault else None,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


async def count_by_chapter(session: AsyncSession, period: Period) -> tuple[ChapterFeedback, ...]:
    """Thumbs by chapter, of whoever changed their mind the last word; the most rated first."""
    ratings = func.count().label("ratings")
    helpful = func.count().filter(FeedbackRow.helpful)
    rows = await session.execute(
        select(
            FeedbackRow.chapter_id,
            ratings,
            helpful,
            cast(cast(helpful, Float) / ratings * 100, Float),
            func.count(FeedbackRow.comment),
        )
        .where(*between(FeedbackRow.updated_at, period.start, period.end))
        .group_by(FeedbackRow.chapter_id)
        .order_by(ratings.desc(), FeedbackRow.chapter_id)
    )
    return tuple(ChapterFeedback(*row) for row in rows)
