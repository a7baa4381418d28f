"""Every line of a request has its id, and those of the work that it caused; none says too much."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from structlog.typing import EventDict

from server.core.schedule import logger, repeating
from server.generation.warming.jobs.service import run_jobs
from server.learners.accounts.domain import AccountRole
from tests.generation.renditions.classroom import BEGINNER, Classroom
from tests.stand_in import Fault


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    with capture_logs(processors=[merge_contextvars]) as entries:
        yield entries


async def test_calls_repairs_and_refusals_have_the_id_of_who_asked(
    classroom: Classroom, logged: list[EventDict]
) -> None:
    account, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(Fault.DROP_PLACEHOLDER, section="setup", calls=1)
    classroom.stand_in.misbehave(Fault.TRUNCATE, section="safety")
    classroom.client.headers["X-Request-ID"] = request_id = uuid4().hex
    await classroom.read(headers)

    said = [line["event"] for line in logged]
    assert {"model call", "section repair", "section rejected", "request"} <= set(said)
    assert {line.get("request_id") for line in logged} == {request_id}
    (row,) = await classroom.rows("SELECT request_id FROM personalization_log")
    assert row["request_id"] == request_id
    told = str(logged)
    assert str(account.email) not in told
    assert "Keep your hands away" not in told
    assert "You rewrite" not in told


async def test_requests_side_by_side_keep_their_own_ids(
    classroom: Classroom, logged: list[EventDict]
) -> None:
    """Their log rows are written together, which is nobody's request."""
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    logged.clear()
    ids = [uuid4().hex for _ in range(20)]
    await asyncio.gather(
        *(classroom.ask({**headers, "X-Request-ID": request_id}) for request_id in ids)
    )
    rows = await classroom.rows(
        "SELECT request_id FROM personalization_log ORDER BY id DESC LIMIT 20"
    )
    assert sorted(line["request_id"] for line in logged) == sorted(ids)
    assert sorted(row["request_id"] for row in rows) == sorted(ids)


async def test_a_warm_up_is_found_from_the_request_that_asked_for_it(
    classroom: Classroom, logged: list[EventDict]
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    _, instructor = await classroom.enrol(role=AccountRole.INSTRUCTOR)
    answer = await classroom.client.post(
        "/api/v1/cache/warm",
        headers=instructor,
        json={"chapter_ids": ["robots"], "languages": ["fr"]},
    )
    assert answer.status_code == 202, answer.text
    (asked,) = [line for line in logged if line["event"] == "warm-up asked for"]
    logged.clear()

    async with repeating("warm-up", lambda: run_jobs(classroom.app.state.workplace), every_s=60):
        while not [line for line in logged if line["event"] == "model call"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert asked["request_id"] == answer.headers["x-request-id"]
    calls = [line for line in logged if line["event"] == "model call"]
    assert {line["job"] for line in calls} == {asked["job"]}
    assert {line["task"] for line in calls} == {"warm-up"}
    assert headers


async def test_each_run_of_a_job_has_an_id_of_its_own(logged: list[EventDict]) -> None:
    thrice = asyncio.Event()

    async def work() -> None:
        logger.info("at work")
        if len(logged) == 3:
            thrice.set()
            await asyncio.Event().wait()

    async with repeating("work", work, every_s=0.001):
        await asyncio.wait_for(thrice.wait(), 10)
    assert {line["task"] for line in logged} == {"work"}
    assert len({line["request_id"] for line in logged}) == 3
