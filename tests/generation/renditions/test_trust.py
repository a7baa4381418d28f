"""Reviews that are required, acceptance and pins together: nothing is shown that may not be."""

import asyncio

from server.generation.llm.domain import Failure, LLMUnavailable
from server.learners.accounts.domain import AccountRole
from tests.generation.renditions.classroom import (
    BEGINNER,
    Classroom,
    statuses,
)
from tests.generation.renditions.test_reviews import (
    STOP,
    RudeLLM,
    find_nothing,
    let_read,
    object_to_stop,
    read,
    reviews,
)
from tests.generation.review.samples import JudgingLLM

AWAY = LLMUnavailable("claude", Failure.SERVER)
ACCEPT = "UPDATE section_rewrite SET accepted_at = now()"
LATER = "UPDATE {} SET retry_at = now() - interval '1 minute'"


async def test_a_draft_after_a_rejection_is_written_and_paid_for_once(classroom: Classroom) -> None:
    classroom.stand_in.misbehave("refuse")
    assert statuses(await read(classroom)) == ["fallback"] * 3
    classroom.stand_in.reset()
    classroom.stand_in.behave("simplified")
    for table in ("section_rewrite", "personalization_cache"):
        await classroom.run(LATER.format(table))
    let_read(classroom, RudeLLM(AWAY), required=True)
    assert statuses(await read(classroom)) == ["fallback"] * 3
    calls = len(classroom.stand_in.calls)

    assert statuses(await read(classroom)) == ["fallback"] * 3
    let_read(classroom, JudgingLLM(find_nothing), required=True)
    assert statuses(await read(classroom)) == ["rewritten"] * 3
    assert len(classroom.stand_in.calls) == calls


async def test_what_a_required_reader_mended_is_not_shown_as_it_was(classroom: Classroom) -> None:
    """Also not once reviews are not required any more, by what somebody's chapter was stored as."""
    _, first = await classroom.enrol(BEGINNER)
    assert f"In short: {STOP}" in (await classroom.read(first)).content
    let_read(classroom, JudgingLLM(object_to_stop), required=True)
    mended = await read(classroom)
    assert f"In short: {STOP}" not in mended.content

    for required in (True, False):
        let_read(classroom, JudgingLLM(object_to_stop), required=required)
        again = await classroom.read(first)
        assert (again.content, again.source) == (mended.content, "cache")


async def test_accepted_is_not_read_and_read_is_not_accepted(classroom: Classroom) -> None:
    classroom.edit("sidebar_position: 1", "publish: approved")
    assert statuses(await read(classroom)) == ["fallback"] * 3  # neither
    away = RudeLLM(AWAY)
    let_read(classroom, away, required=True)
    await classroom.run(ACCEPT)
    await classroom.run("UPDATE chapter_revision SET revision = revision + 1")
    await classroom.run("DELETE FROM personalization_cache")
    answer = await read(classroom)
    assert statuses(answer) == ["fallback"] * 3  # accepted, unread

    let_read(classroom, JudgingLLM(object_to_stop), required=True)
    answer = await read(classroom)
    assert (statuses(answer), reviews(answer)) == (
        ["rewritten", "rewritten", "fallback"],
        ["passed", "passed", "none"],
    )  # what the reader changed is to be accepted anew
    accepted = await classroom.rows("SELECT accepted_at FROM section_rewrite")
    assert sum(row["accepted_at"] is None for row in accepted) == 1
    assert statuses(await read(classroom)) == ["cached", "cached", "fallback"]


async def test_a_refresh_during_a_required_reading_pays_for_each_once(
    classroom: Classroom,
) -> None:
    await read(classroom)
    reader = JudgingLLM(find_nothing, delay_s=0.5)
    let_read(classroom, reader, required=True)
    _, headers = await classroom.enrol(BEGINNER, AccountRole.INSTRUCTOR)
    _, learner = await classroom.enrol(BEGINNER)
    calls = len(classroom.stand_in.calls)
    answers = await asyncio.gather(
        classroom.read(learner), classroom.read(headers, refresh=True), classroom.read(learner)
    )
    assert all(reviews(answer) == ["passed"] * 3 for answer in answers)
    assert len(classroom.stand_in.calls) - calls <= 3
    assert len(reader.asked) <= 6
