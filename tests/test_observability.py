"""Every request has an id, in its answer and in each of its log lines."""

import re
from collections.abc import Iterator

import pytest
from httpx import AsyncClient
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from structlog.typing import EventDict


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    with capture_logs(processors=[merge_contextvars]) as entries:
        yield entries


async def test_a_request_gets_an_id_of_its_own(client: AsyncClient) -> None:
    ids = {(await client.get("/api/v1/health/live")).headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)


async def test_a_given_id_is_kept(client: AsyncClient, logged: list[EventDict]) -> None:
    answer = await client.get(
        "/api/v1/health/live", headers={"X-Request-ID": "trace-7.of_the.proxy"}
    )
    assert answer.headers.get_list("x-request-id") == ["trace-7.of_the.proxy"]
    assert [entry["request_id"] for entry in logged] == ["trace-7.of_the.proxy"]


@pytest.mark.parametrize("given", ["short", "x" * 65, "two words", 'quote"quote', "a\tbcdefgh", ""])
async def test_an_id_that_could_do_harm_is_replaced(client: AsyncClient, given: str) -> None:
    answer = await client.get("/api/v1/health/live", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])


async def test_a_request_is_one_line_with_what_one_looks_for(
    client: AsyncClient, logged: list[EventDict]
) -> None:
    await client.get("/api/v1/nothing?token=hush")
    (line,) = logged
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/v1/nothing", 404)
    assert re.fullmatch(r"\d+ms", line["duration"])
    assert "hush" not in str(line)


async def test_refusals_carry_the_id_too(client: AsyncClient) -> None:
    for path in ("/api/v1/me", "/api/v1/nothing", "/api/v1/chapters/none"):
        assert (await client.get(path)).headers["x-request-id"]
