"""Small neighbours share a call, and calls the provider's cache; a section stays on its own."""

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest

from server.settings import Settings
from tests.generation.renditions.classroom import (
    BEGINNER,
    CHAPTER,
    Classroom,
    open_classroom,
    statuses,
)
from tests.stand_in import StandIn

ALL = ("robots-at-work", "setup", "safety")


@pytest.fixture
async def sharing(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Classroom]:
    """As in production: what is small shares a call."""
    stand_in.behave("simplified")
    async with open_classroom(
        model_settings, committed_database_url, stand_in, shares=True
    ) as classroom:
        yield classroom


def asked(classroom: Classroom) -> list[tuple[str, ...]]:
    return [call.section_ids for call in classroom.stand_in.calls]


async def test_small_neighbours_share_one_call(sharing: Classroom) -> None:
    _, headers = await sharing.enrol(BEGINNER)

    answer = await sharing.read(headers)

    assert asked(sharing) == [ALL]
    assert statuses(answer) == ["rewritten"] * 3
    assert all("In short: " in section.markdown for section in answer.sections)
    again = await sharing.read(headers)
    assert (again.cached, again.content) == (True, answer.content)


async def test_their_shares_add_up_to_the_call(sharing: Classroom) -> None:
    _, headers = await sharing.enrol(BEGINNER)

    answer = await sharing.read(headers)

    stand_in = sharing.stand_in
    assert answer.tokens_used == stand_in.input_tokens + stand_in.output_tokens
    (stored,) = await sharing.rows(
        "SELECT sum(input_tokens) AS input, sum(output_tokens) AS output FROM section_rewrite"
    )
    assert dict(stored) == {"input": stand_in.input_tokens, "output": stand_in.output_tokens}
    (logged,) = await sharing.rows("SELECT * FROM personalization_log")
    (day,) = await sharing.rows("SELECT sum(cost_usd) AS cost FROM spending")
    assert logged["cost_usd"] == day["cost"] > Decimal(0)


@pytest.mark.parametrize("fault", ["drop_placeholder", "omit_run", "add_script"])
async def test_a_bad_section_does_not_hurt_its_neighbours(sharing: Classroom, fault: str) -> None:
    _, headers = await sharing.enrol(BEGINNER)
    sharing.stand_in.misbehave(fault, section="setup", calls=1)

    answer = await sharing.read(headers)

    assert asked(sharing) == [ALL, ("setup",)]
    assert len(sharing.stand_in.calls[1].turns) == 3  # it is the repair, of this section alone
    assert statuses(answer) == ["rewritten"] * 3


async def test_a_section_that_stays_bad_falls_back_alone(sharing: Classroom) -> None:
    _, headers = await sharing.enrol(BEGINNER)
    sharing.stand_in.misbehave("drop_placeholder", section="setup")

    answer = await sharing.read(headers)

    assert len(sharing.stand_in.calls) == 2
    assert statuses(answer) == ["rewritten", "fallback", "rewritten"]


async def test_a_section_that_is_left_out_is_asked_for_alone(sharing: Classroom) -> None:
    _, headers = await sharing.enrol(BEGINNER)
    sharing.stand_in.misbehave("omit_section", section="setup", calls=1)

    answer = await sharing.read(headers)

    assert asked(sharing) == [ALL, ("setup",)]
    assert len(sharing.stand_in.calls[1].turns) == 1
    assert statuses(answer) == ["rewritten"] * 3


@pytest.mark.parametrize("fault", ["cut", "half_event", "truncate", "malformed_event"])
async def test_a_cut_call_keeps_the_sections_that_had_closed(
    sharing: Classroom, fault: str
) -> None:
    _, headers = await sharing.enrol(BEGINNER)
    sharing.stand_in.misbehave(fault, calls=1)

    answer = await sharing.read(headers)

    first, *others = asked(sharing)
    assert first == ALL
    assert others
    assert ("robots-at-work",) not in others
    assert all(len(ids) == 1 for ids in others)
    assert statuses(answer) == ["rewritten"] * 3


async def test_an_outage_is_not_asked_about_again_for_each_section(sharing: Classroom) -> None:
    _, headers = await sharing.enrol(BEGINNER)
    sharing.stand_in.misbehave("http_401")

    answer = await sharing.read(headers)

    assert asked(sharing) == [ALL]
    assert answer.content == CHAPTER
    assert answer.notice
    assert await sharing.rows("SELECT * FROM section_rewrite") == []


async def test_a_shared_call_shows_its_first_section_before_its_end(sharing: Classroom) -> None:
    _, headers = await sharing.enrol(BEGINNER)
    sharing.stand_in.misbehave("stall")

    asking = asyncio.create_task(sharing.read(headers))
    ready = "SELECT * FROM section_rewrite WHERE state = 'ready'"
    while not await sharing.rows(ready):  # noqa: ASYNC110  # it is the database that changes
        await asyncio.sleep(0.01)
    sharing.stand_in.release()

    assert (await asking).sections[0].status == "rewritten"


async def test_after_what_is_read_first_the_longest_begins(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    settings = model_settings.model_copy(update={"llm_max_concurrency": 1})
    part = "## Part {0}\n\n{1}"
    words, listing = "A robot senses. ", "\n\n```python\n" + "a = 1\n" * 100 + "```"
    prose = (words, words * 2, words + listing, words * 3, words * 8)
    text = "\n\n".join(part.format(place, each) for place, each in enumerate(prose))
    stand_in.behave("simplified")
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        classroom.chapter_file.write_text(text + "\n", encoding="utf-8")
        await classroom.read(headers)

    assert asked(classroom) == [("part-0",), ("part-1",), ("part-4",), ("part-3",), ("part-2",)]


async def test_the_first_call_fills_the_cache_for_the_others(sharing: Classroom) -> None:
    _, headers = await sharing.enrol(BEGINNER)
    sharing.stand_in.pace(first_token_s=0.05)
    part = "## Part {0}\n\n" + "A robot senses, then decides and acts. " * 40 + "\n\n"
    text = "".join(part.format(number) for number in range(4))
    sharing.chapter_file.write_text(text, encoding="utf-8")

    await sharing.read(headers)

    cached = [call.cached_tokens > 0 for call in sharing.stand_in.calls]
    assert cached == [False, True, True, True]
