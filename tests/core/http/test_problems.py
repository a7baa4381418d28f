"""What goes wrong is a problem for the caller, and a full story in the log."""

from collections.abc import AsyncIterator, Iterator

import pytest
from fastapi.responses import StreamingResponse
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from structlog.typing import EventDict

from server.app import create_app
from server.core.database.dependencies import SessionDep
from server.core.database.engine import Sessions
from server.settings import Settings
from tests.problems import assert_problem

SITE = "https://book.example.org"


async def raise_bug() -> None:
    raise RuntimeError("the insides of the machine")


async def raise_sql_bug(session: SessionDep) -> None:
    await session.execute(text("SELECT insides FROM no_such_table"))


async def break_stream() -> StreamingResponse:
    async def chunks() -> AsyncIterator[str]:
        yield "one, "
        raise RuntimeError("the insides of the machine")

    return StreamingResponse(chunks())


@pytest.fixture
async def client(settings: Settings, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """The application with three routes that have a bug."""
    app = create_app(settings.model_copy(update={"cors_origins": (SITE,)}), sessions=sessions)
    for route in (raise_bug, raise_sql_bug, break_stream):
        app.add_api_route(f"/{route.__name__}", route)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture
def logged() -> Iterator[list[EventDict]]:
    with capture_logs(processors=[merge_contextvars]) as entries:
        yield entries


@pytest.mark.parametrize("route", ["raise_bug", "raise_sql_bug"])
async def test_a_bug_is_a_500_problem_without_our_insides(client: AsyncClient, route: str) -> None:
    answer = await client.get(f"/{route}")
    problem = assert_problem(answer, 500)
    assert problem["type"] == "urn:chapterwise:problem:internal"
    assert "insides" not in answer.text


async def test_a_bug_is_logged_whole_under_its_request(
    client: AsyncClient, logged: list[EventDict]
) -> None:
    answer = await client.get("/raise_bug")
    bug, request = logged
    assert bug["event"] == "unexpected error"
    assert bug["log_level"] == "error"
    assert bug["exc_info"]
    assert (request["event"], request["status"]) == ("request", 500)
    assert {bug["request_id"], request["request_id"]} == {answer.headers["x-request-id"]}


async def test_a_browser_on_another_site_can_read_a_bugs_problem(client: AsyncClient) -> None:
    answer = await client.get("/raise_bug", headers={"Origin": SITE})
    assert_problem(answer, 500)
    assert answer.headers["access-control-allow-origin"] == SITE


async def test_an_answer_that_has_begun_is_cut_and_never_completed(client: AsyncClient) -> None:
    """A 500 problem behind the first words would look like part of the chapter."""
    with pytest.raises(RuntimeError, match="insides"):
        await client.get("/break_stream")


async def test_the_next_request_is_answered_as_ever(client: AsyncClient) -> None:
    await client.get("/raise_sql_bug")
    assert (await client.get("/api/v1/health/ready")).status_code == 200
