"""What a later reading comes to is what learners read, whoever acts while it runs."""

import asyncio

from server.generation.warming.domain import Wish
from server.generation.warming.service import read_due
from tests.generation.renditions.classroom import BEGINNER, URDU
from tests.generation.renditions.test_reviews import RudeLLM, find_nothing
from tests.generation.review.samples import JudgingLLM
from tests.generation.warming.conftest import School
from tests.generation.warming.test_readings import OUT_OF_REACH, REVISION, STORED, let_read

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
