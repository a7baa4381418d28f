"""Instructors read what learners say, and not who says it."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.settings import Settings
from tests.insight.feedback.school import URL, Person
from tests.problems import assert_problem, named_fields


async def test_what_all_learners_say_is_listed_the_latest_first(
    learner: Person, other_learner: Person, instructor: Person
) -> None:
    await learner.say(section="setup", helpful=True, comment="Clear.")
    await other_learner.say(section="setup", helpful=False, comment="Not for me.")
    await learner.say(helpful=True)

    page = await instructor.list_all()

    assert (page["total"], page["helpful"]) == (3, 2)
    assert [(said["section"], said["helpful"], said["comment"]) for said in page["feedback"]] == [
        (None, True, None),
        ("setup", False, "Not for me."),
        ("setup", True, "Clear."),
    ]


async def test_a_changed_word_is_the_latest(
    learner: Person, other_learner: Person, instructor: Person
) -> None:
    await learner.say(section="setup", helpful=True)
    await other_learner.say(section="setup", helpful=True)
    await learner.say(section="setup", helpful=False)

    page = await instructor.list_all()

    assert [said["helpful"] for said in page["feedback"]] == [False, True]
    assert (page["total"], page["helpful"]) == (2, 1)


async def test_a_learner_is_not_named(learner: Person, instructor: Person) -> None:
    await learner.say(section="setup", comment="Well.")
    await learner.say(comment="All of it.")

    whole, section = (await instructor.list_all())["feedback"]

    assert set(whole) == {
        "chapter_id",
        "section",
        "section_key",
        "plan_hash",
        "helpful",
        "comment",
        "fault",
        "created_at",
        "updated_at",
    }
    assert whole["section_key"] is None
    assert len(str(section["section_key"])) == len(str(section["plan_hash"])) == 64
    assert "ada@" not in str([whole, section])


async def test_one_chapter_can_be_asked_for(
    learner: Person, instructor: Person, settings: Settings
) -> None:
    (settings.docs_dir / "tools.md").write_text("# Tools\n\nA hammer.\n", encoding="utf-8")
    await learner.say(helpful=False)
    await learner.say(chapter_id="tools", helpful=True)

    page = await instructor.list_all(chapter_id="tools")

    assert (page["total"], page["helpful"]) == (1, 1)
    assert [said["chapter_id"] for said in page["feedback"]] == ["tools"]
    by_alias = await instructor.list_all(chapter_id="moving-machines")
    assert [said["chapter_id"] for said in by_alias["feedback"]] == ["robots"]
    assert (await instructor.list_all(chapter_id="cooking"))["total"] == 0


async def test_pages_cover_everything_once(
    learner: Person, other_learner: Person, instructor: Person
) -> None:
    for person in (learner, other_learner):
        for section in ("robots", "setup", "safety"):
            assert (await person.say(section=section)).status_code == 201

    pages = [await instructor.list_all(limit=4, offset=offset) for offset in (0, 4, 8)]

    assert [page["total"] for page in pages] == [6, 6, 6]
    assert [len(page["feedback"]) for page in pages] == [4, 2, 0]
    listed = [said for page in pages for said in page["feedback"]]
    assert listed == (await instructor.list_all())["feedback"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", 0),
        ("limit", 201),
        ("limit", "all"),
        ("offset", -1),
        ("offset", 2**31),
        ("chapter_id", "\0"),
    ],
)
async def test_a_page_that_cannot_be_is_refused(
    instructor: Person, name: str, value: str | int
) -> None:
    answer = await instructor.client.get(
        f"{URL}/all", headers=instructor.headers, params={name: value}
    )
    assert named_fields(assert_problem(answer, 422)) == [f"query.{name}"]


async def test_learners_do_not_read_what_others_say(learner: Person) -> None:
    answer = await learner.client.get(f"{URL}/all", headers=learner.headers)
    assert_problem(answer, 403)


async def test_a_chapters_feedback_is_found_by_its_index(session: AsyncSession) -> None:
    await session.execute(
        text(
            "INSERT INTO users (email, hashed_password)"
            " SELECT 'u' || n || '@example.test', 'x' FROM generate_series(1, 3000) AS n"
        )
    )
    await session.execute(
        text(
            "INSERT INTO feedback (user_id, chapter_id, plan_hash, helpful)"
            " SELECT id, 'chapter-' || id % 100, 'p', true FROM users"
        )
    )
    await session.execute(text("ANALYZE feedback"))

    plan = await session.scalars(
        text("EXPLAIN SELECT * FROM feedback WHERE chapter_id = 'chapter-7'")
    )

    assert "ix_feedback_chapter_id" in "\n".join(plan)
