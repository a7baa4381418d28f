"""Texts that nobody could read are read later: by a job, by a command, and never twice."""

import asyncio
from dataclasses import replace

from server.generation.llm.domain import LLM, Failure, LLMUnavailable
from server.generation.review.service import Reader
from server.generation.warming.domain import Ending, Wish
from server.generation.warming.resources import Workplace
from server.generation.warming.service import estimate, read_due
from tests.generation.renditions.classroom import BEGINNER, CHAPTER, JETSON
from tests.generation.renditions.test_reviews import (
    STOP,
    RudeLLM,
    find_nothing,
    object_to_stop,
)
from tests.generation.review.samples import JudgingLLM
from tests.generation.warming.conftest import School

OUT_OF_REACH = LLMUnavailable("claude", Failure.SERVER)
STORED = (
    "SELECT key, state, owner, input_tokens, review->>'verdict' AS verdict, review_due_at IS NOT "
    "NULL AS is_due, runs::text AS runs FROM section_rewrite ORDER BY key"
)
NOW = "UPDATE section_rewrite SET review_due_at = now() WHERE review_due_at IS NOT NULL"
REVISION = "SELECT coalesce(max(revision), 0) AS n FROM chapter_revision"


def let_read(school: School, llm: LLM | None) -> Workplace:
    reader = None if llm is None else Reader(llm)
    resources = replace(school.workplace.resources, reader=reader)
    model = None if llm is None else "reader"
    school.workplace = replace(school.workplace, resources=resources, reader=model)
    return school.workplace


async def verdicts(school: School) -> list[str | None]:
    return [row["verdict"] for row in await school.rows(STORED)]


async def test_what_an_outage_left_unread_is_read_by_the_job(school: School) -> None:
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    assert [row["is_due"] for row in await school.rows(STORED)] == [True] * 3
    before = await school.rows(STORED)
    calls = len(school.stand_in.calls)

    reader = JudgingLLM(find_nothing)
    tally = await read_due(let_read(school, reader))

    assert (tally.done, tally.ending) == (3, Ending.DONE)
    rows = await school.rows(STORED)
    assert [(row["verdict"], row["is_due"]) for row in rows] == [("passed", False)] * 3
    assert [row["runs"] for row in rows] == [row["runs"] for row in before]
    assert all(
        new["input_tokens"] > old["input_tokens"] for new, old in zip(rows, before, strict=True)
    )
    assert len(school.stand_in.calls) == calls
    asked = len(reader.asked)
    assert (await read_due(school.workplace)).done == 0
    assert len(reader.asked) == asked


async def test_who_has_no_reader_owes_nothing(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.warm()
    assert [row["is_due"] for row in await school.rows(STORED)] == [False] * 3
    reader = JudgingLLM(find_nothing)
    await read_due(let_read(school, reader))
    assert reader.asked == []


async def test_a_reader_that_is_still_away_is_asked_again_later(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.run("SELECT 1")
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    before = await school.rows(STORED)

    tally = await read_due(school.workplace)

    assert (tally.done, tally.ending) == (0, Ending.OUTAGE)
    assert await school.rows(STORED) == before  # a good text is never lost to a reading
    reader = JudgingLLM(find_nothing)
    assert (await read_due(let_read(school, reader))).done == 0  # not before its time
    await school.run(NOW)
    assert (await read_due(school.workplace)).done == 3


async def test_money_that_is_spent_ends_it_and_leaves_the_texts(school: School) -> None:
    await school.enrol(BEGINNER)
    unpaid = RudeLLM(LLMUnavailable("claude", Failure.BUDGET))
    let_read(school, unpaid)
    first, _ = await school.warm()
    assert first.done == 3  # written, and paid for
    before = await school.rows(STORED)
    assert [(row["state"], row["is_due"]) for row in before] == [("ready", True)] * 3

    assert (await read_due(school.workplace)).ending is Ending.BUDGET
    assert await school.rows(STORED) == before


async def test_what_is_rejected_while_it_is_read_does_not_come_back(school: School) -> None:
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    reader = JudgingLLM(find_nothing, delay_s=0.5)
    reading = asyncio.create_task(read_due(let_read(school, reader)))
    while not reader.asked:  # noqa: ASYNC110  # it is asked in a task of its own
        await asyncio.sleep(0.01)
    await school.run("DELETE FROM section_rewrite")
    await reading
    assert await school.rows(STORED) == []


async def test_two_workers_share_what_is_due(school: School) -> None:
    await school.enrol(BEGINNER, JETSON)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    number = len(await school.rows(STORED))
    reader = JudgingLLM(find_nothing, delay_s=0.05)
    workplace = let_read(school, reader)

    tallies = await asyncio.gather(*(read_due(workplace) for _ in range(3)))

    assert sum(tally.done for tally in tallies) == number
    assert set(await verdicts(school)) == {"passed"}
    read = [text for call in reader.asked for text in call.messages[-1].text.split("<section ")[1:]]
    assert len(read) == number


async def test_what_is_found_later_is_put_back_and_seen_anew(school: School) -> None:
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    (before,) = await school.rows(REVISION)

    await read_due(let_read(school, JudgingLLM(object_to_stop)))

    assert sorted(filter(None, await verdicts(school))) == ["partly_original", "passed", "passed"]
    (after,) = await school.rows(REVISION)
    assert after["n"] > before["n"]
    assert not any(f"In short: {STOP}" in row["runs"] for row in await school.rows(STORED))


async def test_a_text_of_a_chapter_that_went_is_let_be(school: School) -> None:
    await school.enrol(BEGINNER)
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    school.write("robots", CHAPTER.replace("The stop button is red.", "The button is red."))
    reader = JudgingLLM(find_nothing)

    assert (await read_due(let_read(school, reader))).done == 2
    assert [row["is_due"] for row in await school.rows(STORED)] == [False] * 3


async def test_a_chapter_whose_file_is_gone_keeps_nobody_from_being_read(school: School) -> None:
    await school.enrol(BEGINNER)
    school.write("arms", "# Arms\n\nThey move things about.\n")
    let_read(school, RudeLLM(OUT_OF_REACH))
    await school.warm()
    (school.settings.docs_dir / "arms.md").unlink()

    assert (await read_due(let_read(school, JudgingLLM(find_nothing)))).done == 3
    assert [row["is_due"] for row in await school.rows(STORED)] == [False] * 4


async def test_the_command_reads_what_nobody_has_read(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.warm()
    reader = JudgingLLM(find_nothing)
    let_read(school, reader)
    wish = Wish(review=True)
    school.write("new", "# New\n\nNobody has asked for this chapter yet.\n")

    needed = await estimate(school.workplace, wish)
    assert (needed.missing, reader.asked) == (3, [])
    assert needed.input_tokens > needed.output_tokens == 60
    calls = len(school.stand_in.calls)
    tally, _ = await school.warm(wish)
    assert (tally.done, len(school.stand_in.calls)) == (3, calls)
    assert (await estimate(school.workplace, wish)).missing == 0


async def test_an_upgrade_reads_anew_what_another_reader_read(school: School) -> None:
    await school.enrol(BEGINNER)
    let_read(school, JudgingLLM(find_nothing))
    await school.warm()
    upgrade = Wish(upgrade=True)
    assert (await estimate(school.workplace, upgrade)).missing == 0
    await school.run("UPDATE section_rewrite SET review = jsonb_set(review, '{model}', '\"old\"')")

    assert (await estimate(school.workplace, upgrade)).missing == 3
    calls = len(school.stand_in.calls)
    tally, _ = await school.warm(upgrade)

    assert (tally.done, len(school.stand_in.calls)) == (3, calls)
    assert (await estimate(school.workplace, upgrade)).missing == 0
