"""Figures are those of the log, however much of it is rolled up, and whenever that happens."""

import asyncio
import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions, create_engine, create_sessions
from server.core.dates import Grain, Period
from server.insight.analytics import queries, service
from server.insight.analytics.domain import FallbackGrain
from server.insight.analytics.facts import Scope
from server.insight.analytics.rollup import queries as rollup_queries
from server.insight.analytics.rollup.service import roll_up
from tests.factories import create_account
from tests.insight.analytics.logged import Entry, log

EVER = Period(None, None)
START = datetime(2026, 6, 15, tzinfo=UTC)
PERIODS = {
    "ever": EVER,
    "whole days": Period(START, START + timedelta(days=3)),
    "from a whole day": Period(START + timedelta(days=1), None),
    "until a whole day": Period(None, START + timedelta(days=2)),
    "ragged": Period(START + timedelta(hours=7), START + timedelta(days=3, hours=5)),
    "from noon": Period(START + timedelta(hours=12), None),
    "until noon": Period(None, START + timedelta(days=2, hours=12)),
    "within a day": Period(START + timedelta(hours=3), START + timedelta(hours=20)),
    "over midnight": Period(START + timedelta(hours=20), START + timedelta(hours=30)),
    "nothing": Period(START, START),
    "the last day of all": Period(datetime(9999, 12, 31, 12, tzinfo=UTC), None),
}
REASONS = ("numbers", "spans", "outage")
PLANS = ((), ("beginner-simplify",), ("beginner-simplify", "urdu-translation"))


def make_entries(count: int, seed: int) -> list[Entry]:
    """Four days of requests, nulls and repeated reasons among them."""
    dice = random.Random(seed)
    return [
        Entry(
            chapter_id=dice.choice(("chapter-01", "chapter-02", "module-2/ros2")),
            ms=dice.choice((3, 4, 4, 5, 900, 5000, dice.randrange(9000))),
            cached=dice.random() < 0.6,
            source=dice.choice(("memory", "cache", "llm", "original")),
            status=dice.choice(("ok", "ok", "aborted")),
            provider=dice.choice(("claude", "openai", None)),
            model=dice.choice(("large", None)),
            language=dice.choice(("en", None)),
            transformations=dice.choice(PLANS),
            reasons=tuple(dice.choices(REASONS, k=dice.choice((0, 0, 1, 3)))),
            tokens=(dice.randrange(900), dice.randrange(900)),
            cost_usd=dice.choice((None, "0.000001", "0.125")),
            sections=8,
            fallbacks=dice.randrange(3),
            at=(START + timedelta(seconds=dice.randrange(4 * 86_400))).isoformat(),
        )
        for _ in range(count)
    ]


async def ask_everything(session: AsyncSession, scope: Scope) -> dict[str, object]:
    return {
        "totals": await queries.add_up(session, scope),
        "chapters": await queries.list_chapters(session, scope),
        "days": await queries.list_days(session, scope),
        "times": await queries.measure_response_times(session, scope, Grain.PERIOD),
        "times by day": await queries.measure_response_times(session, scope, Grain.DAY),
        "providers": await queries.sum_by_provider(session, scope),
        "models": set(await queries.sum_by_model(session, scope, Grain.DAY)),
        "transformations": await queries.count_transformations(session, scope),
        "fallbacks": await queries.count_fallbacks(session, scope, FallbackGrain.REASON),
        "fallbacks by chapter": await queries.count_fallbacks(
            session, scope, FallbackGrain.CHAPTER
        ),
        "fallbacks by day": await queries.count_fallbacks(session, scope, FallbackGrain.DAY),
    }


async def assert_figures_are_those_of_the_log(session: AsyncSession) -> None:
    """A scope that knows of no roll-up reads every row of the log."""
    progress = await rollup_queries.find_progress(session)
    for name, period in PERIODS.items():
        rolled_up = await ask_everything(session, Scope(period, progress))
        assert rolled_up == await ask_everything(session, Scope(period, 0)), name


async def count(session: AsyncSession) -> int:
    scope = await service.open_scope(session, EVER)
    return (await service.summarize(session, scope)).requests_total


async def test_figures_are_those_of_the_log_before_between_and_after_roll_ups(
    session: AsyncSession, sessions: Sessions
) -> None:
    for seed in range(3):
        await log(session, make_entries(60, seed))
        await assert_figures_are_those_of_the_log(session)
        await roll_up(sessions)
        await assert_figures_are_those_of_the_log(session)
    assert await count(session) == 180


async def test_batches_of_any_size_come_to_the_same(
    session: AsyncSession, sessions: Sessions
) -> None:
    first, *_ = await log(session, make_entries(40, seed=7))
    # However many ids other tests have used up before.
    begin = text("UPDATE log_rollup_progress SET through_id = :id")
    await session.execute(begin, {"id": first - 1})
    await session.commit()
    await roll_up(sessions, at_once=7)
    await assert_figures_are_those_of_the_log(session)
    rolled_up = "SELECT SUM(requests) FROM log_rollup"
    assert await session.scalar(text(rolled_up)) == 40


async def test_the_newest_row_counts_at_once(session: AsyncSession, sessions: Sessions) -> None:
    await log(session, make_entries(5, seed=1))
    await roll_up(sessions)
    await log(session, [Entry()])
    assert await count(session) == 6


async def test_a_row_that_is_late_for_its_day_is_added_to_it(
    session: AsyncSession, sessions: Sessions
) -> None:
    await log(session, [Entry(at="2026-06-15T10:00:00Z"), Entry(at="2026-06-18T10:00:00Z")])
    await roll_up(sessions)
    await log(session, [Entry(at="2026-06-15T11:00:00Z", ms=90)])
    await assert_figures_are_those_of_the_log(session)
    await roll_up(sessions)
    await assert_figures_are_those_of_the_log(session)
    days = await service.list_days(session, await service.open_scope(session, EVER))
    assert [(f"{each.day}", each.requests) for each in days] == [
        ("2026-06-15", 2),
        ("2026-06-18", 1),
    ]


async def test_an_erased_account_changes_no_figure(
    session: AsyncSession, sessions: Sessions
) -> None:
    account = await create_account(session)
    await log(session, [Entry(user_id=account.id), Entry()])
    await roll_up(sessions)
    await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": account.id})
    await session.commit()
    assert await count(session) == 2
    await assert_figures_are_those_of_the_log(session)


async def test_figures_outlive_the_rows_that_they_were_taken_from(
    session: AsyncSession, sessions: Sessions
) -> None:
    await log(session, make_entries(20, seed=3))
    before = await service.summarize(session, await service.open_scope(session, EVER))
    await roll_up(sessions)
    await session.execute(text("DELETE FROM personalization_log"))
    assert await service.summarize(session, await service.open_scope(session, EVER)) == before


async def test_an_emptied_roll_up_begins_anew(session: AsyncSession, sessions: Sessions) -> None:
    await log(session, make_entries(20, seed=8))
    await roll_up(sessions)
    await session.execute(
        text("TRUNCATE log_rollup, log_time_rollup, log_label_rollup, log_rollup_progress")
    )
    await assert_figures_are_those_of_the_log(session)
    assert await roll_up(sessions) == 20
    await assert_figures_are_those_of_the_log(session)


async def test_a_question_that_a_roll_up_overtakes_counts_each_row_once(
    session: AsyncSession, sessions: Sessions
) -> None:
    await log(session, make_entries(30, seed=4))
    await roll_up(sessions)
    overtaken = Scope(EVER, await rollup_queries.find_progress(session))
    await log(session, make_entries(30, seed=5))
    await roll_up(sessions)
    now = Scope(EVER, await rollup_queries.find_progress(session))
    assert await ask_everything(session, overtaken) == await ask_everything(session, now)


async def test_with_nothing_new_there_is_nothing_to_do(
    session: AsyncSession, sessions: Sessions
) -> None:
    await log(session, [Entry()])
    assert await roll_up(sessions) == 1
    assert await roll_up(sessions) == 0
    await assert_figures_are_those_of_the_log(session)


@pytest.fixture
async def committing(committed_database_url: str) -> AsyncIterator[Sessions]:
    engine = create_engine(committed_database_url)
    yield create_sessions(engine)
    await engine.dispose()


async def test_a_row_that_is_committed_after_a_later_one_is_not_left_out(
    committing: Sessions,
) -> None:
    async with committing() as slow, committing() as fast:
        await slow.execute(
            text(
                "INSERT INTO personalization_log (chapter_id, response_time_ms, cached, source)"
                " VALUES ('chapter-01', 10, true, 'cache')"
            )
        )
        await log(fast, [Entry()])
        assert await roll_up(committing) == 0
        assert await count(fast) == 1
        await slow.commit()
        assert await roll_up(committing) == 2
        assert await count(fast) == 2


async def test_workers_that_roll_up_at_once_count_each_row_once(committing: Sessions) -> None:
    async with committing() as session:
        await log(session, make_entries(200, seed=6))
        rolled_up = await asyncio.gather(*(roll_up(committing, at_once=20) for _ in range(4)))
        assert sum(rolled_up) + await roll_up(committing) == 200
        assert await session.scalar(text("SELECT SUM(requests) FROM log_rollup")) == 200
        await assert_figures_are_those_of_the_log(session)
