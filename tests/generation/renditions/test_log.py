"""The log: rows are committed in groups, each before its answer, and one request fails alone."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import event, text

from server.core.database.engine import Sessions, create_engine, create_sessions
from server.errors import ServiceUnavailable
from server.generation.renditions.domain import Source
from server.generation.renditions.log.domain import LogEntry, LoggedAnswer
from server.generation.renditions.log.service import LogDesk
from server.settings import Settings
from tests.databases import database_named
from tests.factories import create_account
from tests.generation.renditions.classroom import BEGINNER, Classroom, open_classroom
from tests.stand_in import StandIn

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
LOGGED = "SELECT count(*) FROM personalization_log"
ANSWER = LoggedAnswer(
    rendition_hash="f" * 64,
    chapter_id="robots",
    transformations=("one", "two"),
    cached=True,
    source=Source.MEMORY,
    status="ok",
    llm_provider=None,
    llm_model=None,
    input_tokens=0,
    output_tokens=0,
    cost_usd=None,
    sections_total=2,
    sections_rewritten=2,
    sections_fallback=0,
    language="en",
    fallback_reasons=(),
)


@pytest.fixture
async def sessions(committed_database_url: str) -> AsyncIterator[Sessions]:
    engine = create_engine(committed_database_url)
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture
async def hot_classroom(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Classroom]:
    stand_in.behave("simplified")
    settings = model_settings.model_copy(update={"hot_tier_mb": 8})
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        yield classroom


def entry(
    user_id: int | None = None, *, language: str = "en", cost_usd: Decimal | None = None
) -> LogEntry:
    answer = replace(ANSWER, language=language, cost_usd=cost_usd)
    return LogEntry(answer, user_id, request_id=None, response_time_ms=3)


@asynccontextmanager
async def locked_log(sessions: Sessions) -> AsyncGenerator[None]:
    """Nobody can write to the log for as long as the block runs."""
    async with sessions.begin() as session:
        await session.execute(text("LOCK TABLE personalization_log IN EXCLUSIVE MODE"))
        yield


async def count(sessions: Sessions, sql: str) -> int:
    async with sessions() as session:
        return int((await session.execute(text(sql))).scalar_one())


async def wait_for_writer(sessions: Sessions) -> None:
    while await count(sessions, WAITING) == 0:  # noqa: ASYNC110  # the lock is the server's
        await asyncio.sleep(0.01)


def note_inserts(sessions: Sessions) -> list[str]:
    """A list that grows with each statement that writes to the log."""
    inserts = list[str]()

    @event.listens_for(sessions.kw["bind"].sync_engine, "before_cursor_execute")
    def note(*given: object) -> None:
        if "INSERT INTO personalization_log" in str(given[2]):
            inserts.append(str(given[2]))

    return inserts


async def test_a_row_holds_what_was_handed_in(sessions: Sessions) -> None:
    async with sessions() as session:
        account = await create_account(session)

    await LogDesk(sessions).write(entry(account.id, cost_usd=Decimal("0.001500")))

    async with sessions() as session:
        (row,) = (await session.execute(text("SELECT * FROM personalization_log"))).mappings()
    assert (row["user_id"], row["chapter_id"], row["cached"]) == (account.id, "robots", True)
    assert (row["transformations"], row["transformation_type"]) == (["one", "two"], "one")
    assert str(row["cost_usd"]) == "0.001500"
    assert (row["status"], row["sections_total"]) == ("ok", 2)
    assert row["created_at"].tzinfo is not None


async def test_what_comes_during_a_commit_shares_the_next(sessions: Sessions) -> None:
    desk, inserts = LogDesk(sessions), note_inserts(sessions)
    async with locked_log(sessions):
        first = asyncio.create_task(desk.write(entry()))
        await wait_for_writer(sessions)
        others = [asyncio.create_task(desk.write(entry())) for _ in range(30)]
        await asyncio.sleep(0)
        assert not any(task.done() for task in (first, *others))

    await asyncio.gather(first, *others)

    assert len(inserts) == 2
    assert len(set(inserts)) == 1
    assert await count(sessions, LOGGED) == 31


async def test_no_answer_leaves_before_its_row_is_committed(hot_classroom: Classroom) -> None:
    _, headers = await hot_classroom.enrol(BEGINNER)
    await hot_classroom.read(headers)
    async with locked_log(hot_classroom.sessions):
        asked = asyncio.create_task(hot_classroom.ask(headers))
        await wait_for_writer(hot_classroom.sessions)
        assert not asked.done()

    assert (await asked).json()["source"] == "memory"
    assert await count(hot_classroom.sessions, LOGGED) == 2


async def test_many_at_once_are_all_in_the_log(hot_classroom: Classroom) -> None:
    _, headers = await hot_classroom.enrol(BEGINNER)
    await hot_classroom.read(headers)
    names = [f"request-{number:04}" for number in range(200)]

    answers = await asyncio.gather(
        *(hot_classroom.ask({**headers, "X-Request-ID": name}) for name in names)
    )

    assert {answer.status_code for answer in answers} == {200}
    rows = await hot_classroom.rows("SELECT request_id FROM personalization_log ORDER BY id")
    assert sorted(row["request_id"] for row in rows[1:]) == names


async def test_a_row_that_cannot_be_stored_costs_its_own_answer_only(sessions: Sessions) -> None:
    desk = LogDesk(sessions)
    entries = [entry(), entry(language="x" * 36), entry()]

    outcomes = await asyncio.gather(*map(desk.write, entries), return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [type(None), ServiceUnavailable, type(None)]
    assert await count(sessions, LOGGED) == 2


async def test_an_account_that_was_erased_meanwhile_is_logged_without_a_name(
    sessions: Sessions,
) -> None:
    await LogDesk(sessions).write(entry(user_id=4711))

    assert await count(sessions, f"{LOGGED} WHERE user_id IS NULL") == 1


async def test_a_failed_commit_fails_all_who_waited_and_the_next_one_works(
    sessions: Sessions,
) -> None:
    desk = LogDesk(sessions)
    await run(sessions, "ALTER TABLE personalization_log RENAME TO gone")
    outcomes = await asyncio.gather(
        *(desk.write(entry()) for _ in range(3)), return_exceptions=True
    )
    await run(sessions, "ALTER TABLE gone RENAME TO personalization_log")

    await desk.write(entry())

    assert [type(outcome) for outcome in outcomes] == [ServiceUnavailable] * 3
    assert await count(sessions, LOGGED) == 1


async def test_a_cut_connection_is_a_refusal_and_the_next_one_is_new(sessions: Sessions) -> None:
    desk = LogDesk(sessions)
    async with locked_log(sessions):
        cut = asyncio.create_task(desk.write(entry()))
        await wait_for_writer(sessions)
        await run(
            sessions,
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted",
        )
        with pytest.raises(ServiceUnavailable):
            await cut

    await desk.write(entry())

    assert await count(sessions, LOGGED) == 1


async def test_without_a_database_everybody_hears_of_it(committed_database_url: str) -> None:
    engine = create_engine(database_named(committed_database_url, "no_such"))
    desk = LogDesk(create_sessions(engine))

    outcomes = await asyncio.gather(
        *(desk.write(entry()) for _ in range(3)), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes] == [ServiceUnavailable] * 3
    await engine.dispose()


async def test_who_goes_away_is_logged_and_holds_nobody_up(sessions: Sessions) -> None:
    desk = LogDesk(sessions)
    async with locked_log(sessions):
        gone, stays = (asyncio.create_task(desk.write(entry())) for _ in range(2))
        await wait_for_writer(sessions)
        gone.cancel()

    await stays

    assert gone.cancelled()
    assert await count(sessions, LOGGED) == 2


async def test_a_shutdown_waits_for_what_was_handed_in(sessions: Sessions) -> None:
    desk = LogDesk(sessions)
    written = asyncio.create_task(desk.write(entry()))
    await asyncio.sleep(0)

    await desk.finish()

    assert await count(sessions, LOGGED) == 1
    await written


async def test_a_use_is_noted_at_most_once_a_minute(hot_classroom: Classroom) -> None:
    _, headers = await hot_classroom.enrol(BEGINNER)
    await hot_classroom.read(headers)
    long_ago = "UPDATE personalization_cache SET last_used_at = now() - interval '1 hour'"
    recent = "SELECT last_used_at > now() - interval '1 minute' AS it FROM personalization_cache"
    noted = list[bool]()
    for _ in range(2):
        await hot_classroom.run(long_ago)
        await hot_classroom.read(headers)
        noted += [row["it"] for row in await hot_classroom.rows(recent)]

    assert noted == [True, False]


async def test_a_rendition_that_somebody_replaces_is_not_waited_for(
    hot_classroom: Classroom,
) -> None:
    _, headers = await hot_classroom.enrol(BEGINNER)
    await hot_classroom.read(headers)
    await hot_classroom.run(
        "UPDATE personalization_cache SET last_used_at = now() - interval '1 hour'"
    )
    async with hot_classroom.sessions.begin() as session:
        await session.execute(text("SELECT FROM personalization_cache FOR UPDATE"))

        assert (await hot_classroom.read(headers)).source == "memory"


async def run(sessions: Sessions, sql: str) -> None:
    async with sessions.begin() as session:
        await session.execute(text(sql))
