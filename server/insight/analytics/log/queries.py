"""SQL of the request log itself: rows of a period, newest first, without who is behind a number."""

from dataclasses import fields

from sqlalchemy import ColumnElement, any_, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.periods import Period
from server.insight.analytics.facts import LOG, within
from server.insight.analytics.log.domain import LogCursor, LogEntry, LogFilter

COLUMNS = [LOG.c[each.name] for each in fields(LogEntry)]


async def list_entries(
    session: AsyncSession,
    period: Period,
    wanted: LogFilter,
    *,
    after: LogCursor | None,
    limit: int,
) -> tuple[LogEntry, ...]:
    """The rows that come after the cursor, which goes back in time; ids settle equal times."""
    place = tuple_(LOG.c.created_at, LOG.c.id)
    conditions = [*within(period), *_meet(wanted)]
    if after is not None:
        conditions.append(place < tuple_(literal(after.created_at), literal(after.id)))
    rows = await session.execute(
        select(*COLUMNS)
        .where(*conditions)
        .order_by(LOG.c.created_at.desc(), LOG.c.id.desc())
        .limit(limit)
    )
    return tuple(LogEntry(*row) for row in rows)


def _meet(wanted: LogFilter) -> list[ColumnElement[bool]]:
    """Whatever is given must be so."""
    equal = {
        LOG.c.chapter_id: wanted.chapter_id,
        LOG.c.source: wanted.source,
        LOG.c.status: wanted.status,
        LOG.c.language: wanted.language,
        LOG.c.request_id: wanted.request_id,
        LOG.c.user_id: wanted.user_id,
    }
    conditions = [each == value for each, value in equal.items() if value is not None]
    if wanted.transformation is not None:
        conditions.append(literal(wanted.transformation) == any_(LOG.c.transformations))
    if wanted.fallback_reason is not None:
        # Few rows have any: with this said, PostgreSQL reads them by an index of their own.
        conditions.append(func.cardinality(LOG.c.fallback_reasons) > 0)
        conditions.append(literal(wanted.fallback_reason) == any_(LOG.c.fallback_reasons))
    return conditions
