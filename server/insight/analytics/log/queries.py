"""SQL of the request log itself: rows of a period, newest first, without who is behind a number."""

from dataclasses import asdict, fields

from sqlalchemy import ColumnElement, any_, func, literal, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.dates import Period
from server.insight.analytics.facts import LABELS, LOG, within
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
    given = {name: value for name, value in asdict(wanted).items() if value is not None}
    conditions = [
        literal(value) == any_(LABELS[name]) if name in LABELS else LOG.c[name] == value
        for name, value in given.items()
    ]
    if wanted.fallback_reason is not None:
        # Few rows have any: with this said, PostgreSQL reads them by an index of their own.
        conditions.append(func.cardinality(LOG.c.fallback_reasons) > 0)
    return conditions
