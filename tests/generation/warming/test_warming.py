"""Warm-up: everybody's sections, each once, the way of a request, and only what is missing."""

from dataclasses import replace
from decimal import Decimal

from server.generation.warming.domain import Ending, Plans, Wish
from server.generation.warming.resources import build_workplace
from server.generation.warming.service import estimate, warm
from server.learners.profiles.domain import profile_hash, profile_of, with_language
from tests.generation.renditions.classroom import BEGINNER, CHAPTER, JETSON, URDU
from tests.generation.warming.conftest import School

ALL = ["robots-at-work", "safety", "setup"]


async def test_what_is_missing_is_generated_and_then_nothing_is(school: School) -> None:
    await school.enrol(BEGINNER, BEGINNER)
    first, heard = await school.warm()

    assert (first.done, first.failed, first.ending) == (3, 0, Ending.DONE)
    assert [tally.done for tally in heard] == [1, 2, 3]
    assert school.asked == ALL
    calls = len(school.stand_in.calls)
    assert first.spent.calls == calls
    assert first.spent.output_tokens == school.stand_in.output_tokens
    again, _ = await school.warm()
    assert (again.done, len(school.stand_in.calls)) == (0, calls)
    (row,) = await school.rows("SELECT count(*) AS n FROM section_rewrite WHERE state = 'ready'")
    assert row["n"] == 3


async def test_an_estimate_counts_equal_sections_once_and_asks_nobody(school: School) -> None:
    await school.enrol(BEGINNER, URDU)
    school.write("twin", CHAPTER)
    needed = await estimate(school.workplace, Wish())

    assert (needed.chapters, needed.plans) == (2, 4)
    assert (needed.sections, needed.missing) == (6, 6)
    assert needed.input_tokens > needed.output_tokens > 0
    assert needed.cost_usd is not None
    assert needed.cost_usd > 0
    assert school.stand_in.calls == []
    by_batch = await estimate(school.workplace, Wish(), batch=True)
    assert by_batch.cost_usd is not None
    assert by_batch.cost_usd < needed.cost_usd
    await school.warm()
    rest = await estimate(school.workplace, Wish())
    assert (rest.sections, rest.missing) == (6, 0)
    assert not rest.cost_usd


async def test_an_edited_chapter_takes_only_the_edited_section(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.warm()
    school.write("robots", CHAPTER.replace("The stop button is red.", "The button is red."))
    school.stand_in.calls.clear()

    tally, _ = await school.warm()

    assert (tally.done, school.asked) == (1, ["safety"])


async def test_what_waits_for_acceptance_is_written_and_not_written_again(school: School) -> None:
    await school.enrol(BEGINNER)
    school.write("robots", CHAPTER.replace("sidebar_position: 1", "publish: approved"))
    first, _ = await school.warm()
    assert (first.done, first.failed, school.asked) == (3, 0, ALL)
    calls = len(school.stand_in.calls)
    again, _ = await school.warm()
    assert (again.done, len(school.stand_in.calls)) == (0, calls)


async def test_chapters_that_are_named_are_warmed_and_no_others(school: School) -> None:
    await school.enrol(BEGINNER)
    school.write("arms", "# Arms\n\nThey move.\n")
    await school.warm(Wish(chapter_ids=("arms",)))
    assert school.asked == ["arms"]


async def test_a_language_takes_the_place_of_everybodys_own(school: School) -> None:
    await school.enrol(BEGINNER, URDU)
    needed = await estimate(school.workplace, Wish(languages=("fr",)))
    assert (needed.plans, needed.missing) == (1, 3)


async def test_all_plans_are_the_distinct_ones_that_there_can_be(school: School) -> None:
    english = await estimate(school.workplace, Wish(plans=Plans.ALL, languages=("en",)))
    both = await estimate(school.workplace, Wish(plans=Plans.ALL))
    assert 1 < english.plans <= 4 * 3 * 3 * 4
    assert english.plans < both.plans <= 2 * 4 * 3 * 3 * 4
    assert english.missing == 3 * english.plans


async def test_a_language_that_somebody_once_read_in_is_in_use(school: School) -> None:
    owner, _ = await school.enrol(BEGINNER, JETSON)
    assert (await estimate(school.workplace, Wish())).plans == 2
    name = profile_hash(with_language(profile_of(BEGINNER), "fr"))
    await school.run(
        "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash,"
        " personalized_content, source_hash, plan_hash, sections)"
        " VALUES (:owner, 'robots', :name, '', '', '', '{}')",
        owner=owner,
        name=name,
    )
    await school.run(
        "INSERT INTO personalization_log (user_id, chapter_id, response_time_ms, cached, source,"
        " language) VALUES (:owner, 'robots', 1, false, 'llm', 'fr')",
        owner=owner,
    )
    assert (await estimate(school.workplace, Wish())).plans == 3


async def test_failures_are_counted_by_reason_and_left_alone_for_a_while(school: School) -> None:
    await school.enrol(BEGINNER)
    school.stand_in.misbehave("truncate", section="setup")
    tally, _ = await school.warm()

    assert (tally.done, tally.failed, tally.ending) == (2, 1, Ending.DONE)
    assert list(tally.failures.values()) == [1]
    calls = len(school.stand_in.calls)
    await school.warm()
    assert len(school.stand_in.calls) == calls


async def test_nobody_goes_on_asking_when_no_provider_answers(school: School) -> None:
    await school.enrol(BEGINNER)
    school.workplace = replace(school.workplace, at_once=1)
    school.write("arms", "".join(f"## Part {n}\n\nIt moves {n} times.\n\n" for n in range(9)))
    school.stand_in.misbehave("no_credit")
    tally, _ = await school.warm()
    assert tally.ending is Ending.OUTAGE
    assert tally.failures.keys() == {"outage"}
    assert tally.failed < 12


async def test_the_switch_ends_it(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.run("INSERT INTO model_stop (id, stopped_by, reason) VALUES (1, 'ada', '')")
    tally, _ = await school.warm()
    assert (tally.done, tally.ending) == (0, Ending.STOPPED)
    assert school.stand_in.calls == []


async def test_the_budget_ends_it(school: School) -> None:
    await school.enrol(BEGINNER)
    poor = school.settings.model_copy(update={"llm_daily_budget_usd": Decimal("0.000001")})
    workplace = build_workplace(poor, school.sessions)
    tally = await warm(workplace, Wish(), lambda _tally: None)
    await workplace.resources.aclose()
    assert (tally.done, tally.ending) == (0, Ending.BUDGET)
    assert school.stand_in.calls == []


async def test_upgrade_asks_anew_for_what_another_model_wrote(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.warm()
    await school.run(
        "UPDATE section_rewrite SET llm_model = 'an-older-one' WHERE key ="
        " (SELECT min(key) FROM section_rewrite)"
    )
    calls = len(school.stand_in.calls)
    nothing, _ = await school.warm()
    assert (nothing.done, len(school.stand_in.calls)) == (0, calls)

    tally, _ = await school.warm(Wish(upgrade=True))

    assert (tally.done, len(school.stand_in.calls)) == (1, calls + 1)
    rows = await school.rows("SELECT DISTINCT llm_model FROM section_rewrite")
    assert len(rows) == 1
    (revision,) = await school.rows("SELECT chapter_id, revision FROM chapter_revision")
    assert dict(revision) == {"chapter_id": "robots", "revision": 1}


async def test_a_failed_upgrade_keeps_the_good_text(school: School) -> None:
    await school.enrol(BEGINNER)
    await school.warm()
    await school.run("UPDATE section_rewrite SET llm_model = 'an-older-one'")
    school.stand_in.misbehave("refuse")

    tally, _ = await school.warm(Wish(upgrade=True))

    assert (tally.done, tally.failures) == (0, {"kept": 3})
    (row,) = await school.rows("SELECT count(*) AS n FROM section_rewrite WHERE state = 'ready'")
    assert row["n"] == 3
    assert await school.rows("SELECT * FROM chapter_revision") == []
