"""SQL of the request log."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import (
    TEXT,
    Insert,
    bindparam,
    column,
    delete,
    func,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.base import Base
from server.generation.renditions.log.models import PersonalizationLogRow
from server.learners.accounts.service import hold_account

# For those who count what it holds.
LOG = Base.metadata.tables[PersonalizationLogRow.__tablename__]


async def add_log_rows(session: AsyncSession, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert rows of equal columns with one statement, the same for any number of them."""
    statement = _insert_log_rows(tuple(rows[0]))
    await session.execute(statement, {"rows": json.dumps([dict(row) for row in rows], default=str)})


@lru_cache
def _insert_log_rows(columns: tuple[str, ...]) -> Insert:
    given = (
        func.jsonb_to_recordset(bindparam("rows", type_=TEXT).cast(JSONB))
        .table_valued(*(column(name, LOG.c[name].type) for name in columns))
        .render_derived(name="given", with_types=True)
    )
    # An account may be erased while its request is answered: its row then names nobody.
    account = hold_account(given.c.user_id)
    chosen = [account.c.id if name == "user_id" else given.c[name] for name in columns]
    rows = select(*chosen).select_from(given.outerjoin(account, true()))
    # The ORM inserts no SELECT; the table does.
    return insert(LOG).from_select(list(columns), rows, include_defaults=False)


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


async def delete_old_log(session: AsyncSession, days: int, through_id: int, at_most: int) -> int:
    """Delete log rows older than so many days, none beyond the given row, the oldest first."""
    row = PersonalizationLogRow
    limit = func.clock_timestamp() - func.make_interval(0, 0, 0, days)
    old = select(row.id).where(row.created_at < limit, row.id <= through_id)
    oldest = old.order_by(row.created_at).limit(at_most).scalar_subquery()
    gone = await session.scalars(delete(row).where(row.id.in_(oldest)).returning(row.id))
    return len(gone.all())


async def find_last(session: AsyncSession) -> int:
    """The last row of the log; earlier ones may still be on their way."""
    return await session.scalar(select(func.max(LOG.c.id))) or 0


async def list_writers(session: AsyncSession) -> frozenset[str]:
    """The transactions that have written to the log and have not ended.

    Whoever has given a row an id holds this lock until the row is there, or never will be. Asking
    for a lock of our own instead would make writers wait for us, and us for every vacuum.
    """
    found = await session.scalars(
        text(
            "SELECT virtualtransaction FROM pg_locks WHERE mode = 'RowExclusiveLock'"
            " AND relation = CAST('personalization_log' AS regclass)"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND pid IS DISTINCT FROM pg_backend_pid()"
        )
    )
    return frozenset(found)
