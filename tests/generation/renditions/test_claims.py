"""One section is generated once, whoever asks, and nobody waits for an owner that gave up."""

import asyncio

import pytest

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.core.database.line import line_to
from tests.generation.renditions.classroom import (
    BEGINNER,
    CHAPTER,
    JETSON,
    Classroom,
    open_classroom,
    statuses,
    wait_for_calls,
)
from tests.stand_in import StandIn


async def test_equal_sections_of_a_chapter_are_asked_for_once(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    twin = "## Links\n\nSee [the page](https://example.org/{0}) and `code`.\n\n"
    text = "# Twins\n\n" + twin.format("one") + twin.format("two")
    classroom.chapter_file.write_text(text, encoding="utf-8")

    answer = await classroom.read(headers)

    asked = [call.section_ids for call in classroom.stand_in.calls]
    assert sorted(asked) == [("links",), ("twins",)]
    assert statuses(answer) == ["rewritten"] * 3
    sections = answer.sections
    assert [section.id for section in sections] == ["twins", "links", "links-1"]
    assert "In short: See [the page](https://example.org/one)" in sections[1].markdown
    assert "In short: See [the page](https://example.org/two)" in sections[2].markdown


async def test_a_class_that_clicks_at_once_is_answered_and_costs_one_generation(
    classroom: Classroom,
) -> None:
    learners = [(await classroom.enrol(BEGINNER))[1] for _ in range(60)]
    classroom.stand_in.pace(first_token_s=1.0)

    answers = await asyncio.gather(*(classroom.read(headers) for headers in learners))

    assert len(classroom.stand_in.calls) == len(answers[0].sections)
    assert {answer.content for answer in answers} == {answers[0].content}
    assert all("fallback" not in statuses(answer) for answer in answers)
    (logged,) = await classroom.rows("SELECT count(*) AS rows FROM personalization_log")
    assert logged["rows"] == len(learners)


async def test_a_refresh_asks_for_equal_sections_once_too(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER, role=AccountRole.INSTRUCTOR)
    classroom.chapter_file.write_text("## A\n\nWords.\n\n## A\n\nWords.\n\n", encoding="utf-8")
    await classroom.read(headers)
    classroom.stand_in.behave("shortened")

    answer = await classroom.read(headers, refresh=True)

    assert len(classroom.stand_in.calls) == 2
    assert statuses(answer) == ["rewritten"] * 2


async def test_an_odd_section_id_reaches_the_model_and_comes_back(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.chapter_file.write_text('## Odd {#a"b&c>d}\n\nWords.\n', encoding="utf-8")

    assert statuses(await classroom.read(headers)) == ["rewritten"]


@pytest.mark.parametrize("text", ["", "\n\n", "```c\nx\n```\n"])
async def test_a_chapter_without_prose_is_the_authors(classroom: Classroom, text: str) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.chapter_file.write_text(text, encoding="utf-8")

    answer = await classroom.read(headers)

    assert answer.content == text
    assert (answer.source, answer.llm_provider, answer.notice) == ("original", None, None)
    assert classroom.stand_in.calls == []


async def test_who_waited_is_not_cached_but_has_a_rewritten_chapter(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    _, other = await classroom.enrol(BEGINNER)
    classroom.stand_in.pace(first_token_s=0.5)
    first = asyncio.create_task(classroom.read(headers))
    await wait_for_calls(classroom, 3)

    waited = await classroom.read(other)

    assert len(classroom.stand_in.calls) == 3
    assert (waited.cached, waited.tokens_used) == (False, 0)
    assert statuses(waited) == ["rewritten"] * 3
    assert waited.content == (await first).content
    assert (await classroom.read(other)).cached is True


async def test_who_waits_gives_up_with_the_owner_when_no_provider_answers(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    settings = model_settings.model_copy(update={"llm_timeout_s": 2.0})
    stand_in.misbehave("hang")
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        first = asyncio.create_task(classroom.read(headers))
        await wait_for_calls(classroom, 3)
        answers = await asyncio.gather(first, *(classroom.read(headers) for _ in range(4)))
    stand_in.release()

    assert len(stand_in.calls) == 3
    for answer in answers:
        assert answer.content == CHAPTER
        assert answer.notice
        assert statuses(answer) == ["fallback"] * 3


async def test_the_claim_of_a_crashed_owner_is_taken_over(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    first = await classroom.read(headers)
    await classroom.run("DELETE FROM personalization_cache")
    await classroom.run(
        "UPDATE section_rewrite SET state = 'pending', runs = NULL, owner = gen_random_uuid(),"
        " deadline = now() - interval '1 s'"
    )

    answer = await classroom.read(headers)

    assert len(classroom.stand_in.calls) == 6
    assert statuses(answer) == ["rewritten"] * 3
    assert answer.plan_hash == first.plan_hash  # nothing that anybody saw was replaced
    (states,) = await classroom.rows("SELECT array_agg(DISTINCT state) FROM section_rewrite")
    assert list(states.values()) == [["ready"]]


async def test_of_an_owner_that_is_gone_only_what_it_had_not_stored_is_asked_for_again(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    """Two workers with connections of their own; one is cut off as by a kill, and comes back."""
    stand_in.behave("simplified")
    stand_in.misbehave("hang", section="setup", calls=1)
    async with (
        line_to(committed_database_url) as line,
        open_classroom(model_settings, line.url, stand_in) as gone,
        open_classroom(model_settings, committed_database_url, stand_in) as other,
    ):
        _, headers = await other.enrol(BEGINNER)
        lost = asyncio.create_task(gone.read(headers))
        ready = "SELECT key FROM section_rewrite WHERE state = 'ready'"
        while len(await other.rows(ready)) < 2:  # noqa: ASYNC110  # it is the database that changes
            await asyncio.sleep(0.01)
        await wait_for_calls(other, 3)
        await line.cut()
        await other.run(
            "UPDATE section_rewrite SET deadline = now() - interval '1 s' WHERE state = 'pending'"
        )

        answer = await other.read(headers)
        stored = await other.rows("SELECT * FROM section_rewrite ORDER BY key")
        await line.mend()
        stand_in.release()
        late = await lost

        assert await other.rows("SELECT * FROM section_rewrite ORDER BY key") == stored

    asked = sorted(id_ for call in stand_in.calls for id_ in call.section_ids)
    assert asked == ["robots-at-work", "safety", "setup", "setup"]
    assert statuses(answer) == ["cached", "rewritten", "cached"]
    assert late.content == answer.content


async def test_an_owner_that_lost_its_claim_writes_nothing(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.pace(first_token_s=0.5)
    asked = asyncio.create_task(classroom.read(headers))
    await wait_for_calls(classroom, 3)
    await classroom.run(
        "UPDATE section_rewrite SET state = 'rejected', owner = NULL, failures = 1,"
        " retry_at = now() + interval '1 hour'"
    )

    answer = await asked

    assert statuses(answer) == ["fallback"] * 3
    (states,) = await classroom.rows("SELECT array_agg(DISTINCT state) FROM section_rewrite")
    assert list(states.values()) == [["rejected"]]


async def test_a_repair_is_not_asked_for_under_a_lost_claim(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave("drop_placeholder", section="setup")
    classroom.stand_in.pace(first_token_s=0.5)
    asked = asyncio.create_task(classroom.read(headers))
    await wait_for_calls(classroom, 3)
    await classroom.run(
        "UPDATE section_rewrite SET state = 'rejected', owner = NULL, failures = 1,"
        " retry_at = now() + interval '1 hour'"
    )

    await asked

    assert len(classroom.stand_in.calls) == 3


async def test_a_stored_text_that_no_longer_holds_is_asked_for_and_then_backs_off(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    await classroom.run("DELETE FROM personalization_cache")
    await classroom.run("UPDATE section_rewrite SET runs = '[\"# ⟦7⟧\"]'")
    classroom.stand_in.misbehave("truncate")

    answer = await classroom.read(headers)
    calls = len(classroom.stand_in.calls)
    again = await classroom.read(headers)

    assert answer.content == CHAPTER
    assert statuses(again) == ["fallback"] * 3
    assert again.cached is True
    assert len(classroom.stand_in.calls) == calls
    (late,) = await classroom.rows("SELECT min(retry_at) > now() AS later FROM section_rewrite")
    assert late["later"] is True


async def test_ten_who_find_a_text_that_no_longer_holds_cost_one_generation(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    await classroom.run("DELETE FROM personalization_cache")
    await classroom.run("UPDATE section_rewrite SET runs = '[\"# ⟦7⟧\"]'")
    classroom.stand_in.pace(first_token_s=1.0)

    answers = await asyncio.gather(*(classroom.read(headers) for _ in range(10)))

    assert len(classroom.stand_in.calls) == 6
    assert {tuple(statuses(answer)) for answer in answers} == {("rewritten",) * 3}


async def test_without_a_key_stored_sections_are_shown_and_nothing_is_stored(
    settings: Settings, model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    stand_in.behave("simplified")
    async with open_classroom(model_settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        await classroom.read(headers)
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        classroom.edit("The stop button is red.", "The stop button is yellow.")
        answer = await classroom.read(headers)
        again = await classroom.read(headers)
        rows = await classroom.rows("SELECT * FROM personalization_cache")

    assert statuses(answer) == ["cached", "cached", "original"]
    assert "In short: Setup" in answer.content
    assert "yellow" in answer.content
    for each in (answer, again):
        assert (each.llm_provider, each.cached) == ("offline", False)
        assert each.notice
    assert len(rows) == 1
    assert "yellow" not in rows[0]["personalized_content"]


async def test_a_mixture_names_whose_text_is_shown(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(JETSON)
    await classroom.read(headers)
    classroom.edit("The stop button is red.", "The stop button is yellow.")
    classroom.stand_in.misbehave("http_500")

    answer = await classroom.read(headers)

    assert statuses(answer) == ["cached", "cached", "fallback"]
    assert (answer.llm_provider, answer.cached) == ("claude", False)
    assert answer.notice
    assert len(await classroom.rows("SELECT * FROM personalization_cache")) == 1
