"""The stream: the same pipeline as the JSON answer, section by section, resumable."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from httpx import AsyncClient, Response
from pydantic import TypeAdapter

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.core.database.line import line_to
from tests.generation.renditions.classroom import (
    BEGINNER,
    CHAPTER,
    Classroom,
    open_classroom,
    wait_for_calls,
)
from tests.problems import assert_problem
from tests.stand_in import StandIn
from tests.web.site import open_site

STREAM = "/api/v1/personalize/stream"


@dataclass(frozen=True)
class Received:
    """One event as a client reads it."""

    name: str
    data: dict[str, object]
    id: str | None

    @property
    def index(self) -> object:
        return self.data.get("index")

    @property
    def section(self) -> dict[str, object]:
        return TypeAdapter(dict[str, object]).validate_python(self.data["section"])


def read_event(block: str) -> Received | None:
    """An event from its lines; a comment is none."""
    lines = [line.partition(": ") for line in block.split("\n") if not line.startswith(":")]
    fields = {name: value for name, _, value in lines}
    if "event" not in fields:
        return None
    data: dict[str, object] = json.loads(fields["data"])
    return Received(fields["event"], data, fields.get("id"))


def read_events(response: Response) -> list[Received]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"].startswith("text/event-stream")
    events = [read_event(block) for block in response.text.split("\n\n") if block]
    return [event for event in events if event is not None]


async def stream(
    classroom: Classroom, headers: dict[str, str], *, last: str | None = None, **body: object
) -> list[Received]:
    resumed = {"Last-Event-ID": last} if last is not None else {}
    return read_events(
        await classroom.client.post(
            STREAM, headers={**headers, **resumed}, json={"chapter_id": "robots", **body}
        )
    )


def raw_headers(headers: dict[str, str]) -> dict[bytes, bytes]:
    return {name.encode(): value.encode() for name, value in headers.items()}


def names(events: list[Received]) -> list[str]:
    return [event.name for event in events]


async def test_the_plan_then_each_section_then_the_whole(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    events = await stream(classroom, headers)

    assert names(events) == ["plan", "section", "section", "section", "done"]
    plan, *sections, done = events
    answer = (await classroom.ask(headers)).json()
    assert plan.data["plan_hash"] == answer["plan_hash"]
    assert plan.data["applied_transformations"] == answer["applied_transformations"]
    assert plan.data["sections"] == [
        {"id": "robots-at-work", "title": "Robots at work"},
        {"id": "setup", "title": "Setup"},
        {"id": "safety", "title": "Safety"},
    ]
    assert sorted(str(event.index) for event in sections) == ["0", "1", "2"]
    shown = {event.index: event.section["markdown"] for event in sections}
    assert "".join(str(shown[index]) for index in sorted(shown, key=str)) == answer["content"]
    assert "content" not in done.data
    assert done.data["source"] == "llm"
    assert {**answer, "content": None}.keys() - done.data.keys() == {"content"}


async def test_a_cached_chapter_comes_in_reading_order(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)

    events = await stream(classroom, headers)

    assert [event.index for event in events if event.name == "section"] == [0, 1, 2]
    assert events[-1].data["cached"] is True
    assert len(classroom.stand_in.calls) == 3


async def test_a_resumed_stream_leaves_out_what_was_received(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    first = await stream(classroom, headers)
    second = first[2]

    resumed = await stream(classroom, headers, last=second.id)

    received = {event.index for event in first[1:3]}
    sent = {event.index for event in resumed if event.name == "section"}
    assert sent == {0, 1, 2} - received
    assert names(resumed)[0] == "plan"
    assert names(resumed)[-1] == "done"
    again = await stream(classroom, headers, last=resumed[-1].id)
    assert names(again) == ["plan", "done"]


async def test_an_edit_in_between_sends_every_section_again(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    first = await stream(classroom, headers)
    classroom.edit("The stop button is red.", "The stop button is green.")

    resumed = await stream(classroom, headers, last=first[-1].id)

    assert names(resumed).count("section") == 3


@pytest.mark.parametrize("last", ["", "7", "x-1", "0" * 32 + "-7", "-1", "é", "1" * 5000])
async def test_an_id_that_is_none_of_ours_is_ignored(classroom: Classroom, last: str) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.client.post(
        STREAM,
        headers={**raw_headers(headers), b"Last-Event-ID": last.encode()},
        json={"chapter_id": "robots"},
    )

    assert names(read_events(answer)).count("section") == 3


async def test_what_an_outage_kept_back_is_sent_when_the_stream_is_resumed(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave("http_401", section="setup")
    first = await stream(classroom, headers)
    classroom.stand_in.reset()
    classroom.stand_in.behave("simplified")

    resumed = await stream(classroom, headers, last=first[-1].id)

    missed = [event.index for event in first if event.data.get("section") and is_fallback(event)]
    assert 1 in missed
    assert [event.index for event in resumed if event.name == "section"] == missed


def is_fallback(event: Received) -> bool:
    return event.section["status"] == "fallback"


async def test_a_resumed_refresh_goes_on_and_does_not_begin_again(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER, role=AccountRole.INSTRUCTOR)
    before = await stream(classroom, headers)
    classroom.stand_in.behave("shortened")
    classroom.stand_in.pace(first_token_s=0.5)
    broken = asyncio.create_task(stream(classroom, headers, refresh=True))
    await wait_for_calls(classroom, 6)
    broken.cancel()
    await asyncio.gather(broken, return_exceptions=True)

    resumed = await stream(classroom, headers, last=before[0].id, refresh=True)
    again = await stream(classroom, headers, last=resumed[-1].id, refresh=True)

    assert len(classroom.stand_in.calls) == 6
    sections = [event.section for event in resumed if event.name == "section"]
    assert [section["status"] for section in sections] == ["rewritten"] * 3
    assert not any("In short: " in str(section["markdown"]) for section in sections)
    assert names(again)[-1] == "done"


async def test_every_refusal_comes_before_the_first_byte(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    assert_problem(await classroom.client.post(STREAM, json={"chapter_id": "robots"}), 401)
    for body, status in (({"chapter_id": "none"}, 404), ({"language": 3}, 422)):
        answer = await classroom.client.post(STREAM, headers=headers, json=body)
        assert_problem(answer, status)
    assert await classroom.rows("SELECT * FROM personalization_log") == []


async def test_without_a_log_row_there_is_no_done(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.run("ALTER TABLE personalization_log RENAME TO gone")

    events = await stream(classroom, headers)

    assert names(events) == ["plan", "section", "section", "section", "error"]
    assert events[-1].data["status"] == 503
    assert events[-1].data["type"] == "urn:chapterwise:problem:service-unavailable"
    assert "gone" not in str(events[-1])


async def test_two_clients_of_one_chapter_cost_one_generation(classroom: Classroom) -> None:
    _, one = await classroom.enrol(BEGINNER)
    _, other = await classroom.enrol(BEGINNER)
    classroom.stand_in.pace(first_token_s=0.2)

    first, second = await asyncio.gather(stream(classroom, one), stream(classroom, other))

    assert len(classroom.stand_in.calls) == 3
    for events in (first, second):
        assert names(events) == ["plan", "section", "section", "section", "done"]
    logged = await classroom.rows("SELECT sum(input_tokens) AS tokens FROM personalization_log")
    assert [row["tokens"] for row in logged] == [classroom.stand_in.input_tokens]


async def test_who_goes_away_stops_nothing_and_is_logged_as_aborted(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.pace(first_token_s=0.2)

    asked = asyncio.create_task(stream(classroom, headers))
    while not classroom.stand_in.calls:  # noqa: ASYNC110  # the calls come in a thread
        await asyncio.sleep(0.01)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await classroom.finish()

    (logged,) = await classroom.rows("SELECT * FROM personalization_log")
    assert (logged["status"], logged["sections_rewritten"]) == ("aborted", 3)
    assert logged["input_tokens"] == classroom.stand_in.input_tokens
    assert (await classroom.read(headers)).cached is True
    assert len(classroom.stand_in.calls) == 3


@pytest.fixture
async def limited(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Classroom]:
    """One generation a minute for each learner."""
    settings = model_settings.model_copy(update={"rate_limit_per_minute": 1})
    stand_in.behave("simplified")
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        yield classroom


async def ask_stream(client: AsyncClient, headers: dict[str, str], **body: object) -> Response:
    return await client.post(STREAM, headers=headers, json={"chapter_id": "robots", **body})


async def test_the_learners_own_limit_is_429_before_the_first_byte(limited: Classroom) -> None:
    _, headers = await limited.enrol(BEGINNER)
    await limited.read(headers)
    limited.edit("The stop button is red.", "The stop button is green.")

    refused = await ask_stream(limited.client, headers)

    assert_problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0
    assert (await limited.ask(headers)).status_code == 429
    assert len(limited.stand_in.calls) == 3


async def test_what_is_stored_is_never_limited(limited: Classroom) -> None:
    _, headers = await limited.enrol(BEGINNER)
    await limited.read(headers)

    for _ in range(3):
        assert names(await stream(limited, headers))[-1] == "done"
    await limited.run("DELETE FROM personalization_cache")
    assert names(await stream(limited, headers))[-1] == "done"
    # Who was shown what another learner had generated has used up nothing.
    _, other = await limited.enrol(BEGINNER)
    await limited.read(other)
    limited.edit("The stop button is red.", "The stop button is green.")
    assert (await limited.read(other)).source == "llm"


async def test_our_failures_are_not_counted_against_a_learner(limited: Classroom) -> None:
    _, headers = await limited.enrol(BEGINNER)
    limited.stand_in.misbehave("http_401", calls=range(1, 4))

    failed = await limited.read(headers)

    assert failed.content == CHAPTER
    limited.stand_in.reset()
    limited.stand_in.behave("simplified")
    assert (await limited.ask(headers)).status_code == 200


async def test_a_connection_that_is_closed_is_logged_as_aborted(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    """The same on a real port, where nobody but the server sees that the client has gone."""
    stand_in.behave("simplified")
    stand_in.pace(first_token_s=0.3)
    async with open_classroom(model_settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        with open_site(model_settings, committed_database_url, stand_in) as site:
            async with AsyncClient(base_url=site.address) as client:
                body = {"chapter_id": "robots"}
                async with client.stream("POST", STREAM, headers=headers, json=body) as answer:
                    first = await anext(answer.aiter_lines())
            assert first == "event: plan"
            logged = "SELECT * FROM personalization_log"
            while not await classroom.rows(logged):  # noqa: ASYNC110  # another thread writes it
                await asyncio.sleep(0.02)

        (row,) = await classroom.rows(logged)
        assert (row["status"], row["sections_rewritten"]) == ("aborted", 3)


async def test_a_database_that_restarts_in_the_middle_costs_nobody_an_answer(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    """It goes away while a model writes, and is back before the model has ended."""
    stand_in.behave("simplified")
    stand_in.misbehave("hang", section="setup", calls=1)
    async with (
        line_to(committed_database_url) as line,
        open_classroom(model_settings, line.url, stand_in) as classroom,
    ):
        _, headers = await classroom.enrol(BEGINNER)
        broken = asyncio.create_task(stream(classroom, headers))
        await wait_for_calls(classroom, 3)
        await line.cut()
        await line.mend()
        stand_in.release()

        # What it cannot log it does not give: an error event says so, and nothing is left hanging.
        ended = names(await broken)[-1]
        again = await stream(classroom, headers)

    assert ended in {"done", "error"}
    assert names(again)[-1] == "done"
    sections = [event.section for event in again if event.name == "section"]
    assert {section["status"] for section in sections} <= {"rewritten", "cached"}
