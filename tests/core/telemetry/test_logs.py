"""Every request has an id, in its answer and in each of its log lines."""

import re
from collections.abc import Iterator

import pytest
from httpx import AsyncClient
from starlette.types import Message, Receive, Scope, Send
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from structlog.typing import EventDict

from server.core.telemetry.logs import hide_private
from server.core.telemetry.metrics import Metrics
from server.core.telemetry.middleware import RequestLogging
from server.core.telemetry.traces import Tracing


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


async def test_the_time_is_a_number_too(client: AsyncClient, logged: list[EventDict]) -> None:
    await client.get("/api/v1/health/live")
    (line,) = logged
    assert isinstance(line["duration_ms"], float)
    assert line["duration"] == f"{line['duration_ms']:.0f}ms"


async def test_an_answer_that_is_our_fault_is_an_error(logged: list[EventDict]) -> None:
    async def fail(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ValueError("a bug")

    app = RequestLogging(fail, metrics=Metrics(), tracing=Tracing())
    scope: Scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    with pytest.raises(ValueError, match="a bug"):
        await app(scope, _nothing, _nowhere)
    (line,) = logged
    assert (line["log_level"], line["status"]) == ("error", 500)


async def _nothing() -> Message:
    return {"type": "http.disconnect"}


async def _nowhere(_message: Message) -> None:
    """Nobody reads it."""


@pytest.mark.parametrize(
    ("said", "logged_as"),
    [
        ("no account for ada@example.org here", "no account for [email] here"),
        ('Key (email)=("ada@example.org") exists', 'Key (email)=("[email]") exists'),
        ("postgresql://book:hush@db:5432/book", "postgresql://book:[password]@db:5432/book"),
        ("x-api-key: sk-ant-api03-hush_hush", "x-api-key: [secret]"),
        ("Authorization: Bearer hush.hush", "Authorization: Bearer [secret]"),
        ("token eyJhbGciOiJIUzI1NiJ9.e30.hush", "token [secret]"),
        ("a chapter named @home and a task sk-1", "a chapter named @home and a task sk-1"),
    ],
)
def test_what_a_library_says_of_people_and_keys_is_not_logged(said: str, logged_as: str) -> None:
    event: EventDict = {"event": said, "exception": said, "status": 500}
    assert hide_private(None, "error", event) == {
        "event": logged_as,
        "exception": logged_as,
        "status": 500,
    }
