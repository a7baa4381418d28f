"""SQL of the day's budget, by the database's own clock: reserve, settle, add up."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, Date, cast, delete, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from server.generation.budget.domain import (
    NO_MONEY,
    Bill,
    DayBill,
    DaySpending,
    ModelSpending,
    Reservation,
    Stop,
)
from server.generation.budget.models import (
    ModelStopRow,
    ReservationRow,
    SpendingDayRow,
    SpendingRow,
)


async def find_today(session: AsyncSession) -> date:
    """The day that it is in UTC."""
    today = cast(func.timezone("UTC", func.clock_timestamp()), Date)
    return (await session.execute(select(today))).scalar_one()


async def lock_day(session: AsyncSession, day: date) -> Decimal:
    """What the day has cost with all that is reserved; nobody else reserves until we commit.

    The reservations are read in a statement of their own, after the lock: only so does it see what
    was committed while we waited for it. Expired ones count like open ones.
    """
    row = SpendingDayRow
    await session.execute(insert(row).values(day=day).on_conflict_do_nothing())
    lock = select(row.settled_usd).where(row.day == day).with_for_update()
    settled = (await session.execute(lock)).scalar_one()
    reserved = await session.scalar(
        select(func.sum(ReservationRow.amount_usd)).where(ReservationRow.day == day)
    )
    return settled + (reserved or NO_MONEY)


async def add_reservation(
    session: AsyncSession, reservation: Reservation, day: date, lifetime: timedelta
) -> None:
    await session.execute(
        insert(ReservationRow).values(
            id=reservation.id,
            day=day,
            provider=reservation.provider,
            model=reservation.model,
            amount_usd=reservation.amount_usd,
            expires_at=func.clock_timestamp() + lifetime,
        )
    )


async def settle_reservation(session: AsyncSession, id_: UUID, bill: Bill | None) -> None:
    """Book the bill, if there is one, on the day of the reservation; a second time does nothing."""
    row = ReservationRow
    closed = await session.execute(
        delete(row).where(row.id == id_).returning(row.day, row.provider, row.model)
    )
    reserved = closed.one_or_none()
    if reserved is None or bill is None:
        return
    day, provider, model = reserved
    await _book_day(session, day, bill.cost_usd)
    await _book_model(session, day, provider, model, bill)


async def _book_day(session: AsyncSession, day: date, cost: Decimal) -> None:
    row = SpendingDayRow
    booking = insert(row).values(day=day, settled_usd=cost)
    await session.execute(
        booking.on_conflict_do_update(
            index_elements=[row.day], set_={"settled_usd": row.settled_usd + cost}
        )
    )


async def _book_model(
    session: AsyncSession, day: date, provider: str, model: str, bill: Bill
) -> None:
    row = SpendingRow
    booking = insert(row).values(
        day=day,
        provider=provider,
        model=model,
        calls=bill.calls,
        input_tokens=bill.input_tokens,
        output_tokens=bill.output_tokens,
        cost_usd=bill.cost_usd,
    )
    await session.execute(
        booking.on_conflict_do_update(
            index_elements=[row.day, row.provider, row.model],
            set_={
                "calls": row.calls + booking.excluded.calls,
                "input_tokens": row.input_tokens + booking.excluded.input_tokens,
                "output_tokens": row.output_tokens + booking.excluded.output_tokens,
                "cost_usd": row.cost_usd + booking.excluded.cost_usd,
            },
        )
    )


async def add_up_day(session: AsyncSession, day: date, limit: Decimal | None) -> DaySpending:
    """The day in one statement for its bills and one for what is open, by provider and model."""
    models = await _list_models(session, day)
    row = ReservationRow
    still_open = select(func.count(), func.coalesce(func.sum(row.amount_usd), NO_MONEY)).where(
        row.day == day, row.expires_at > func.clock_timestamp()
    )
    count, reserved = (await session.execute(still_open)).one()
    return DaySpending(
        day=day,
        settled_usd=sum((model.cost_usd for model in models), NO_MONEY),
        reserved_usd=reserved,
        open_reservations=count,
        limit_usd=limit,
        models=models,
    )


async def _list_models(session: AsyncSession, day: date) -> tuple[ModelSpending, ...]:
    """The bills, and with them the reservations that expired without one; the dearest first."""
    booked, lost = SpendingRow, ReservationRow
    rows = union_all(
        select(
            booked.provider,
            booked.model,
            booked.calls,
            booked.input_tokens,
            booked.output_tokens,
            booked.cost_usd,
        ).where(booked.day == day),
        select(
            lost.provider, lost.model, literal(1), literal(0), literal(0), lost.amount_usd
        ).where(lost.day == day, lost.expires_at <= func.clock_timestamp()),
    ).subquery()
    cost = func.sum(rows.c.cost_usd)
    found = await session.execute(
        select(
            rows.c.provider,
            rows.c.model,
            func.sum(rows.c.calls),
            func.sum(rows.c.input_tokens),
            func.sum(rows.c.output_tokens),
            cost,
        )
        .group_by(rows.c.provider, rows.c.model)
        .order_by(cost.desc(), rows.c.provider, rows.c.model)
    )
    return tuple(
        ModelSpending(provider, model, int(calls), int(prompt), int(answer), dollars)
        for provider, model, calls, prompt, answer, dollars in found
    )


async def list_bills(
    session: AsyncSession, first: date | None = None, last: date | None = None
) -> tuple[DayBill, ...]:
    """What each model was paid on each day (UTC) from the first to the last, both included.

    A reservation that expired counts as a bill.
    """
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


THE_ROW = 1


async def find_stop(session: AsyncSession) -> Stop | None:
    """Who has stopped all model calls; None while models may be called."""
    row = ModelStopRow
    found = await session.execute(select(row.stopped_by, row.reason, row.stopped_at))
    stop = found.one_or_none()
    return None if stop is None else Stop(*stop)


async def remember_stop(session: AsyncSession, by: str, reason: str) -> None:
    """Stop all calls; who stops them again takes the place of who did before."""
    words = {"stopped_by": by, "reason": reason, "stopped_at": func.clock_timestamp()}
    stop = insert(ModelStopRow).values(id=THE_ROW, **words)
    await session.execute(stop.on_conflict_do_update(index_elements=["id"], set_=words))


async def forget_stop(session: AsyncSession) -> bool:
    """Let models be called again; False when they were not stopped."""
    forgotten = await session.execute(delete(ModelStopRow).returning(ModelStopRow.id))
    return forgotten.one_or_none() is not None
