"""How long analytics takes as the request log grows: `python -m benchmarks.analytics`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.embedded import embedded_postgres
from server.core.database.engine import Sessions, create_engine, create_sessions
from server.core.database.migrations import migrate
from server.core.dates import Grain, Period
from server.insight.analytics import service
from server.insight.analytics.domain import FallbackGrain
from server.insight.analytics.facts import Scope
from server.insight.analytics.log.domain import LogFilter
from server.insight.analytics.rollup.service import roll_up
from server.insight.feedback.service import count_by_chapter
from tests.insight.analytics.term import Stretch, add_rows

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 13  # the driver prepares a statement, and PostgreSQL may settle on a plan, on the way
WAITING = 1_000  # rows that no roll-up has seen yet: about what a job may leave
CHAPTERS = [f"module-{module}/chapter-{each}" for module in range(1, 9) for each in range(1, 5)]

PLAIN = {
    "chapters": "SELECT chapter_id, COUNT(*) AS requests FROM personalization_log"
    " GROUP BY chapter_id ORDER BY requests DESC",
    "hit rate": "SELECT COUNT(CASE WHEN cached THEN 1 END) * 100.0 / NULLIF(COUNT(*), 0)"
    " FROM personalization_log",
    "response times": "SELECT cached, AVG(response_time_ms), PERCENTILE_CONT(0.95)"
    " WITHIN GROUP (ORDER BY response_time_ms) FROM personalization_log GROUP BY cached",
}
EVER = Period(None, None)
Question = Callable[[AsyncSession], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Line:
    """Median and slowest milliseconds of one question at one size."""

    name: str
    median_ms: float
    slowest_ms: float


def list_questions(period: Period) -> dict[str, Question]:
    nobody, nothing = LogFilter(request_id="of no request"), LogFilter(fallback_reason="none")
    everybody, limit = LogFilter(), Decimal(10)

    def about(ask: Callable[[AsyncSession, Scope], Awaitable[object]]) -> Question:
        async def question(session: AsyncSession) -> object:
            return await ask(session, await service.open_scope(session, period))

        return question

    return {
        "summary": about(service.summarize),
        "chapters": about(service.list_chapters),
        "latency": about(
            lambda session, scope: service.measure_response_times(session, scope, Grain.PERIOD)
        ),
        "latency by day": about(
            lambda session, scope: service.measure_response_times(session, scope, Grain.DAY)
        ),
        "providers": about(lambda session, scope: service.report_models(session, scope, limit)),
        "providers by day": about(
            lambda session, scope: service.report_models(session, scope, limit, Grain.DAY)
        ),
        "transformations": about(service.count_transformations),
        "fallbacks by day": about(
            lambda session, scope: service.count_fallbacks(session, scope, FallbackGrain.DAY)
        ),
        "feedback": lambda session: count_by_chapter(session, period),
        "log, first page": lambda session: service.list_log(session, period, everybody),
        "log, no such id": lambda session: service.list_log(session, period, nobody),
        "log, no fallback": lambda session: service.list_log(session, period, nothing),
    }


async def measure(sessions: Sessions, questions: dict[str, Question]) -> list[Line]:
    """Each question in a transaction of its own; a first round that is not counted warms up."""
    lines = list[Line]()
    for name, question in questions.items():
        times = list[float]()
        for _ in range(ROUNDS + 1):
            async with sessions.begin() as session:
                begin = perf_counter()
                await question(session)
                times.append((perf_counter() - begin) * 1000)
        lines.append(Line(name, median(times[1:]), max(times[1:])))
    return lines


def ask_plainly(statement: str) -> Question:
    return lambda session: session.execute(text(statement))


async def fill(sessions: Sessions, size: int) -> float:
    """An empty database's log and roll-up, the newest rows not in it; return the job's seconds."""
    await add_rows(sessions, Stretch(1, size - WAITING, size), CHAPTERS)
    begin = perf_counter()
    await roll_up(sessions)
    taken = perf_counter() - begin
    await add_rows(sessions, Stretch(size - WAITING + 1, size, size), CHAPTERS)
    return taken


async def vacuum(sessions: Sessions) -> None:
    async with sessions() as session:
        connection = await session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})
        await connection.execute(text("VACUUM ANALYZE"))


async def check(sessions: Sessions, size: int) -> None:
    """The figures are those of the plain statements, the newest row included."""
    async with sessions.begin() as session:
        summary = await service.summarize(session, await service.open_scope(session, EVER))
        by_chapter = await session.execute(text(PLAIN["chapters"]))
        times = await session.execute(text(PLAIN["response times"]))
        plain_times = {cached: (float(average), p95) for cached, average, p95 in times}
    assert summary.requests_total == size
    told = {each.chapter_id: each.requests for each in summary.requests_by_chapter}
    assert told == {row.chapter_id: row.requests for row in by_chapter}
    assert {
        each.cached: (each.avg_ms, each.p95_ms) for each in summary.response_time
    } == plain_times


async def describe_sizes(sessions: Sessions) -> str:
    tables = ("personalization_log", "log_rollup", "log_time_rollup", "log_label_rollup")
    parts = list[str]()
    async with sessions.begin() as session:
        for table in tables:
            rows = await session.scalar(text(f"SELECT COUNT(*) FROM {table}"))  # noqa: S608
            size = await session.scalar(
                text("SELECT pg_total_relation_size(CAST(:name AS regclass))"), {"name": table}
            )
            parts.append(f"{table} {rows:,} rows, {(size or 0) / 1e6:,.1f} MB")
    return "; ".join(parts)


def print_lines(title: str, lines: Sequence[Line]) -> None:
    print(f"  {title}")
    for line in lines:
        print(f"    {line.name:<18} {line.median_ms:9.1f}   (slowest {line.slowest_ms:9.1f})")


async def measure_size(url: str, size: int) -> None:
    engine = create_engine(url)
    sessions = create_sessions(engine)
    rolling_up_s = await fill(sessions, size)
    await vacuum(sessions)
    await check(sessions, size)
    print(f"\n{size:,} rows; rolled up in {rolling_up_s:.1f} s, but for the newest {WAITING:,}")
    print(f"  {await describe_sizes(sessions)}")
    month_ago = datetime.now(UTC) - timedelta(days=30)
    print_lines("all 90 days", await measure(sessions, list_questions(EVER)))
    month = list_questions(Period(month_ago, None))
    print_lines("the last 30 days", await measure(sessions, month))
    plain = {name: ask_plainly(statement) for name, statement in PLAIN.items()}
    print_lines("the contract's plain statements", await measure(sessions, plain))
    await engine.dispose()


def main(sizes: Sequence[int] = SIZES) -> None:
    print("Analytics: milliseconds by the clock, medians of several runs.")
    for size in sizes:
        with TemporaryDirectory() as folder, embedded_postgres(Path(folder) / "data") as url:
            migrate(url)
            asyncio.run(measure_size(url, size))


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or SIZES)
