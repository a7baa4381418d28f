"""Whatever an instructor does while a second reader is at it wins, and nothing is paid twice."""

import asyncio
from collections.abc import Awaitable

import pytest
from sqlalchemy import text

from tests.generation.renditions.classroom import statuses
from tests.generation.renditions.test_reviews import find_nothing, object_to_stop
from tests.generation.review.samples import JudgingLLM
from tests.staff.instruction.staffroom import Staffroom, pick
from tests.staff.instruction.test_reading_races import let_read

SAFETY = 2
APPROVED = ("sidebar_position: 1", "publish: approved")


async def act_while_reading(
    staffroom: Staffroom, reader: JudgingLLM, act: Awaitable[object], *, calls: int
) -> None:
    """A learner of the second worker asks, and the act comes while the reader is at it."""
    reading = asyncio.create_task(staffroom.second.read(staffroom.learner))
    async with asyncio.timeout(10):
        while len(reader.asked) < calls:  # noqa: ASYNC110  # it is asked in tasks of their own
            await asyncio.sleep(0.01)
    await act
    await reading


@pytest.mark.parametrize("objects", [False, True])
@pytest.mark.parametrize("act", ["pin", "reject", "lock"])
async def test_the_act_wins(staffroom: Staffroom, act: str, *, objects: bool) -> None:
    await staffroom.read_everywhere()
    reader = JudgingLLM(object_to_stop if objects else find_nothing, delay_s=0.6)
    let_read(staffroom, reader, required=True)
    plan = await staffroom.find_plan()
    section: dict[str, object] = {"section": "safety"}
    body = section if act == "lock" else {**section, "plan_hash": plan}
    method = "POST" if act == "reject" else "PUT"
    calls = staffroom.calls

    await act_while_reading(staffroom, reader, staffroom.act(method, act, **body), calls=3)

    asked = len(reader.asked)
    shown = await staffroom.show(SAFETY)
    if act == "lock":
        assert "In short:" not in shown
    elif act == "pin":
        assert "In short: The stop button is red." in shown
        let_read(staffroom, reader, required=True)
        again = await staffroom.second.read(staffroom.learner)
        assert (again.source, len(reader.asked)) == ("cache", asked)  # it is not unread
    else:
        assert staffroom.calls > calls  # asked anew
        assert len(reader.asked) > asked


@pytest.mark.parametrize("objects", [False, True])
async def test_an_acceptance_during_a_reading_is_of_the_words_that_were_read(
    staffroom: Staffroom, *, objects: bool
) -> None:
    staffroom.first.edit(*APPROVED)
    assert statuses(await staffroom.read_everywhere()) == ["fallback"] * 3
    reader = JudgingLLM(object_to_stop if objects else find_nothing, delay_s=0.6)
    plan = await staffroom.find_plan()
    found = pick(await staffroom.get("chapters/robots/review", plan_hash=plan), "sections")
    texts = [{"section": each["id"], "text_hash": each["text_hash"]} for each in found]
    async with staffroom.first.sessions.begin() as session:
        await session.execute(text("DELETE FROM personalization_cache"))
    let_read(staffroom, reader, required=True)
    accept = staffroom.act("POST", "accept", plan_hash=plan, sections=texts)

    await act_while_reading(staffroom, reader, accept, calls=3)

    last = "fallback" if objects else "cached"
    assert statuses(await staffroom.read_everywhere()) == ["cached", "cached", last]
    let_read(staffroom, None)
    assert statuses(await staffroom.read_everywhere()) == ["cached", "cached", last]
