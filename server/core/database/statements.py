"""Parts of statements that several packages write: moments within bounds, and tidying up."""

from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, SQLColumnExpression, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from server.core.database.base import Base

AT_ONCE = 100

Moment = TypeVar("Moment", datetime, date)
Key = TypeVar("Key")


def between(
    column: ColumnElement[Moment] | InstrumentedAttribute[Moment],
    start: Moment | None,
    end: Moment | None,
) -> list[ColumnElement[bool]]:
    """From, inclusive, to, exclusive; either may be open."""
    conditions = list[ColumnElement[bool]]()
    if start is not None:
        conditions.append(column >= start)
    if end is not None:
        conditions.append(column < end)
    return conditions


def matching(
    *wanted: tuple[SQLColumnExpression[object], object | None],
) -> list[ColumnElement[bool]]:
    """Each of the columns has its value; None leaves one open."""
    return [column == value for column, value in wanted if value is not None]


async def delete_some(
    session: AsyncSession,
    row: type[Base],
    key: InstrumentedAttribute[Key],
    is_over: ColumnElement[bool],
) -> int:
    """Delete some rows and say how many; two that tidy up at once share the work."""
    some = select(key).where(is_over).limit(AT_ONCE).with_for_update(skip_locked=True)
    gone = await session.scalars(delete(row).where(key.in_(some.scalar_subquery())).returning(key))
    return len(gone.all())
