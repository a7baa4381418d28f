"""A rewrite is read before it is shown; whatever the reader does, the chapter comes."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy import text
from typing_extensions import override

from server.generation.llm.domain import (
    LLM,
    Chunk,
    Completed,
    Failure,
    LLMRequest,
    LLMUnavailable,
    StopReason,
    TextChunk,
)
from server.generation.renditions.schemas import RenditionResponse
from server.generation.review.service import Reader
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, Classroom, open_classroom, statuses
from tests.generation.review.samples import JudgingLLM
from tests.stand_in import StandIn

STOP = "The stop button is red."
OBJECTION = f'fault="changed"><quote>In short: {STOP}</quote><source>{STOP}</source>Not so.'
INVENTED = 'fault="changed"><quote>The button is green.</quote><source>It is blue.</source>No.'
STORED = "SELECT key, state, owner, review, runs IS NOT NULL AS has_text FROM section_rewrite"


def find_nothing(_original: str, _rewrite: str) -> str:
    return ""


def object_to_stop(_original: str, rewrite: str) -> str:
    return OBJECTION if STOP in rewrite else ""


def invent(_original: str, _rewrite: str) -> str:
    return INVENTED


class RudeLLM(JudgingLLM):
    """One that says something else, or nothing, or is not there."""

    def __init__(self, said: str | Exception) -> None:
        super().__init__(find_nothing)
        self.said = said

    @override
    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        if isinstance(self.said, Exception):
            raise self.said
        self.asked.append(request)
        yield TextChunk(self.said)
        yield Completed(StopReason.END, "claude", "reader", 200, 8)


def let_read(classroom: Classroom, llm: LLM, *, required: bool = False) -> None:
    resources = replace(classroom.resources, reader=Reader(llm), requires_review=required)
    classroom.app.state.resources = resources


async def read(classroom: Classroom) -> RenditionResponse:
    _, headers = await classroom.enrol(BEGINNER)
    return await classroom.read(headers)


def reviews(answer: RenditionResponse) -> list[str]:
    return [str(section.review) for section in answer.sections]


@pytest.mark.parametrize("shared_characters", [0, 1500])
async def test_what_is_fine_passes_and_stays_passed(
    classroom: Classroom, shared_characters: int
) -> None:
    reader = JudgingLLM(find_nothing)
    let_read(classroom, reader)
    classroom.app.state.resources = replace(
        classroom.resources, shared_characters=shared_characters
    )
    answer = await read(classroom)
    assert statuses(answer) == ["rewritten"] * 3
    assert reviews(answer) == ["passed"] * 3
    asked = len(reader.asked)
    again = await read(classroom)
    assert (again.cached, reviews(again), len(reader.asked)) == (True, ["passed"] * 3, asked)
    rows = await classroom.rows(STORED)
    assert [row["review"]["verdict"] for row in rows] == ["passed"] * 3
    page = (await classroom.client.get("/metrics")).text
    assert 'personalization_section_reviews_total{verdict="passed"} 3.0' in page


@pytest.mark.parametrize("shared_characters", [0, 1500])
async def test_a_true_objection_leaves_the_authors_run(
    classroom: Classroom, shared_characters: int
) -> None:
    let_read(classroom, JudgingLLM(object_to_stop))
    classroom.app.state.resources = replace(
        classroom.resources, shared_characters=shared_characters
    )
    answer = await read(classroom)
    assert reviews(answer) == ["passed", "passed", "partly_original"]
    safety = answer.sections[2]
    assert safety.status == "rewritten"
    assert f"\n{STOP} Press it" in safety.markdown
    assert f"In short: {STOP}" not in answer.content
    again = await read(classroom)
    assert (again.cached, again.content) == (True, answer.content)


async def test_a_put_back_text_is_found_in_the_store_when_the_chapter_is_not(
    classroom: Classroom,
) -> None:
    let_read(classroom, JudgingLLM(object_to_stop))
    answer = await read(classroom)
    calls = len(classroom.stand_in.calls)
    async with classroom.sessions.begin() as session:
        await session.execute(text("DELETE FROM personalization_cache"))
    again = await read(classroom)
    assert (again.source, again.content, reviews(again)) == (
        "sections",
        answer.content,
        reviews(answer),
    )
    assert len(classroom.stand_in.calls) == calls


@pytest.mark.parametrize(
    "reader",
    [
        JudgingLLM(invent),
        JudgingLLM(find_nothing, delay_s=60),
        RudeLLM(""),
        RudeLLM("I would rather not."),
        RudeLLM('<section id="another"><fine/></section>'),
        RudeLLM(LLMUnavailable("claude", Failure.SERVER)),
        RudeLLM(LLMUnavailable("claude", Failure.BUDGET)),
        RudeLLM(RuntimeError("a bug")),
    ],
    ids=["inventing", "slow", "silent", "rude", "elsewhere", "absent", "unpaid", "broken"],
)
async def test_a_bad_reader_is_not_the_learners_problem(
    classroom: Classroom, reader: JudgingLLM
) -> None:
    let_read(classroom, reader)
    classroom.app.state.resources = replace(classroom.resources, timeout_s=1.5)
    answer = await read(classroom)
    assert statuses(answer) == ["rewritten"] * 3
    assert reviews(answer) == ["none"] * 3
    assert answer.notice is None
    assert f"In short: {STOP}" in answer.content
    assert [row["review"] for row in await classroom.rows(STORED)] == [None] * 3


async def test_where_reviews_are_required_the_author_is_shown_and_the_draft_only_read_later(
    classroom: Classroom,
) -> None:
    let_read(classroom, RudeLLM(LLMUnavailable("claude", Failure.SERVER)), required=True)
    answer = await read(classroom)
    assert statuses(answer) == ["fallback"] * 3
    assert answer.notice is not None
    rows = await classroom.rows(STORED)
    assert [(row["state"], row["owner"], row["has_text"]) for row in rows] == [
        ("pending", None, True)
    ] * 3
    calls = len(classroom.stand_in.calls)

    let_read(classroom, JudgingLLM(find_nothing), required=True)
    again = await read(classroom)

    assert (statuses(again), reviews(again)) == (["rewritten"] * 3, ["passed"] * 3)
    assert len(classroom.stand_in.calls) == calls


async def test_where_reviews_are_required_what_was_stored_unread_is_read_first(
    classroom: Classroom,
) -> None:
    before = await read(classroom)
    assert reviews(before) == ["none"] * 3
    calls = len(classroom.stand_in.calls)

    let_read(classroom, RudeLLM(LLMUnavailable("claude", Failure.SERVER)), required=True)
    assert statuses(await read(classroom)) == ["fallback"] * 3
    let_read(classroom, JudgingLLM(object_to_stop), required=True)
    answer = await read(classroom)

    assert reviews(answer) == ["passed", "passed", "partly_original"]
    assert f"In short: {STOP}" not in answer.content
    assert len(classroom.stand_in.calls) - calls <= 1  # the one that was to mend it
    assert (await read(classroom)).cached


async def test_a_text_whose_reader_died_is_only_read(classroom: Classroom) -> None:
    """The worker is gone between its writing and its reading; another takes the claim over."""
    let_read(classroom, RudeLLM(LLMUnavailable("claude", Failure.SERVER)), required=True)
    await read(classroom)
    async with classroom.sessions.begin() as session:
        await session.execute(
            text(
                "UPDATE section_rewrite SET owner = gen_random_uuid(), "
                "deadline = now() + interval '1 second'"
            )
        )
    calls = len(classroom.stand_in.calls)
    let_read(classroom, JudgingLLM(find_nothing))
    async with asyncio.timeout(15):
        answer = await read(classroom)
    assert reviews(answer) == ["passed"] * 3
    assert len(classroom.stand_in.calls) == calls


async def test_the_settings_model_reads_too(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    stand_in.behave("simplified")
    settings = model_settings.model_copy(
        update={"llm_review": "all", "anthropic_review_model": "claude-reads-cheaply"}
    )
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        answer = await read(classroom)
    assert (statuses(answer), reviews(answer)) == (["rewritten"] * 3, ["passed"] * 3)
    read_by = {call.model for call in stand_in.calls if "<pair" in call.user}
    assert read_by == {"claude-reads-cheaply"}
