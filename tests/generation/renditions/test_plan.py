"""The plan as a learner may ask for it: what is done, what is left out, and why."""

from dataclasses import fields

from pydantic import TypeAdapter

from server.generation.renditions.preview.domain import Preview
from tests.generation.renditions.classroom import Classroom

NEW_RESEARCHER = {"role": "Researcher", "programming_experience": "Beginner"}
FRONT_MATTER = "title: Robots at work\n"
PREVIEW = TypeAdapter(Preview)


async def ask_for_plan(classroom: Classroom, **onboarding: str) -> Preview:
    _, headers = await classroom.enrol(onboarding)
    answer = await classroom.client.get(
        "/api/v1/personalize/plan", params={"chapter_id": "robots"}, headers=headers
    )
    assert answer.status_code == 200, answer.text
    assert classroom.stand_in.calls == []
    return PREVIEW.validate_json(answer.content)


async def test_the_plan_says_what_gave_way_and_why(classroom: Classroom) -> None:
    plan = await ask_for_plan(classroom, **NEW_RESEARCHER)

    assert "researcher-depth" not in plan.applied_transformations
    (dropped,) = plan.dropped
    assert (dropped.id, dropped.because_of) == ("researcher-depth", "beginner-simplify")
    assert dropped.title == "Assumptions and open questions"
    assert dropped.reason.startswith("You are new to programming")


async def test_the_plan_says_what_the_author_excluded(classroom: Classroom) -> None:
    excluded = "transformations: {exclude: [no-hardware, jetson-hardware, unheard-of]}\n"
    classroom.edit(FRONT_MATTER, FRONT_MATTER + excluded)

    plan = await ask_for_plan(classroom)

    assert plan.applied_transformations == (
        "robotics-primer",
        "everyday-analogy",
        "student-practice",
    )
    # What would not apply to this learner anyway is not missed.
    assert [(each.id, each.title) for each in plan.excluded] == [
        ("no-hardware", "Without special hardware")
    ]
    assert "author" in plan.excluded[0].reason


async def test_the_plan_of_a_chapter_that_opts_out_is_empty_and_says_so(
    classroom: Classroom,
) -> None:
    assert (await ask_for_plan(classroom)).opted_out is False
    classroom.edit(FRONT_MATTER, FRONT_MATTER + "personalize: false\n")

    plan = await ask_for_plan(classroom)

    assert plan.opted_out is True
    assert plan.opted_out_reason == "The author wants this chapter to be read as it is written."
    assert plan.applied_transformations == ()
    assert plan.sections_missing == 0
    assert plan.estimated_tokens.input == 0


async def test_a_file_that_cannot_be_rewritten_safely_counts_as_opted_out(
    classroom: Classroom,
) -> None:
    classroom.edit("The stop button", "The\0 stop button")

    plan = await ask_for_plan(classroom)

    assert plan.opted_out is True
    assert plan.opted_out_reason
    assert "characters" in plan.opted_out_reason


async def test_the_plan_names_the_sections_that_the_author_locked(classroom: Classroom) -> None:
    before = await ask_for_plan(classroom)
    classroom.edit("## Safety\n", "## Safety\n\n<!-- personalize: off -->\n")

    plan = await ask_for_plan(classroom)

    assert before.locked_sections == ()
    assert plan.locked_sections == ("safety",)
    assert plan.sections_missing == before.sections_missing - 1


def test_the_documented_example_is_one_that_could_be_answered() -> None:
    (example,) = PREVIEW.json_schema(mode="serialization")["examples"]
    PREVIEW.validate_python(example)
    assert set(example) == {field.name for field in fields(Preview)}
