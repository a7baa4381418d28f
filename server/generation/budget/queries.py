"""SQL of money and permits, by the database's own clock: reserve, settle, add up, let pass."""

import math
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Double,
    cast,
    delete,
    extract,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from server.core.database.statements import delete_some
from server.generation.budget.domain import (
    NO_MONEY,
    Bill,
    DayBill,
    DaySpending,
    Permit,
    Reservation,
    Stop,
)
from server.generation.budget.models import (
    ModelStopRow,
    PermitRow,
    ReservationRow,
    SpendingDayRow,
    SpendingRow,
)


async def find_today(session: AsyncSession) -> date:
    """The day (UTC) whose budget counts now, by the database's clock."""
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
    """Set money of the day's budget aside for a call."""
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
    """The day in one statement for its bills and one for what is open."""
    bills = await list_bills(session, day, day)
    row = ReservationRow
    still_open = select(func.count(), func.coalesce(func.sum(row.amount_usd), NO_MONEY)).where(
        row.day == day, row.expires_at > func.clock_timestamp()
    )
    count, reserved = (await session.execute(still_open)).one()
    return DaySpending(
        day=day,
        settled_usd=sum((bill.cost_usd for bill in bills), NO_MONEY),
        reserved_usd=reserved,
        open_reservations=count,
        limit_usd=limit,
        models=tuple(sorted(bills, key=lambda bill: -bill.cost_usd)),
    )


async def list_bills(
    session: AsyncSession, first: date | None = None, last: date | None = None
) -> tuple[DayBill, ...]:
    """What each model was paid on each day (UTC) from the first to the last, both included.

    A reservation that expired counts as a bill.
    """
    booked, lost = SpendingRow, ReservationRow
    tokens = booked.input_tokens, booked.output_tokens
    rows = union_all(
        select(
            booked.day, booked.provider, booked.model, booked.calls, *tokens, booked.cost_usd
        ).where(*_between(booked.day, first, last)),
        select(
            lost.day, lost.provider, lost.model, literal(1), literal(0), literal(0), lost.amount_usd
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


async def start_models(session: AsyncSession) -> bool:
    """Let models be called again; False when they were not stopped."""
    forgotten = await session.execute(delete(ModelStopRow).returning(ModelStopRow.id))
    return forgotten.one_or_none() is not None


WINDOW: Final = timedelta(minutes=1)
PERMIT_LOCK: Final = 7_203_418  # any number that no other pair of advisory locks begins with


async def lock_permits(session: AsyncSession, user_id: int) -> None:
    """Let nobody else count this learner's permits until we commit."""
    await session.execute(select(func.pg_advisory_xact_lock(PERMIT_LOCK, user_id)))


async def find_wait(session: AsyncSession, user_id: int, limit: int) -> int:
    """The whole seconds until a permit is free; 0 when one is free now.

    That is when the oldest of the newest `limit` leaves the window.
    """
    row = PermitRow
    free_at = row.taken_at + WINDOW
    wait = await session.scalar(
        select(cast(extract("epoch", free_at - func.clock_timestamp()), Double))
        .where(row.user_id == user_id, free_at > func.clock_timestamp())
        .order_by(row.taken_at.desc())
        .offset(limit - 1)
        .limit(1)
    )
    return 0 if wait is None else max(1, math.ceil(wait))


async def add_permit(session: AsyncSession, permit: Permit) -> None:
    """Keep a learner's permit to have something generated."""
    await session.execute(
        insert(PermitRow).values(
            id=permit.id, user_id=permit.user_id, taken_at=func.clock_timestamp()
        )
    )


async def remove_permit(session: AsyncSession, permit: Permit) -> None:
    """Give a learner's permit back."""
    await session.execute(delete(PermitRow).where(PermitRow.id == permit.id))


async def prune_permits(session: AsyncSession) -> int:
    """Forget some permits that no longer count, whoever's they were."""
    row = PermitRow
    stale = row.taken_at <= func.clock_timestamp() - WINDOW
    return await delete_some(session, row, row.id, stale)
