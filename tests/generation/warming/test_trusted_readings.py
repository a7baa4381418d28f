"""What a later reading comes to is what learners read, whoever acts while it runs."""

import asyncio
from collections.abc import AsyncIterator

from server.generation.renditions.missing import show_sections
from server.generation.renditions.service import prepare
from server.generation.warming.domain import Portion, Wish
from server.generation.warming.portions import work_through
from server.generation.warming.service import list_portions, read_due
from tests.generation.renditions.classroom import BEGINNER, URDU
from tests.generation.renditions.test_reviews import RudeLLM, find_nothing
from tests.generation.review.samples import JudgingLLM
from tests.generation.warming.conftest import School
from tests.generation.warming.test_readings import NOW, OUT_OF_REACH, REVISION, STORED, let_read

LONG = "UPDATE section_rewrite SET runs = jsonb_set(runs, '{-1}', to_jsonb(repeat('word ', 3000)))"


def object_to_all(original: str, rewrite: str) -> str:
    return (
        f'fault="changed"><quote>{rewrite.split(maxsplit=1)[0]}</quote>'
        f"<source>{original.split(maxsplit=1)[0]}</source>Not so."
    )


async def test_a_translation_that_is_objected_to_later_is_shown_no_more(school: School) -> None:
    await school.enrol(URDU)
    let_read(school, RudeLLM(OUT_OF_REACH))
    school.stand_in.behave("urdu")
    await school.warm()
    assert [row["state"] for row in await school.rows(STORED)] == ["ready"] * 3
    (before,) = await school.rows(REVISION)

    await read_due(let_read(school, JudgingLLM(object_to_all)))

    rows = await school.rows(STORED)
    assert [row["state"] for row in rows] == ["rejected"] * 3
    assert [row["is_due"] for row in rows] == [False] * 3
    (after,) = await school.rows(REVISION)
    assert after["n"] > before["n"]


async def test_a_reading_writes_nothing_where_the_text_no_longer_holds(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.warm()
    await school.run(LONG)
    calls = len(school.stand_in.calls)
    before = await school.rows(STORED)

    await asyncio.wait_for(_read_all(school), 30)

    assert len(school.stand_in.calls) == calls
    assert await school.rows(STORED) == before


async def _read_all(school: School) -> None:
    let_read(school, JudgingLLM(find_nothing))
    await school.warm(Wish(review=True))


async def test_what_is_read_meanwhile_is_not_paid_for_again(school: School) -> None:
    """A command lists what is unread, and comes to it when the job has read it already."""
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    reader = JudgingLLM(find_nothing)
    let_read(school, reader)
    portions = [each async for each in list_portions(school.workplace, Wish(review=True))]
    assert (await read_due(school.workplace)).done == 3
    asked = len(reader.asked)

    tally = await work_through(school.workplace.resources, _each(portions), lambda _: None)

    assert (tally.done, len(reader.asked)) == (3, asked)


async def test_what_is_rejected_before_its_turn_is_not_written_by_a_reading(
    school: School,
) -> None:
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    let_read(school, JudgingLLM(find_nothing))
    calls = len(school.stand_in.calls)
    portions = [each async for each in list_portions(school.workplace, Wish(review=True))]
    await school.run("DELETE FROM section_rewrite")

    await work_through(school.workplace.resources, _each(portions), lambda _: None)

    assert (len(school.stand_in.calls), await school.rows(STORED)) == (calls, [])


async def test_a_reading_that_another_worker_took_over_loses_nothing(school: School) -> None:
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    slow = JudgingLLM(object_to_all, delay_s=1.0)
    first = asyncio.create_task(read_due(let_read(school, slow)))
    while len(slow.asked) < 3:  # noqa: ASYNC110  # they are asked in tasks of their own
        await asyncio.sleep(0.01)
    await school.run("UPDATE section_rewrite SET deadline = now() - interval '1 second'")
    await school.run(NOW)
    quick = JudgingLLM(find_nothing)
    await read_due(let_read(school, quick))
    taken_over = await school.rows(STORED)
    assert [row["verdict"] for row in taken_over] == ["passed"] * 3
    await first
    assert await school.rows(STORED) == taken_over


async def _each(portions: list[Portion]) -> AsyncIterator[Portion]:
    for portion in portions:
        yield portion


async def test_what_is_rejected_between_look_and_claim_is_not_brought_back(school: School) -> None:
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    resources = let_read(school, JudgingLLM(find_nothing)).resources
    (portion,) = [each async for each in list_portions(school.workplace, Wish(review=True))]
    prepared = await prepare(resources, portion.to_order())
    calls = len(school.stand_in.calls)
    await school.run("DELETE FROM section_rewrite")

    shown = [each async for each in show_sections(resources, prepared)]

    assert len(shown) == 3
    assert (len(school.stand_in.calls), await school.rows(STORED)) == (calls, [])
