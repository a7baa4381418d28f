"""Texts that wait are shown once an instructor has accepted them, everywhere, as they were read."""

import pytest
from sqlalchemy import text

from tests.generation.renditions.classroom import statuses
from tests.problems import assert_problem
from tests.staff.instruction.staffroom import Staffroom, pick

INTRODUCTION, SETUP, SAFETY = range(3)
ACCEPT = "chapters/robots/accept"


@pytest.fixture
def staffroom(staffroom: Staffroom) -> Staffroom:
    staffroom.first.edit("sidebar_position: 1", "publish: approved")
    return staffroom


async def read_texts(staffroom: Staffroom) -> dict[str, object]:
    """What an instructor sends to have all accepted that is there now."""
    plan = await staffroom.find_plan()
    found = pick(await staffroom.get("chapters/robots/review", plan_hash=plan), "sections")
    assert all(each["waiting"] for each in found)
    texts = [{"section": each["id"], "text_hash": each["text_hash"]} for each in found]
    return {"plan_hash": plan, "sections": texts}


async def test_one_text_is_accepted_and_read_by_all(staffroom: Staffroom) -> None:
    waiting = await staffroom.read_everywhere()
    assert statuses(waiting) == ["fallback"] * 3
    calls = staffroom.calls
    body = await read_texts(staffroom)
    one = {**body, "sections": pick(body, "sections")[SAFETY:]}

    done = [pick(await staffroom.act("POST", "accept", **one), "acts") for _ in range(2)]

    assert [(each["act"], each["section"], each["changed"]) for (each,) in done] == [
        ("accept", "safety", True),
        ("accept", "safety", False),
    ]
    answer = await staffroom.read_everywhere()
    assert statuses(answer) == ["fallback", "fallback", "cached"]
    assert answer.notice is not None
    assert answer.notice.startswith("2 of 3 sections wait for an instructor")
    assert (await staffroom.review(SAFETY))["waiting"] is False
    assert await staffroom.list_acts() == ["accept"]
    assert staffroom.calls == calls


async def test_all_that_wait_are_accepted_at_once(staffroom: Staffroom) -> None:
    await staffroom.read_everywhere()

    await staffroom.send("POST", ACCEPT, await read_texts(staffroom))

    answer = await staffroom.read_everywhere()
    assert statuses(answer) == ["cached"] * 3
    assert (answer.notice, answer.cached) == (None, True)
    assert "In short: " in answer.content


async def test_nothing_is_accepted_where_one_text_has_changed(staffroom: Staffroom) -> None:
    await staffroom.read_everywhere()
    body = await read_texts(staffroom)
    async with staffroom.first.sessions.begin() as session:
        await session.execute(
            text("UPDATE section_rewrite SET runs = runs || '[\"x\"]' WHERE key = :key"),
            {"key": (await staffroom.review(SAFETY))["key"]},
        )

    problem = assert_problem(await staffroom.send("POST", ACCEPT, body), 409)

    assert problem["type"] == "urn:chapterwise:problem:text-changed"
    assert statuses(await staffroom.read_everywhere())[:2] == ["fallback"] * 2
    assert await staffroom.list_acts() == []


async def test_another_text_has_to_be_accepted_anew_and_the_same_has_not(
    staffroom: Staffroom,
) -> None:
    await staffroom.read_everywhere()
    await staffroom.send("POST", ACCEPT, await read_texts(staffroom))

    same = await staffroom.first.read(staffroom.headers, refresh=True)
    assert statuses(same) == ["rewritten"] * 3
    assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3

    staffroom.first.stand_in.behave("shortened")
    other = await staffroom.first.read(staffroom.headers, refresh=True)
    assert statuses(other) == ["fallback"] * 3
    assert statuses(await staffroom.read_everywhere()) == ["fallback"] * 3


async def test_rejecting_withdraws_and_a_pin_needs_no_acceptance(staffroom: Staffroom) -> None:
    await staffroom.read_everywhere()
    body = await read_texts(staffroom)
    await staffroom.send("POST", ACCEPT, body)
    plan = body["plan_hash"]

    await staffroom.act("POST", "reject", section="safety", plan_hash=plan)
    assert statuses(await staffroom.read_everywhere()) == ["cached", "cached", "fallback"]

    await staffroom.act("PUT", "pin", section="safety", plan_hash=plan)
    assert statuses(await staffroom.read_everywhere()) == ["cached"] * 3
