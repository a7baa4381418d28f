"""What was judged is kept with it: the section's key and the plan that the learner is shown."""

from tests.generation.renditions.classroom import BEGINNER, JETSON, Classroom
from tests.insight.feedback.school import Person


async def list_judged(classroom: Classroom) -> list[tuple[str, str | None, str]]:
    rows = await classroom.rows(
        "SELECT section_id, section_key, plan_hash FROM feedback ORDER BY id"
    )
    return [(row["section_id"], row["section_key"], row["plan_hash"]) for row in rows]


async def list_stored_keys(classroom: Classroom) -> set[str]:
    return {row["key"] for row in await classroom.rows("SELECT key FROM section_rewrite")}


async def test_the_text_that_was_shown_is_named(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    shown = await classroom.read(headers)
    learner = Person(classroom.client, headers)

    for section in ("robots-at-work", "setup", "safety"):
        await learner.say(section=section)
    await learner.say()

    judged = await list_judged(classroom)
    assert {plan_hash for _, _, plan_hash in judged} == {shown.plan_hash}
    *sections, whole = judged
    assert len({key for _, key, _ in sections}) == 3
    assert {key for _, key, _ in sections} == await list_stored_keys(classroom)
    assert whole[:2] == ("", None)


async def test_learners_judge_what_each_is_shown(classroom: Classroom) -> None:
    for onboarding in (BEGINNER, BEGINNER, JETSON):
        _, headers = await classroom.enrol(onboarding)
        await Person(classroom.client, headers).say(section="setup")

    first, second, third = await list_judged(classroom)
    assert first == second
    assert first[1] != third[1]
    assert first[2] != third[2]


async def test_a_changed_profile_judges_anew(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    learner = Person(classroom.client, headers)
    await learner.say(section="setup")
    (before,) = await list_judged(classroom)

    await classroom.client.put("/api/v1/me/onboarding", headers=headers, json=JETSON)
    shown = await classroom.read(headers)
    await learner.say(section="setup")

    (after,) = await list_judged(classroom)
    assert after[2] == shown.plan_hash != before[2]
    assert after[1] in await list_stored_keys(classroom)


async def test_an_edited_section_has_another_key_and_the_others_have_not(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    learner = Person(classroom.client, headers)
    await learner.say(section="setup")
    await learner.say(section="safety")
    setup, safety = await list_judged(classroom)

    classroom.edit("The stop button is red.", "The stop button is large and red.")
    await learner.say(section="setup")
    await learner.say(section="safety")

    same, other = await list_judged(classroom)
    assert same[1] == setup[1]
    assert other[1] != safety[1]


async def test_the_language_that_was_asked_for_is_judged(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    learner = Person(classroom.client, headers)
    await learner.say(section="setup")
    (english,) = await list_judged(classroom)
    shown = (
        await classroom.client.get(
            "/api/v1/personalize/plan",
            headers=headers,
            params={"chapter_id": "robots", "language": "ur"},
        )
    ).json()

    assert (await learner.say(section="setup", language="ur")).status_code == 200

    (urdu,) = await list_judged(classroom)
    assert urdu[2] == shown["plan_hash"] != english[2]
    assert urdu[1] != english[1]
