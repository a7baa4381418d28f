"""What instructors do while a second reader is at work wins, and nothing is lost or paid twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from typing_extensions import override

from server.generation.llm.domain import Chunk, Failure, LLMRequest, LLMUnavailable
from server.generation.renditions.hot_tier import HotTier
from server.generation.review.service import Reader
from server.generation.warming.resources import Workplace
from server.generation.warming.service import read_due
from tests.generation.renditions.classroom import Classroom, statuses
from tests.generation.renditions.test_reviews import (
    STOP,
    RudeLLM,
    find_nothing,
    object_to_stop,
)
from tests.generation.review.samples import Judge, JudgingLLM
from tests.staff.instruction.staffroom import Staffroom, pick
from tests.staff.instruction.test_corrections import NEW_WORDS, edit_safety

INTRODUCTION, SETUP, SAFETY = range(3)
MEMORY = 8_000_000
AWAY = LLMUnavailable("claude", Failure.SERVER)
ROWS = (
    "SELECT key, state, owner, review->>'verdict' AS verdict, review_due_at IS NOT NULL AS is_due,"
    " accepted_at IS NOT NULL AS is_accepted, runs::text AS runs FROM section_rewrite ORDER BY key"
)


@dataclass
class HeldLLM(JudgingLLM):
    """A reader that says nothing before it is let go."""

    let_go: asyncio.Event = field(default_factory=asyncio.Event)

    @override
    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        await self.let_go.wait()
        self.asked.pop()
        async for chunk in super().stream(request):
            yield chunk

    async def wait_for(self, number: int) -> None:
        """Until it has been asked so often."""
        while len(self.asked) < number:  # noqa: ASYNC110  # it is asked in tasks of their own
            await asyncio.sleep(0.01)


def let_read(staffroom: Staffroom, llm: JudgingLLM | None, *, required: bool = False) -> None:
    """Both workers with other settings, so that they begin with empty memories."""
    for classroom in (staffroom.first, staffroom.second):
        classroom.app.state.resources = replace(
            classroom.resources,
            reader=None if llm is None else Reader(llm),
            requires_review=required,
            hot=HotTier(MEMORY),
        )


def workplace_of(classroom: Classroom) -> Workplace:
    workplace: Workplace = classroom.app.state.workplace
    return replace(workplace, resources=classroom.resources, reader="reader")


async def leave_unread(staffroom: Staffroom) -> None:
    """Have a chapter written that nobody could read."""
    let_read(staffroom, RudeLLM(AWAY))
    await staffroom.read_everywhere()
    rows = await staffroom.first.rows(ROWS)
    assert [(row["state"], row["is_due"]) for row in rows] == [("ready", True)] * 3


@pytest.mark.parametrize("later", [False, True])
async def test_what_is_edited_while_it_is_read_is_shown(
    staffroom: Staffroom, *, later: bool
) -> None:
    reader = HeldLLM(object_to_stop)
    if later:
        await leave_unread(staffroom)
    let_read(staffroom, reader)
    reading = asyncio.create_task(
        read_due(workplace_of(staffroom.first))
        if later
        else staffroom.first.read(staffroom.learner)
    )
    await reader.wait_for(3)
    await edit_safety(staffroom)
    reader.let_go.set()
    await reading

    assert NEW_WORDS in await staffroom.show(SAFETY)
    assert {row["state"] for row in await staffroom.first.rows(ROWS)} == {"ready"}
    (pin,) = pick(await staffroom.review(SAFETY), "pins")
    assert pin["state"] == "pinned"


async def test_a_section_that_is_locked_while_it_is_read_is_the_authors(
    staffroom: Staffroom,
) -> None:
    reader = HeldLLM(find_nothing)
    let_read(staffroom, reader)
    reading = asyncio.create_task(staffroom.first.read(staffroom.learner))
    await reader.wait_for(3)
    await staffroom.act("PUT", "lock", section="safety")
    reader.let_go.set()
    await reading
    calls = staffroom.calls

    assert statuses(await staffroom.read_everywhere())[SAFETY] == "original"
    await staffroom.take_off("lock", section="safety")
    assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3
    assert staffroom.calls == calls


async def test_what_is_rejected_while_it_is_read_for_a_learner_is_not_stored(
    staffroom: Staffroom,
) -> None:
    """The reader's answer comes for a text that nobody wants any more."""
    await staffroom.read_everywhere()
    plan = await staffroom.find_plan()
    reader = HeldLLM(find_nothing)
    let_read(staffroom, reader, required=True)
    reading = asyncio.create_task(staffroom.second.read(staffroom.learner))
    await reader.wait_for(3)
    hint = "Say what the button does."
    await staffroom.act("POST", "reject", section="safety", plan_hash=plan, hint=hint)
    reader.let_go.set()
    await reading

    answer = await staffroom.read_everywhere()
    assert statuses(answer) == ["cached", "cached", "rewritten"]
    assert any(hint in call.user or hint in call.system for call in staffroom.first.stand_in.calls)


class TestAcceptance:
    """Where texts wait for an instructor, and for a reader too."""

    @pytest.fixture
    def staffroom(self, staffroom: Staffroom) -> Staffroom:
        staffroom.first.edit("sidebar_position: 1", "publish: approved")
        return staffroom

    async def accept(self, staffroom: Staffroom) -> None:
        plan = await staffroom.find_plan()
        found = pick(await staffroom.get("chapters/robots/review", plan_hash=plan), "sections")
        texts = [{"section": each["id"], "text_hash": each["text_hash"]} for each in found]
        await staffroom.act("POST", "accept", plan_hash=plan, sections=texts)

    @pytest.mark.parametrize(
        ("judge", "seen"),
        [(find_nothing, ["cached"] * 3), (object_to_stop, ["cached", "cached", "fallback"])],
    )
    async def test_what_is_accepted_while_it_is_read_stays_so_for_as_long_as_its_words(
        self, staffroom: Staffroom, judge: Judge, seen: list[str]
    ) -> None:
        await leave_unread(staffroom)
        reader = HeldLLM(judge)
        let_read(staffroom, reader)
        reading = asyncio.create_task(read_due(workplace_of(staffroom.first)))
        await reader.wait_for(3)
        await self.accept(staffroom)
        assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3
        reader.let_go.set()
        await reading

        answer = await staffroom.read_everywhere()
        assert statuses(answer) == seen
        if "fallback" in seen:
            assert f"In short: {STOP}" not in answer.content
            await self.accept(staffroom)
            assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3

    async def test_both_are_asked_where_reviews_are_required(self, staffroom: Staffroom) -> None:
        let_read(staffroom, RudeLLM(AWAY), required=True)
        assert statuses(await staffroom.read_everywhere()) == ["fallback"] * 3
        calls = staffroom.calls
        let_read(staffroom, JudgingLLM(find_nothing), required=True)
        answer = await staffroom.read_everywhere()
        assert statuses(answer) == ["fallback"] * 3
        assert "wait for an instructor" in (answer.notice or "")
        await self.accept(staffroom)
        answer = await staffroom.read_everywhere()
        assert statuses(answer) == ["cached"] * 3
        assert [str(each.review) for each in answer.sections] == ["passed"] * 3
        assert staffroom.calls == calls

    async def test_what_was_accepted_unread_is_read_before_it_is_shown_again(
        self, staffroom: Staffroom
    ) -> None:
        """`LLM_REVIEW` became `required` after that."""
        await staffroom.read_everywhere()
        await self.accept(staffroom)
        assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3
        let_read(staffroom, RudeLLM(AWAY), required=True)
        assert statuses(await staffroom.read_everywhere()) == ["fallback"] * 3
        let_read(staffroom, JudgingLLM(find_nothing), required=True)
        await staffroom.read_everywhere()
        assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3

    async def test_a_pin_needs_neither(self, staffroom: Staffroom) -> None:
        await staffroom.read_everywhere()
        plan = await staffroom.find_plan()
        for section in ("robots-at-work", "setup", "safety"):
            await staffroom.act("PUT", "pin", section=section, plan_hash=plan)
        let_read(staffroom, RudeLLM(AWAY), required=True)
        calls = staffroom.calls
        answers = [await staffroom.read_everywhere() for _ in range(3)]
        assert [statuses(each) for each in answers] == [["cached"] * 3] * 3
        assert (answers[-1].source, staffroom.calls) == ("memory", calls)


async def test_the_authors_word_is_taken_back_and_given_again_at_once(
    staffroom: Staffroom,
) -> None:
    """Neither memory nor a stored chapter shows what is withheld now, or withholds it for ever."""
    assert statuses(await staffroom.read_everywhere()) == ["rewritten"] * 3
    calls = staffroom.calls + 1  # the first section holds the front matter
    staffroom.first.edit("sidebar_position: 1", "publish: approved")
    for _ in range(2):
        assert statuses(await staffroom.read_everywhere()) == ["fallback"] * 3
    staffroom.first.edit("publish: approved", "sidebar_position: 1")
    assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3
    assert staffroom.calls == calls


async def test_a_request_and_the_job_read_a_text_once(staffroom: Staffroom) -> None:
    await leave_unread(staffroom)
    reader = HeldLLM(find_nothing)
    let_read(staffroom, reader, required=True)
    job = asyncio.create_task(read_due(workplace_of(staffroom.first)))
    await reader.wait_for(3)
    request = asyncio.create_task(staffroom.second.read(staffroom.learner))
    await asyncio.sleep(0.5)
    assert len(reader.asked) == 3
    reader.let_go.set()
    await job
    answer = await request

    assert [str(each.review) for each in answer.sections] == ["passed"] * 3
    assert len(reader.asked) == 3


async def test_a_reading_whose_claim_is_taken_over_is_thrown_away(staffroom: Staffroom) -> None:
    """The worker was asleep for so long that another one has done its work."""
    await leave_unread(staffroom)
    slow = HeldLLM(object_to_stop)
    let_read(staffroom, slow)
    asleep = asyncio.create_task(read_due(workplace_of(staffroom.first)))
    await slow.wait_for(3)
    await staffroom.first.run(
        "UPDATE section_rewrite SET owner = gen_random_uuid(), deadline = now()"
    )
    await staffroom.first.run("UPDATE section_rewrite SET review_due_at = now()")
    let_read(staffroom, JudgingLLM(find_nothing))
    assert (await read_due(workplace_of(staffroom.second))).done == 3
    slow.let_go.set()
    await asleep

    rows = await staffroom.first.rows(ROWS)
    assert [row["verdict"] for row in rows] == ["passed"] * 3
    assert any(f"In short: {STOP}" in row["runs"] for row in rows)
