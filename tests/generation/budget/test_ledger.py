"""The day's money: exact under concurrency, and whatever happens to who reserved it."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import text

from server.generation.budget.domain import NOTHING, Bill, DayBill, Reservation, add_bills
from server.generation.budget.service import Ledger, spent_today, start_models, stop_models
from server.generation.llm.domain import Failure, LLMUnavailable
from tests.generation.budget.conftest import add_up


def reservation_of(dollars: str, model: str = "model-a") -> Reservation:
    return Reservation(uuid4(), "claude", model, Decimal(dollars))


async def reserve(ledger: Ledger, dollars: str) -> Reservation:
    reservation = reservation_of(dollars)
    await ledger.reserve(reservation)
    return reservation


async def is_refused(ledger: Ledger, dollars: str) -> Failure | None:
    try:
        await ledger.reserve(reservation_of(dollars))
    except LLMUnavailable as error:
        return error.failure
    return None


async def run_sql(ledger: Ledger, statement: str) -> None:
    async with ledger.sessions.begin() as session:
        await session.execute(text(statement))


async def expire_all(ledger: Ledger) -> None:
    await run_sql(ledger, "UPDATE reservation SET expires_at = now() - interval '1 second'")


async def test_fifty_at_once_never_pass_the_limit(ledger: Ledger) -> None:
    refusals = await asyncio.gather(*(is_refused(ledger, "0.30") for _ in range(50)))

    assert refusals.count(None) == 16  # 16 × 0.30 is 4.80
    assert refusals.count(Failure.BUDGET) == 34
    spending = await add_up(ledger)
    assert (spending.reserved_usd, spending.open_reservations) == (Decimal("4.80"), 16)


async def test_settling_and_reserving_at_once_never_pass_the_limit(ledger: Ledger) -> None:
    spent = Bill(Decimal("0.20"), 100, 50)

    async def call() -> bool:
        reservation = reservation_of("0.50")
        try:
            await ledger.reserve(reservation)
        except LLMUnavailable:
            return False
        # Between the two nothing is waited for, so that both happen side by side in other calls.
        await ledger.settle(reservation.id, spent)
        return True

    made = sum(await asyncio.gather(*(call() for _ in range(60))))
    spending = await add_up(ledger)
    assert spending.settled_usd == made * spent.cost_usd <= 5
    assert spending.reserved_usd == 0
    booked = 100 * made, 50 * made, spending.settled_usd
    assert spending.models == (DayBill(spending.day, "claude", "model-a", made, *booked),)


async def test_last_cent_may_be_spent(ledger: Ledger) -> None:
    await reserve(ledger, "4.999999")
    assert await is_refused(ledger, "0.000002") is Failure.BUDGET
    assert await is_refused(ledger, "0.000001") is None


async def test_what_was_held_back_in_excess_is_free_again(ledger: Ledger) -> None:
    reservation = await reserve(ledger, "4")
    assert await is_refused(ledger, "2") is Failure.BUDGET
    await ledger.settle(reservation.id, Bill(Decimal("0.5"), 10, 5))
    assert await is_refused(ledger, "2") is None


async def test_call_that_cost_nothing_leaves_no_trace(ledger: Ledger) -> None:
    await ledger.settle((await reserve(ledger, "4")).id, NOTHING)
    spending = await add_up(ledger)
    assert spending.settled_usd == spending.reserved_usd == 0
    assert spending.models == ()


async def test_call_of_a_process_that_died_counts_in_full(ledger: Ledger) -> None:
    await reserve(ledger, "3")
    await expire_all(ledger)

    spending = await add_up(ledger)
    assert spending.settled_usd == 3
    assert spending.reserved_usd == 0
    assert spending.models == (DayBill(spending.day, "claude", "model-a", 1, 0, 0, Decimal(3)),)
    assert await is_refused(ledger, "2.5") is Failure.BUDGET
    assert await is_refused(ledger, "2") is None


async def test_bill_that_comes_late_takes_the_place_of_the_whole(ledger: Ledger) -> None:
    reservation = await reserve(ledger, "3")
    await expire_all(ledger)
    await ledger.settle(reservation.id, Bill(Decimal(1), 10, 5))
    assert (await add_up(ledger)).settled_usd == 1


async def test_second_bill_for_a_call_is_not_booked(ledger: Ledger) -> None:
    reservation = await reserve(ledger, "3")
    for _ in range(2):
        await ledger.settle(reservation.id, Bill(Decimal(1), 10, 5))
    assert (await add_up(ledger)).settled_usd == 1


async def test_bill_is_booked_on_the_day_of_the_reservation(ledger: Ledger) -> None:
    reservation = await reserve(ledger, "4")
    await run_sql(ledger, "UPDATE reservation SET day = day - 1")
    assert await is_refused(ledger, "4") is None, "yesterday's calls do not weigh on today"
    await ledger.settle(reservation.id, Bill(Decimal("3.5"), 10, 5))

    assert (await add_up(ledger)).settled_usd == 0
    async with ledger.sessions() as session:
        booked = await session.execute(
            text("SELECT d.settled_usd, s.cost_usd FROM spending_day d JOIN spending s USING (day)")
        )
        assert booked.one() == (Decimal("3.5"), Decimal("3.5"))


async def test_without_a_limit_everything_is_allowed_and_still_counted(ledger: Ledger) -> None:
    free = replace(ledger, daily_limit_usd=Decimal(0))
    await free.settle((await reserve(free, "1000")).id, Bill(Decimal(900), 10, 5))
    assert await is_refused(free, "1000") is None
    spending = await add_up(free)
    assert spending.settled_usd == 900
    assert spending.reserved_usd == 1000
    assert spending.limit_usd is None
    # A limit that is set in the course of the day knows what was spent before.
    assert await is_refused(ledger, "1") is Failure.BUDGET


async def test_free_model_is_called_when_the_money_is_spent(ledger: Ledger) -> None:
    await reserve(ledger, "5")
    assert await is_refused(ledger, "0") is None


async def test_nothing_is_reserved_while_models_are_stopped(ledger: Ledger) -> None:
    async with ledger.sessions.begin() as session:
        await stop_models(session, by="ada", reason="a bill that nobody understands")
    assert await is_refused(ledger, "0") is Failure.STOPPED
    async with ledger.sessions.begin() as session:
        assert await start_models(session)
        assert not await start_models(session)
    assert await is_refused(ledger, "0") is None


async def test_spending_is_told_apart_by_model_the_dearest_first(ledger: Ledger) -> None:
    for model, cost in (("model-a", "0.1"), ("model-b", "0.7"), ("model-a", "0.2")):
        reservation = reservation_of("1", model)
        await ledger.reserve(reservation)
        await ledger.settle(reservation.id, Bill(Decimal(cost), 10, 5))
    async with ledger.sessions() as session:
        spending = await spent_today(session, Decimal(5))
    assert [(each.model, each.calls, each.cost_usd) for each in spending.models] == [
        ("model-b", 1, Decimal("0.7")),
        ("model-a", 2, Decimal("0.3")),
    ]
    assert spending.settled_usd + spending.reserved_usd == 1


async def test_batch_is_one_reservation_and_all_its_calls(ledger: Ledger) -> None:
    reservation = reservation_of("3")
    await ledger.reserve(reservation, lifetime=timedelta(hours=25))
    await ledger.settle(reservation.id, add_bills([Bill(Decimal("0.5"), 10, 5)] * 4))
    (bill,) = (await add_up(ledger)).models
    assert (bill.calls, bill.input_tokens, bill.cost_usd) == (4, 40, Decimal(2))
    assert add_bills([]) == NOTHING


@pytest.mark.parametrize("dollars", ["0.000001", "99999999.999999"])
async def test_smallest_and_largest_amounts_are_kept_to_the_last_place(
    ledger: Ledger, dollars: str
) -> None:
    free = replace(ledger, daily_limit_usd=Decimal(0))
    await free.settle((await reserve(free, dollars)).id, Bill(Decimal(dollars), 1, 1))
    assert (await add_up(free)).settled_usd == Decimal(dollars)
