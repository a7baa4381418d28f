"""“Why this version?” says what was done, whoever did it, and never what was only planned."""

from collections.abc import Sequence

from server.generation.renditions.domain import Writer
from server.generation.renditions.explanation import OriginalReason, WrittenShare
from server.generation.renditions.schemas import RenditionResponse
from server.generation.rewriting.store.domain import FallbackCause
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, JETSON, Classroom, open_classroom
from tests.stand_in import Note, StandIn


def measured(answer: RenditionResponse) -> dict[str, tuple[int, int]]:
    effects = answer.explanation.transformations
    assert [each.id for each in effects] == answer.applied_transformations
    return {each.id: (each.sections, each.notes) for each in effects}


def writers(answer: RenditionResponse) -> list[str]:
    return [section.writer for section in answer.sections]


def shares(answer: RenditionResponse) -> Sequence[WrittenShare]:
    return answer.explanation.writers


async def test_what_a_model_did_is_counted(classroom: Classroom) -> None:
    note = Note("hardware", "The Jetson has less memory than a workstation.", section="setup")
    classroom.stand_in.behave("simplified", notes=[note])
    _, headers = await classroom.enrol(JETSON)

    answer = await classroom.read(headers)

    assert writers(answer) == ["model"] * 3
    assert measured(answer)["beginner-simplify"] == (3, 0)
    assert measured(answer)["jetson-hardware"] == (0, 1)
    assert shares(answer) == (WrittenShare(Writer.MODEL, 3, 1),)
    assert answer.explanation.reviews == {"none": 3}
    assert answer.explanation.originals == {}


async def test_a_model_that_changed_nothing_is_not_said_to_have_written(
    classroom: Classroom,
) -> None:
    classroom.stand_in.behave("faithful")
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.read(headers)

    assert writers(answer) == ["author"] * 3
    assert measured(answer)["beginner-simplify"] == (0, 0)
    assert answer.explanation.originals == {"nothing_to_change": 3}


async def test_it_is_the_same_from_every_store(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    first = await classroom.read(headers)
    stored = await classroom.read(headers)
    await classroom.run("DELETE FROM personalization_cache")
    joined = await classroom.read(headers)

    assert [stored.source, joined.source] == ["cache", "sections"]
    assert stored.explanation == joined.explanation == first.explanation
    assert writers(stored) == writers(joined) == writers(first)


async def test_an_older_row_says_what_it_can(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    first = await classroom.read(headers)
    await classroom.run(
        "UPDATE personalization_cache SET sections = jsonb_set(sections, '{sections}', (SELECT "
        "jsonb_agg(each - 'is_reworded' - 'is_pinned') "
        "FROM jsonb_array_elements(sections->'sections') AS each))"
    )

    assert (await classroom.read(headers)).explanation == first.explanation


async def test_what_an_instructor_pinned_is_an_instructors(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    _, instructor = await classroom.enrol(role=AccountRole.INSTRUCTOR)
    plan = (await classroom.read(headers)).plan_hash
    pinned = await classroom.client.put(
        "/api/v1/instruction/chapters/robots/pin",
        headers=instructor,
        json={"plan_hash": plan, "section": "safety"},
    )
    assert pinned.status_code == 200, pinned.text

    answer = await classroom.read(headers)

    assert writers(answer) == ["model", "model", "instructor"]
    assert [(each.writer, each.sections) for each in shares(answer)] == [
        (Writer.MODEL, 2),
        (Writer.INSTRUCTOR, 1),
    ]


async def test_the_authors_sections_have_their_reasons(classroom: Classroom) -> None:
    classroom.edit("## Safety\n", "## Safety\n\n<!-- personalize: off -->\n")
    classroom.stand_in.misbehave("drop_placeholder", section="setup")
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.read(headers)

    assert writers(answer) == ["model", "author", "author"]
    assert answer.explanation.originals == {"rejected": 1, "locked": 1}


async def test_who_needs_no_change_is_told_so(classroom: Classroom) -> None:
    classroom.edit("sidebar_position: 1\n", "sidebar_position: 1\npersonalize: false\n")
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.read(headers)

    assert answer.applied_transformations == []
    assert answer.explanation.originals == {"not_asked": 3}


async def test_without_a_model_notes_are_the_fact_sheets(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    async with open_classroom(settings, committed_database_url, stand_in) as offline:
        offline.edit("Install [the tools]", "Install ROS 2 and [the tools]")
        _, headers = await offline.enrol(JETSON)
        answer = await offline.read(headers)

    noted = sum(bool(section.notes) for section in answer.sections)
    assert noted
    assert writers(answer).count("fact_sheet") == noted
    assert measured(answer)["beginner-simplify"] == (0, 0)


def test_every_cause_of_a_fallback_is_a_reason() -> None:
    assert set(FallbackCause) <= set(OriginalReason)
