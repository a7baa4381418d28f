"""SQL of the request log."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from functools import cache, lru_cache

from sqlalchemy import (
    TEXT,
    FromClause,
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
from server.generation.renditions.log.domain import LogEntry, LoggedAnswer
from server.generation.renditions.log.models import PersonalizationLogRow
from server.learners.accounts.service import hold_account

# What is the asker's own; all else the log says of the answer, whoever got it.
OWN_COLUMNS = ("user_id", "request_id", "response_time_ms")
ANSWER_COLUMNS = ("transformation_type", *(each.name for each in fields(LoggedAnswer)))


async def add_log_rows(session: AsyncSession, entries: Sequence[LogEntry]) -> None:
    """Insert the rows with one statement, the same for any number of them."""
    await session.execute(_insert_log_rows(), {"rows": write_rows(entries)})


def write_rows(entries: Sequence[LogEntry]) -> str:
    """Write rows of the log of answers as a JSON array of objects by column."""
    return f"[{','.join(map(_write_row, entries))}]"


def _write_row(entry: LogEntry) -> str:
    own = {
        "user_id": entry.user_id,
        "request_id": entry.request_id,
        "response_time_ms": entry.response_time_ms,
    }
    return f"{json.dumps(own)[:-1]},{_write_answer(entry.answer)[1:]}"


@lru_cache(maxsize=512)
def _write_answer(answer: LoggedAnswer) -> str:
    """What is in memory is answered again and again."""
    first = next(iter(answer.transformations), None)
    return json.dumps({"transformation_type": first, **asdict(answer)}, default=str)


@cache
def _insert_log_rows() -> Insert:
    log = Base.metadata.tables[PersonalizationLogRow.__tablename__]  # the ORM inserts no SELECT
    columns = (*OWN_COLUMNS, *ANSWER_COLUMNS)
    given = (
        func.jsonb_to_recordset(bindparam("rows", type_=TEXT).cast(JSONB))
        .table_valued(*(column(name, log.c[name].type) for name in columns))
        .render_derived(name="given", with_types=True)
    )
    # An account may be erased while its request is answered: its row then names nobody.
    account = hold_account(given.c.user_id)
    chosen = [account.c.id if name == "user_id" else given.c[name] for name in columns]
    rows = select(*chosen).select_from(given.outerjoin(account, true()))
    return insert(log).from_select(list(columns), rows, include_defaults=False)


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
            row.rendition_hash,
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


def select_log() -> FromClause:
    """The log's table, for others' statements."""
    return PersonalizationLogRow.__table__


async def find_last(session: AsyncSession) -> int:
    """Find the last row written to the log of answers; earlier ones may still be on their way."""
    return await session.scalar(select(func.max(PersonalizationLogRow.id))) or 0


async def list_writers(session: AsyncSession) -> frozenset[str]:
    """List the transactions that have written to the log of answers and have not ended.

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
