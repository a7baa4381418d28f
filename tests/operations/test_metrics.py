"""What is counted beside answers: tokens, money, calls, turns, connections, streams, jobs."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from starlette.types import Message, Scope

from server.core.database.engine import create_engine, create_sessions
from server.core.database.migrations import ROOT
from server.core.schedule import repeating
from server.core.telemetry.metrics import Metrics, share_counters
from server.core.telemetry.middleware import RequestLogging
from server.core.telemetry.traces import Tracing
from server.generation.llm.offline import OfflineLLM
from server.generation.renditions.hot_tier import HotTier
from server.generation.renditions.log.service import LogDesk
from server.generation.renditions.resources import CountedTurns, Resources
from server.operations.monitoring import Sampler, sample_budget
from tests.generation.renditions.classroom import BEGINNER, Classroom, wait_for_calls
from tests.operations.exposition import list_names, list_samples, read_value
from tests.stand_in import Fault

MODEL = {"provider": "claude", "model": "claude-sonnet-5-5"}


async def read_page(classroom: Classroom) -> str:
    return (await classroom.client.get("/metrics")).text


async def test_tokens_and_money_are_those_that_were_paid(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)

    page = await read_page(classroom)
    (paid,) = await classroom.rows("SELECT * FROM spending")

    assert read_value(page, "personalization_provider_calls_total", provider="claude") == 3
    assert read_value(page, "personalization_provider_seconds_count", provider="claude") == 3
    for direction in ("input", "output"):
        counted = read_value(page, "personalization_tokens_total", **MODEL, direction=direction)
        assert counted == paid[f"{direction}_tokens"] > 0
    cost = read_value(page, "personalization_cost_usd_total", **MODEL)
    assert cost == pytest.approx(float(paid["cost_usd"]))


async def test_a_hit_is_counted_once_and_costs_nothing(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    before = await read_page(classroom)
    await classroom.read(headers)
    after = await read_page(classroom)

    assert read_value(before, "personalization_cache_hits_total") == 0
    assert read_value(after, "personalization_cache_hits_total") == 1
    for page in (before, after):
        assert read_value(page, "personalization_provider_calls_total", provider="claude") == 3


async def test_calls_without_an_answer_are_told_apart_and_open_the_breaker(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    before = await read_page(classroom)
    classroom.stand_in.misbehave(Fault.HTTP_401)
    await classroom.read(headers)
    after = await read_page(classroom)

    errors = "personalization_provider_errors_total"
    assert read_value(before, errors, provider="claude", kind="authentication") == 0
    assert read_value(before, "personalization_provider_held_back", provider="claude") == 0
    assert read_value(after, errors, provider="claude", kind="authentication") > 0
    assert read_value(after, errors, provider="claude", kind="overloaded") == 0
    assert read_value(after, "personalization_provider_held_back", provider="claude") == 1


async def test_the_budget_shows_what_the_day_has_cost(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    (paid,) = await classroom.rows("SELECT cost_usd FROM spending")

    await sample_budget(
        classroom.resources,
        classroom.settings.model_copy(update={"llm_daily_budget_usd": 5}),
    )

    page = await read_page(classroom)
    spent = read_value(page, "personalization_budget_spent_usd")
    assert spent == pytest.approx(float(paid["cost_usd"]))
    assert read_value(page, "personalization_budget_limit_usd") == 5


async def test_sections_with_the_model_and_those_that_wait_are_shown(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    one_turn = CountedTurns(1, classroom.resources.metrics)
    classroom.app.state.resources = replace(classroom.resources, turns=one_turn)
    classroom.stand_in.misbehave(Fault.HANG, calls=1)
    asking = asyncio.create_task(classroom.ask(headers))
    await wait_for_calls(classroom, 1)

    page = await read_page(classroom)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await classroom.resources.background.cancel()
    await classroom.finish()
    afterwards = await read_page(classroom)

    assert read_value(page, "personalization_generation_running") == 1
    assert read_value(page, "personalization_generation_waiting") == 2
    assert read_value(afterwards, "personalization_generation_running") == 0
    assert read_value(afterwards, "personalization_generation_waiting") == 0


async def test_who_waits_for_a_connection_is_seen(committed_database_url: str) -> None:
    engine = create_engine(committed_database_url)
    sessions = create_sessions(engine)
    metrics = Metrics()
    sampler = Sampler(
        Resources(
            sessions=sessions,
            llm=OfflineLLM(),
            timeout_s=1,
            hot=HotTier(0),
            log=LogDesk(sessions),
            turns=CountedTurns(1, metrics),
            metrics=metrics,
        )
    )
    held = [await engine.connect() for _ in range(20)]

    async def ask() -> object:
        async with sessions() as session:
            return await session.scalar(text("SELECT 1"))

    waiting = asyncio.create_task(ask())
    while read_value(metrics.expose().decode(), "database_pool_waiting") == 0:
        await asyncio.sleep(0.01)
        await sampler.sample()
    full = metrics.expose().decode()
    for connection in held:
        await connection.close()
    assert await waiting == 1
    await sampler.sample()
    free = metrics.expose().decode()
    await engine.dispose()

    assert read_value(full, "database_pool_size") == 20
    assert read_value(full, "database_pool_checked_out") == 20
    assert read_value(full, "database_pool_waiting") == 1
    assert read_value(free, "database_pool_checked_out") == 0
    assert read_value(free, "database_pool_waiting") == 0
    assert read_value(free, "database_pool_waits_total") == 1
    assert read_value(free, "database_pool_timeouts_total") == 0


async def test_a_stream_is_open_until_its_end_whatever_that_is() -> None:
    metrics = Metrics()
    open_while_sending = list[float]()

    async def stream(
        _scope: object, _receive: object, send: Callable[[Message], Awaitable[None]]
    ) -> None:
        head = [(b"content-type", b"text/event-stream; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        open_while_sending.append(
            read_value(metrics.expose().decode(), "personalization_streams_open")
        )
        raise ConnectionResetError

    logging = RequestLogging(stream, metrics=metrics, tracing=Tracing())
    scope: Scope = {"type": "http", "method": "GET", "path": "/api/v1/x", "headers": []}
    with pytest.raises(ConnectionResetError):
        await logging(scope, _receive, _send)

    assert open_while_sending == [1]
    assert read_value(metrics.expose().decode(), "personalization_streams_open") == 0


async def _receive() -> Message:
    raise AssertionError("nobody asks")


async def _send(_message: Message) -> None:
    """Nobody is there."""


async def test_requests_are_counted_by_route_and_status(classroom: Classroom) -> None:
    for path in ("/api/v1/me", "/api/v1/chapters/robots", "/api/v1/chapters/none", "/nothing"):
        await classroom.client.get(path)
    page = await read_page(classroom)
    counted = {
        (labels["method"], labels["route"], labels["status"]): value
        for (name, pairs), value in list_samples(page).items()
        if name == "http_requests_total" and (labels := dict(pairs))
    }
    chapter = "/api/v1/chapters/{chapter_id}"
    assert counted == {
        ("GET", "/api/v1/me", "401"): 1,
        ("GET", chapter, "200"): 1,
        ("GET", chapter, "404"): 1,
        ("GET", "other", "404"): 1,
    }
    assert read_value(page, "http_request_seconds_count", route=chapter) == 2


async def test_jobs_are_counted_by_how_they_ended() -> None:
    metrics, ends = Metrics(), [None, ValueError("a bug"), None]
    all_done = asyncio.Event()

    async def work() -> None:
        if not ends:
            all_done.set()
            await asyncio.Event().wait()
        end = ends.pop()
        if end is not None:
            raise end

    async with repeating("work", work, every_s=0.001, metrics=metrics):
        await asyncio.wait_for(all_done.wait(), 10)
    page = metrics.expose().decode()
    assert read_value(page, "scheduled_job_runs_total", task="work", outcome="done") == 2
    assert read_value(page, "scheduled_job_runs_total", task="work", outcome="failed") == 1


WORKER = """
import sys
from pathlib import Path
from server.core.telemetry.metrics import Metrics
metrics = Metrics(Path(sys.argv[1]))
metrics.requests.labels("cache").inc(int(sys.argv[2]))
metrics.streams.set(int(sys.argv[2]))
metrics.held_back.labels("claude").set(int(sys.argv[2]) > 3)
print("ready", flush=True)
sys.stdin.readline()
print(metrics.expose().decode())
"""


def test_workers_add_up_and_what_a_dead_one_was_doing_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")
    share_counters(tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}  # noqa: TID251  # a child needs its PATH

    def start(number: int) -> subprocess.Popen[str]:
        words = [sys.executable, "-c", WORKER, str(tmp_path), str(number)]
        pipe = subprocess.PIPE
        worker = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=environment)
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
        return worker

    mortal, first, second = start(4), start(2), start(1)
    together, _ = first.communicate("\n")
    mortal.kill()
    mortal.wait()
    afterwards, _ = second.communicate("\n")
    mortal.communicate()

    requests = "personalization_requests_total"
    assert read_value(together, requests, source="cache") == 7
    assert read_value(together, "personalization_streams_open") == 7
    assert read_value(together, "personalization_provider_held_back", provider="claude") == 1
    assert read_value(afterwards, requests, source="cache") == 7
    assert read_value(afterwards, "personalization_streams_open") == 1
    assert read_value(afterwards, "personalization_provider_held_back", provider="claude") == 0


async def test_a_page_shows_every_source_and_kind_from_the_start(classroom: Classroom) -> None:
    names = list_names(await read_page(classroom))
    assert {"personalization_requests_total", "personalization_provider_errors_total"} <= names
