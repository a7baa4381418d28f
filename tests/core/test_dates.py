"""Days put together: weeks from Monday on, months, years; percentiles of all their requests."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.dates import Grain, Period, choose_grain, find_first_day, list_parts
from server.insight.analytics import service
from tests.insight.analytics.logged import Entry, log

EVER = Period(None, None)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("grain", "first"),
    [
        (Grain.PERIOD, None),
        (Grain.DAY, date(2026, 11, 18)),
        (Grain.WEEK, date(2026, 11, 16)),
        (Grain.MONTH, date(2026, 11, 1)),
        (Grain.YEAR, date(2026, 1, 1)),
    ],
)
def test_first_day(grain: Grain, first: date | None) -> None:
    assert find_first_day(date(2026, 11, 18), grain) == first


def test_first_day_of_the_first_week_there_is() -> None:
    assert find_first_day(date.min, Grain.WEEK) == date.min


@given(DAYS, st.integers(0, 3000), st.sampled_from([each for each in Grain if each != "period"]))
def test_parts_are_all_days_once_in_their_order(first: date, more: int, grain: Grain) -> None:
    last = date.fromordinal(first.toordinal() + more)
    parts = list_parts(first, last, grain)
    days = [
        date.fromordinal(number)
        for part in parts.values()
        for number in range(part.first.toordinal(), part.last.toordinal() + 1)
    ]
    assert days == [date.fromordinal(first.toordinal() + number) for number in range(more + 1)]
    assert all(find_first_day(part.last, grain) == name for name, part in parts.items())
    assert sum((part.last - part.first).days + 1 for part in parts.values()) == more + 1


@given(DAYS, st.integers(0, 5 * 366 - 1))
def test_no_chart_has_more_parts_than_a_screen_shows(first: date, more: int) -> None:
    last = date.fromordinal(first.toordinal() + more)
    grain = choose_grain(first, last)
    assert len(list_parts(first, last, grain)) <= (92 if grain is Grain.DAY else 62)


async def test_percentiles_of_a_week_are_those_of_its_requests(session: AsyncSession) -> None:
    monday, friday, next_week = (f"2026-06-{day}T12:00:00Z" for day in (15, 19, 22))
    slow = [Entry(ms=100 * number, at=monday) for number in range(1, 10)]
    quick = [Entry(ms=number, at=friday) for number in range(1, 91)]
    await log(session, [*slow, *quick, Entry(ms=7, at=next_week)])
    scope = await service.open_scope(session, EVER)
    weeks = await service.measure_response_times(session, scope, Grain.WEEK)
    told = [(each.day, each.requests, each.p50_ms) for each in weeks]
    assert told == [(date(2026, 6, 15), 99, 50), (date(2026, 6, 22), 1, 7)]
    plain = await session.scalar(
        text(
            "SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY response_time_ms)"
            " FROM personalization_log WHERE created_at < '2026-06-22Z'"
        )
    )
    assert weeks[0].p95_ms == pytest.approx(plain)


async def test_days_are_those_of_utc_whatever_the_sessions_zone(session: AsyncSession) -> None:
    await session.execute(text("SET LOCAL TIME ZONE 'Pacific/Kiritimati'"))
    await log(session, [Entry(at="2026-06-30T23:30:00Z"), Entry(at="2026-07-01T00:30:00Z")])
    scope = await service.open_scope(session, EVER)
    months = await service.measure_response_times(session, scope, Grain.MONTH)
    assert [each.day for each in months] == [date(2026, 6, 1), date(2026, 7, 1)]


async def test_bills_and_requests_of_a_month_are_one_row(session: AsyncSession) -> None:
    await log(
        session,
        [
            Entry(provider="claude", model="m", at="2026-06-02T12:00:00Z", cost_usd="0.1"),
            Entry(provider="claude", model="m", at="2026-06-29T12:00:00Z", cost_usd="0.2"),
        ],
    )
    await session.execute(
        text(
            "INSERT INTO spending (day, provider, model, calls, input_tokens, output_tokens,"
            " cost_usd) VALUES ('2026-06-03', 'claude', 'm', 2, 20, 10, 0.5),"
            " ('2026-06-30', 'claude', 'm', 1, 10, 5, 0.25)"
        )
    )
    scope = await service.open_scope(session, EVER)
    report = await service.report_models(session, scope, Decimal(1), Grain.MONTH)
    (month,) = report.models
    assert (month.day, month.requests, month.cost_usd) == (date(2026, 6, 1), 2, Decimal("0.3"))
    assert (month.billed_calls, month.billed_usd) == (3, Decimal("0.75"))
    assert [each.day for each in report.budget] == [date(2026, 6, 3), date(2026, 6, 30)]
