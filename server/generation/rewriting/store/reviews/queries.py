"""SQL of second readers' reviews: which are due, what they found, and what that cost."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Numeric,
    cast,
    column,
    func,
    literal,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB, JSONPATH
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.statements import between
from server.core.dates import Period
from server.generation.rewriting.store.domain import StoredState
from server.generation.rewriting.store.models import SectionRewriteRow
from server.generation.rewriting.store.reviews.domain import FaultCount, ReviewCount

MOST_LISTED = 1000  # that a queue looks at
REVIEW_MINUTES = 10  # that a reading may take, and that the next try waits
# As a review is stored (`server.generation.review.domain`, which stands above the store).
VERDICTS = ("passed", "repaired", "partly_original")
REMEDIES = ("mended", "put_back", "left_out")
PUT_BACK = literal('$[*] ? (@.remedy == "put_back")', JSONPATH)


async def take_due_reviews(session: AsyncSession, most: int) -> dict[str, str]:
    """Take some texts that are to be read, by key with their chapters, for so many minutes.

    Nobody else takes them meanwhile; what is still unread then is due again.
    """
    row, now = SectionRewriteRow, func.clock_timestamp()
    due = (
        select(row.key)
        .where(row.review_due_at <= now)
        .order_by(row.review_due_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    later = now + func.make_interval(0, 0, 0, 0, 0, REVIEW_MINUTES)
    taken = update(row).where(row.key.in_(due)).values(review_due_at=later)
    taken_rows = await session.execute(taken.returning(row.key, row.chapter_id))
    return {each[0]: each[1] for each in taken_rows}


async def postpone_reviews(session: AsyncSession, keys: Collection[str], delay: timedelta) -> None:
    """Have texts that nobody has read be due after so long, because their reading is under way."""
    row = SectionRewriteRow
    unread = row.key.in_(keys), row.state == StoredState.READY, row.review.is_(None)
    later = func.clock_timestamp() + delay
    await session.execute(update(row).where(*unread).values(review_due_at=later))


async def list_postponed_reviews(session: AsyncSession) -> set[str]:
    """List the keys of texts whose reading is under way, or was until a moment ago."""
    row = SectionRewriteRow
    later = row.review_due_at > func.clock_timestamp()
    return set(await session.scalars(select(row.key).where(later)))


async def forget_due_reviews(session: AsyncSession, keys: Collection[str]) -> None:
    """Have texts read no more that nobody is shown."""
    row = SectionRewriteRow
    await session.execute(update(row).where(row.key.in_(keys)).values(review_due_at=None))


async def list_partly_original(session: AsyncSession) -> list[tuple[str, str]]:
    """List the keys of which a second reader had runs put back, with the chapter of each."""
    row = SectionRewriteRow
    found = await session.execute(
        select(row.key, row.chapter_id)
        .where(row.state == StoredState.READY, row.review["verdict"].astext == "partly_original")
        .order_by(row.created_at.desc(), row.key)
        .limit(MOST_LISTED)
    )
    return [(each[0], each[1]) for each in found]


async def count_reviews(session: AsyncSession, period: Period) -> tuple[ReviewCount, ...]:
    """What second readers have made of the texts of a period, by chapter and model."""
    row, review = SectionRewriteRow, SectionRewriteRow.review
    verdict, findings, model = review["verdict"].astext, review["findings"], review["model"].astext
    put_back = func.jsonb_path_query_array(findings, PUT_BACK)
    counted = await session.execute(
        select(
            row.chapter_id,
            model,
            func.count(),
            *(func.count().filter(verdict == each) for each in VERDICTS),
            _sum(func.jsonb_array_length(findings), BigInteger),
            _sum(func.jsonb_array_length(put_back), BigInteger),
            _sum(review["input_tokens"].astext, BigInteger),
            _sum(review["output_tokens"].astext, BigInteger),
            _sum(review["cost_usd"].astext, Numeric),
        )
        .where(*_reviewed_in(period))
        .group_by(row.chapter_id, model)
        .order_by(func.count().desc(), row.chapter_id, model)
    )
    return tuple(ReviewCount(*each) for each in counted)


async def count_faults(session: AsyncSession, period: Period) -> tuple[FaultCount, ...]:
    """What second readers have objected to in the texts of a period, the most frequent first."""
    elements = func.jsonb_array_elements(SectionRewriteRow.review["findings"])
    finding = elements.table_valued(column("each", JSONB)).render_derived(name="findings")
    fault, remedy = finding.c.each["fault"].astext, finding.c.each["remedy"].astext
    counted = await session.execute(
        select(fault, func.count(), *(func.count().filter(remedy == each) for each in REMEDIES))
        .select_from(SectionRewriteRow)
        .join(finding, true())
        .where(*_reviewed_in(period))
        .group_by(fault)
        .order_by(func.count().desc(), fault)
    )
    return tuple(FaultCount(*each) for each in counted)


def _sum(
    value: ColumnElement[object], kind: type[BigInteger | Numeric[Decimal]]
) -> ColumnElement[object]:
    return cast(func.coalesce(func.sum(cast(value, kind)), 0), kind)


def _reviewed_in(period: Period) -> Sequence[ColumnElement[bool]]:
    """As the partial index has it: a text that was read was stored again just then."""
    row = SectionRewriteRow
    is_reviewed = row.review.is_not(None), row.state == StoredState.READY
    return [*is_reviewed, *between(row.created_at, period.start, period.end)]
