"""A learner says whether a section helped, changes their mind, and takes it back."""

from datetime import datetime

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.settings import Settings
from tests.insight.feedback.school import URL, Person
from tests.problems import assert_problem, named_fields

HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "template": "{{ 7 * 7 }} ${7*7} {% raw %}",
    "statement": "'; DROP TABLE feedback; --",
    "right to left": "\u202egnp.exe and \u200f",
    "control characters": "bell \x07 and escape \x1b[2J",
    "escapes": "\\u0000 %00 \\x00",
    "several lines": "one\r\n\n  two\ttabs",
    "Urdu and pictures": "یہ اچھا ہے 👩🏽‍🔬",
}


async def test_feedback_on_a_section_is_kept(learner: Person) -> None:
    answer = await learner.say(section="setup", helpful=False, comment="Too fast for me.")

    assert answer.status_code == 201
    said = answer.json()
    created_at = datetime.fromisoformat(said.pop("created_at"))
    assert created_at == datetime.fromisoformat(said.pop("updated_at"))
    assert created_at.tzinfo is not None
    assert said == {
        "chapter_id": "robots",
        "section": "setup",
        "helpful": False,
        "comment": "Too fast for me.",
        "fault": None,
    }
    assert await learner.read() == [answer.json()]
    assert answer.headers["cache-control"] == "no-store"


async def test_what_did_not_help_has_a_fault_and_what_helped_has_none(learner: Person) -> None:
    answer = await learner.say(section="setup", helpful=False, fault="too_hard")
    assert answer.json()["fault"] == "too_hard"
    assert await learner.read() == [answer.json()]
    assert_problem(await learner.say(section="setup", helpful=True, fault="wrong"), 422)
    assert_problem(await learner.say(section="setup", helpful=False, fault="ugly"), 422)
    better = await learner.say(section="setup", helpful=True)
    assert better.json()["fault"] is None


async def test_a_chapter_as_a_whole_is_judged_beside_its_sections(learner: Person) -> None:
    whole = await learner.say(helpful=True)
    section = await learner.say(section="setup", helpful=False)

    assert whole.json()["section"] is None
    assert await learner.read() == [whole.json(), section.json()]


@pytest.mark.parametrize("section", [None, "setup"])
async def test_a_second_word_replaces_the_first(
    learner: Person, section: str | None, session: AsyncSession
) -> None:
    first = await learner.say(section=section, helpful=False, comment="No.")

    second = await learner.say(section=section, helpful=True)

    assert (first.status_code, second.status_code) == (201, 200)
    said = second.json()
    assert (said["helpful"], said["comment"]) == (True, None)
    assert said["created_at"] == first.json()["created_at"]
    assert datetime.fromisoformat(said["updated_at"]) > datetime.fromisoformat(said["created_at"])
    assert await learner.read() == [said]
    assert await session.scalar(text("SELECT count(*) FROM feedback")) == 1


async def test_a_third_word_is_a_change_too(learner: Person) -> None:
    answers = [await learner.say(section="setup", helpful=helpful) for helpful in (True,) * 3]
    assert [answer.status_code for answer in answers] == [201, 200, 200]


async def test_two_learners_do_not_share_their_words(
    learner: Person, other_learner: Person
) -> None:
    mine = await learner.say(section="setup", helpful=True, comment="Mine.")
    theirs = await other_learner.say(section="setup", helpful=False, comment="Theirs.")
    assert theirs.status_code == 201

    await other_learner.take_back(section="safety")
    assert await learner.read() == [mine.json()]
    assert await other_learner.read() == [theirs.json()]

    await other_learner.take_back(section="setup")
    assert await learner.read() == [mine.json()]
    assert await other_learner.read() == []


async def test_what_is_taken_back_is_gone_and_can_be_said_anew(learner: Person) -> None:
    await learner.say(helpful=True)
    await learner.say(section="setup", comment="Well.")

    await learner.take_back(section="setup")
    await learner.take_back(section="setup")

    assert [said["section"] for said in await learner.read()] == [None]
    assert (await learner.say(section="setup")).status_code == 201
    await learner.take_back()
    assert [said["section"] for said in await learner.read()] == ["setup"]


async def test_an_alias_names_the_same_chapter(learner: Person) -> None:
    said = (await learner.say(chapter_id="moving-machines", section="setup")).json()
    assert said["chapter_id"] == "robots"
    assert await learner.read() == await learner.read("moving-machines") == [said]

    await learner.take_back(chapter_id="moving-machines", section="setup")
    assert await learner.read() == []


async def test_what_was_said_of_a_chapter_that_is_gone_can_be_taken_back(
    learner: Person, settings: Settings
) -> None:
    said = await learner.say(section="setup", comment="I wrote this.")
    (settings.docs_dir / "robots.md").unlink()

    assert await learner.read() == [said.json()]
    await learner.take_back(section="setup")
    assert await learner.read() == []
    assert_problem(await learner.say(section="setup"), 404)


async def test_what_was_said_of_a_file_that_broke_can_be_read(
    learner: Person, settings: Settings
) -> None:
    said = await learner.say(section="setup")
    (settings.docs_dir / "robots.md").write_bytes(b"# Robots\n\n\xff\n")

    assert await learner.read() == [said.json()]


async def test_an_unknown_chapter_is_404(learner: Person) -> None:
    problem = assert_problem(await learner.say(chapter_id="cooking"), 404)
    assert problem["type"] == "urn:chapterwise:problem:chapter-not-found"


@pytest.mark.parametrize("section", ["cooking", "Setup", "robots\0", "' OR 1=1", " "])
async def test_an_unknown_section_is_named(learner: Person, section: str) -> None:
    problem = assert_problem(await learner.say(section=section), 404)
    assert problem["type"] == "urn:chapterwise:problem:section-not-found"
    assert repr(section) in str(problem["detail"])
    assert await learner.read() == []


async def test_strangers_have_no_say(client: AsyncClient) -> None:
    stranger = Person(client, {})
    assert_problem(await stranger.say(section="setup"), 401)
    assert_problem(await client.get(URL, params={"chapter_id": "robots"}), 401)
    assert_problem(await client.delete(URL, params={"chapter_id": "robots"}), 401)
    assert_problem(await client.get(f"{URL}/all"), 401)


@pytest.mark.parametrize("kind", HOSTILE)
async def test_a_comment_is_text_and_stays_as_it_was_written(learner: Person, kind: str) -> None:
    said = await learner.say(section="setup", comment=HOSTILE[kind])

    assert said.status_code == 201
    assert [each["comment"] for each in await learner.read()] == [HOSTILE[kind]]


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Good.\n", "Good."),
        (" \n\t ", None),
        ("", None),
        (None, None),
        ("x" * 2000, "x" * 2000),
        (f"  {'ہ' * 2000}  ", "ہ" * 2000),
        ("😀" * 2000, "😀" * 2000),
    ],
)
async def test_a_comment_is_trimmed_and_may_be_long(
    learner: Person, written: str | None, kept: str | None
) -> None:
    said = await learner.say(comment=written)
    assert said.status_code == 201, said.text
    assert said.json()["comment"] == kept


@pytest.mark.parametrize("comment", ["x" * 2001, "not \0 here", "\0", 7, ["a", "list"]])
async def test_a_comment_that_cannot_be_kept_is_refused(learner: Person, comment: object) -> None:
    problem = assert_problem(await learner.say(section="setup", comment=comment), 422)
    assert named_fields(problem) == ["body.comment"]
    assert await learner.read() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("section", ""),
        ("section", "x" * 256),
        ("helpful", None),
        ("helpful", "very"),
        ("chapter_id", None),
        ("language", "no language"),
    ],
)
async def test_what_is_wrong_is_named(learner: Person, field: str, value: object) -> None:
    said = {"helpful": True, "chapter_id": "robots", "section": "setup", field: value}
    answer = await learner.client.post(URL, headers=learner.headers, json=said)
    assert named_fields(assert_problem(answer, 422)) == [f"body.{field}"]


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 256])
@pytest.mark.parametrize("field", ["chapter_id", "section"])
async def test_a_name_that_nothing_can_have_is_refused(
    learner: Person, field: str, name: str
) -> None:
    query = {"chapter_id": "robots", field: name}
    answer = await learner.client.delete(URL, headers=learner.headers, params=query)
    assert named_fields(assert_problem(answer, 422)) == [f"query.{field}"]
