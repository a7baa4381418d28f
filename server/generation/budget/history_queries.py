"""SQL of past days' bills."""

from datetime import date

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from server.generation.budget.domain import DayBill
from server.generation.budget.models import ReservationRow, SpendingRow


async def list_bills(
    session: AsyncSession, first: date | None, last: date | None
) -> tuple[DayBill, ...]:
    """What each model was paid on each day; a reservation that expired counts as a bill."""
    booked, lost = SpendingRow, ReservationRow
    rows = union_all(
        select(
            booked.day,
            booked.provider,
            booked.model,
            booked.calls,
            booked.input_tokens,
            booked.output_tokens,
            booked.cost_usd,
        ).where(*_between(booked.day, first, last)),
        select(
            lost.day,
            lost.provider,
            lost.model,
            literal(1),
            literal(0),
            literal(0),
            lost.amount_usd,
        ).where(lost.expires_at <= func.clock_timestamp(), *_between(lost.day, first, last)),
    ).subquery()
    names = (rows.c.day, rows.c.provider, rows.c.model)
    found = await session.execute(
        select(
            *names,
            func.sum(rows.c.calls),
            func.sum(rows.c.input_tokens),
            func.sum(rows.c.output_tokens),
            func.sum(rows.c.cost_usd),
        )
        .group_by(*names)
        .order_by(*names)
    )
    return tuple(
        DayBill(day, provider, model, int(calls), int(prompt), int(answer), dollars)
        for day, provider, model, calls, prompt, answer, dollars in found
    )


def _between(
    day: InstrumentedAttribute[date], first: date | None, last: date | None
) -> list[ColumnElement[bool]]:
    conditions = list[ColumnElement[bool]]()
    if first is not None:
        conditions.append(day >= first)
    if last is not None:
        conditions.append(day <= last)
    return conditions
