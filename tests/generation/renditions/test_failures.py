"""A model's failure is never the learner's problem: the author's text, a notice, a status 200."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import SecretStr
from typing_extensions import override

from server.generation.budget.service import stop_models
from server.generation.llm.domain import Chunk, Completed, LLMRequest, StopReason, TextChunk
from server.generation.renditions.domain import BUDGET_NOTICE, STOPPED_NOTICE
from server.settings import Settings
from tests.fakes import ScriptedLLM
from tests.generation.renditions.classroom import (
    BEGINNER,
    CHAPTER,
    JETSON,
    Classroom,
    open_classroom,
    wait_for_calls,
)
from tests.stand_in import Fault, StandIn

SECTION = re.compile(r'<section id="([^"]*)">(.*?)</section>', re.DOTALL)
RUN = re.compile(r'<run id="(\d+)"')

ANSWER_FAULTS = (
    Fault.DROP_PLACEHOLDER,
    Fault.DOUBLE_PLACEHOLDER,
    Fault.INVENT_PLACEHOLDER,
    Fault.ADD_HEADING,
    Fault.ADD_LIST_ITEM,
    Fault.ADD_URL,
    Fault.ADD_LINK,
    Fault.ADD_CODE_SPAN,
    Fault.ADD_FENCE,
    Fault.ADD_HTML,
    Fault.ADD_SCRIPT,
    Fault.ADD_RAW_SCRIPT,
    Fault.ADD_JSX,
    Fault.ADD_IMPORT,
    Fault.ADD_EXPRESSION,
    Fault.EMPTY_RUN,
    Fault.CONTROL_CHARACTERS,
    Fault.BIDI_CHARACTERS,
    Fault.TEN_TIMES,
    Fault.OMIT_RUN,
    Fault.DOUBLE_RUN,
    Fault.WRONG_SECTION,
    Fault.OMIT_SECTION,
    Fault.NO_ELEMENTS,
    Fault.TRUNCATE,
    Fault.WINDOW,
    Fault.ODD_STOP,
    Fault.REFUSE,
)
OUTAGES = (
    Fault.HTTP_401,
    Fault.HTTP_429,
    Fault.QUOTA,
    Fault.HTTP_500,
    Fault.HTTP_529,
    Fault.CUT,
    Fault.HALF_EVENT,
    Fault.MALFORMED_EVENT,
    Fault.ERROR_EVENT,
)


@pytest.mark.parametrize("fault", ANSWER_FAULTS)
async def test_a_bad_answer_is_asked_for_once_more(classroom: Classroom, fault: Fault) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(fault, section="setup", calls=1)

    answer = await classroom.read(headers)

    assert answer.sections[1].status == "rewritten"
    assert len(classroom.stand_in.calls) == 4
    repair = next(call for call in classroom.stand_in.calls if len(call.turns) > 1)
    assert repair.section_ids == ("setup",)


@pytest.mark.parametrize("fault", ANSWER_FAULTS)
async def test_an_answer_that_stays_bad_leaves_the_authors_section(
    classroom: Classroom, fault: Fault
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(fault, section="setup")

    answer = await classroom.read(headers)
    calls = len(classroom.stand_in.calls)
    again = await classroom.read(headers)

    setup = answer.sections[1]
    assert setup.status == "fallback"
    assert setup.markdown in CHAPTER
    assert setup.reason
    assert answer.sections[2].status == "rewritten"
    # It backs off: the failed section is not asked for again, and the answer is a hit.
    assert len(classroom.stand_in.calls) == calls
    assert again.cached is True
    assert again.sections[1].status == "fallback"
    (stored,) = await classroom.rows(
        "SELECT state, failures, runs, retry_at > now() + interval '55 min' AS later,"
        " retry_at < now() + interval '65 min' AS within_hour"
        " FROM section_rewrite WHERE state <> 'ready'"
    )
    assert dict(stored) == {
        "state": "rejected",
        "failures": 1,
        "runs": None,
        "later": True,
        "within_hour": True,
    }


async def test_after_the_back_off_the_section_is_asked_for_again(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave("truncate", section="setup")
    first = await classroom.read(headers)
    classroom.stand_in.reset()
    classroom.stand_in.behave("simplified")
    await classroom.run(
        "UPDATE section_rewrite SET retry_at = now() - interval '1 s' WHERE state = 'rejected'"
    )
    await classroom.run("UPDATE personalization_cache SET retry_at = now() - interval '1 s'")

    answer = await classroom.read(headers)

    assert [call.section_ids for call in classroom.stand_in.calls] == [("setup",)]
    assert answer.sections[1].status == "rewritten"
    assert answer.plan_hash != first.plan_hash
    assert (await classroom.read(headers)).cached is True


@pytest.mark.parametrize("fault", OUTAGES)
async def test_a_provider_that_fails_costs_nobody_a_chapter(
    classroom: Classroom, fault: Fault
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(fault)

    answer = await classroom.read(headers)

    assert answer.content == CHAPTER
    assert answer.notice
    assert (answer.llm_provider, answer.source, answer.cached) == (None, "original", False)
    assert {section.status for section in answer.sections} == {"fallback"}
    assert "upstream" not in str(answer)
    assert await classroom.rows("SELECT * FROM personalization_cache") == []
    assert await classroom.rows("SELECT * FROM section_rewrite") == []
    (logged,) = await classroom.rows("SELECT * FROM personalization_log")
    assert logged["sections_fallback"] == 3


@pytest.mark.parametrize("fault", [Fault.CUT, Fault.HALF_EVENT, Fault.ERROR_EVENT])
async def test_a_stream_that_broke_off_is_asked_for_again(
    classroom: Classroom, fault: Fault
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(fault, section="setup", calls={1, 2})

    answer = await classroom.read(headers)

    assert {section.status for section in answer.sections} == {"rewritten"}
    assert answer.notice is None
    assert len(classroom.stand_in.calls) == 5


async def test_a_spent_budget_leaves_the_authors_text_and_says_so(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    settings = model_settings.model_copy(update={"llm_daily_budget_usd": Decimal("0.000001")})
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        answer = await classroom.read(headers)
        (logged,) = await classroom.rows("SELECT * FROM personalization_log")
        cached = await classroom.rows("SELECT * FROM personalization_cache")
        texts = await classroom.rows("SELECT * FROM section_rewrite WHERE runs IS NOT NULL")
        health = (await classroom.client.get("/api/v1/health")).json()

    assert stand_in.calls == []
    assert answer.content == CHAPTER
    assert (answer.cached, answer.source, answer.llm_provider) == (False, "original", None)
    assert answer.notice
    assert "budget" in answer.notice
    assert {section.status for section in answer.sections} == {"fallback"}
    assert all("budget" in str(section.reason) for section in answer.sections)
    assert logged["fallback_reasons"] == ["budget"] * 3
    assert [*cached, *texts] == []
    assert (health["status"], health["reason"]) == (
        "degraded",
        "Today's budget for models is spent.",
    )


async def test_everybody_who_waits_hears_of_a_spent_budget(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    """Whoever had the claim and was refused, the others know why there is no text."""
    settings = model_settings.model_copy(update={"llm_daily_budget_usd": Decimal("0.000001")})
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        answers = await asyncio.gather(*(classroom.read(headers) for _ in range(8)))

    assert {answer.notice for answer in answers} == {BUDGET_NOTICE.format(count=3, total=3)}


async def test_while_models_are_stopped_nobody_is_asked(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    async with classroom.sessions.begin() as session:
        await stop_models(session, by="ada", reason="a test")

    answer = await classroom.read(headers)

    assert classroom.stand_in.calls == []
    assert answer.content == CHAPTER
    assert answer.notice == STOPPED_NOTICE.format(count=3, total=3)
    (logged,) = await classroom.rows("SELECT * FROM personalization_log")
    assert logged["fallback_reasons"] == ["stopped"] * 3


async def test_who_waits_for_a_call_that_is_stopped_hears_of_the_switch(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    """The owner is another worker, with connections of its own."""
    stand_in.pace(tokens_per_s=10)
    async with (
        open_classroom(model_settings, committed_database_url, stand_in) as owner,
        open_classroom(model_settings, committed_database_url, stand_in) as other,
    ):
        _, headers = await owner.enrol(BEGINNER)
        owning = asyncio.create_task(owner.read(headers))
        await wait_for_calls(owner, 3)
        following = asyncio.create_task(other.read(headers))
        async with owner.sessions.begin() as session:
            await stop_models(session, by="ada", reason="a test")
        answers = [await owning, await following]

    assert len(stand_in.calls) == 3
    assert {answer.notice for answer in answers} == {STOPPED_NOTICE.format(count=3, total=3)}


async def test_the_log_says_what_an_answer_has_cost(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave("drop_placeholder", section="setup", calls=1)

    await classroom.read(headers)
    await classroom.read(headers)

    (day,) = await classroom.rows("SELECT sum(cost_usd) AS cost FROM spending")
    logged = await classroom.rows("SELECT cost_usd FROM personalization_log ORDER BY id")
    assert [row["cost_usd"] for row in logged] == [day["cost"], None]
    assert day["cost"] > 0


async def test_a_model_that_hangs_is_given_up_at_the_deadline(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    settings = model_settings.model_copy(update={"llm_timeout_s": 0.4})
    stand_in.misbehave("hang")
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        answer = await classroom.read(headers)
    stand_in.release()

    assert answer.content == CHAPTER
    assert answer.notice


async def test_the_second_provider_answers_when_the_first_cannot(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    settings = model_settings.model_copy(
        update={
            "openai_api_key": SecretStr("sk-test"),
            "openai_base_url": stand_in.openai_base_url,
        }
    )
    stand_in.behave("simplified")
    stand_in.misbehave("http_529", provider="anthropic")
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        answer = await classroom.read(headers)

    assert answer.llm_provider == "openai"
    assert answer.sections[0].status == "rewritten"
    assert answer.notice is None


@pytest.fixture
async def offline_classroom(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Classroom]:
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        yield classroom


async def test_without_a_key_the_words_stay_and_fact_sheets_add_notes(
    offline_classroom: Classroom,
) -> None:
    _, headers = await offline_classroom.enrol(JETSON)
    offline_classroom.edit("Install [the tools]", "Install ROS 2 and [the tools]")

    answer = await offline_classroom.read(headers)
    again = await offline_classroom.read(headers)

    assert answer.llm_provider == "offline"
    assert answer.notice
    assert answer.cached is False
    assert again.cached is False
    assert again.content == answer.content
    content = answer.content
    sections = answer.sections
    notes = [note.markdown for each in sections for note in each.notes]
    assert notes
    for note in notes:
        content = content.replace(f"{note}\n\n", "")
    assert content.replace("\n\n\n", "\n\n") == offline_classroom.chapter_file.read_text()
    for table in ("personalization_cache", "section_rewrite"):
        assert await offline_classroom.rows(f"SELECT * FROM {table}") == []  # noqa: S608
    logged = await offline_classroom.rows("SELECT * FROM personalization_log")
    assert [row["llm_provider"] for row in logged] == ["offline", "offline"]


async def test_offline_answers_in_the_language_that_is_read(offline_classroom: Classroom) -> None:
    _, headers = await offline_classroom.enrol({"preferred_language": "Urdu"})

    answer = await offline_classroom.read(headers)

    assert (answer.language, answer.direction) == ("en", "ltr")


async def test_no_log_row_no_answer(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.run("ALTER TABLE personalization_log RENAME TO gone")

    response = await classroom.ask(headers)

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert "gone" not in response.text


class OddLLM(ScriptedLLM):
    """One that answers what no database can hold, and says odd things of itself."""

    @override
    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        for id_, body in SECTION.findall(request.messages[-1].text):
            runs = (
                f'<run id="{number}">import \x00Tabs from "x\ud800"</run>'
                for number in RUN.findall(body)
            )
            yield TextChunk(f'<section id="{id_}">{"".join(runs)}</section>')
        yield Completed(StopReason.END, "claude", "odd \x00" * 60, 2**40, -5)


async def test_what_cannot_be_stored_is_left_out_and_the_chapter_comes(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    odd = OddLLM([])
    classroom.app.state.resources = replace(classroom.resources, llm=odd)
    answer = await classroom.read(headers)
    assert [str(section.status) for section in answer.sections] == ["fallback"] * 3
    assert answer.content == CHAPTER
    assert len(odd.asked) > 1
    (row,) = await classroom.rows("SELECT DISTINCT state FROM section_rewrite")
    assert row["state"] == "rejected"
    (logged,) = await classroom.rows(
        "SELECT input_tokens, sections_fallback FROM personalization_log"
    )
    assert logged["sections_fallback"] == 3
