"""A warning and an exercise are the author's in every rendition, but for their language."""

import pytest
from pydantic import ValidationError

from server.settings import Settings
from tests.generation.renditions.classroom import (
    BEGINNER,
    URDU,
    Classroom,
    open_classroom,
    statuses,
)
from tests.stand_in import Manner, StandIn
from tests.stand_in.manners import SIMPLE_PREFIX

WARNING = "\n:::warning\n\nKeep your hands away from the arm.\n\n:::\n"
EXERCISES = "\n## Exercises\n\n1. Count the joints of the arm.\n"


def set_exercises(classroom: Classroom) -> None:
    text = classroom.chapter_file.read_text(encoding="utf-8")
    classroom.chapter_file.write_text(text + EXERCISES, encoding="utf-8")


async def test_they_stay_as_they_are(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    set_exercises(classroom)
    answer = await classroom.read(headers)
    assert statuses(answer) == ["rewritten"] * 4
    assert WARNING in answer.content
    assert EXERCISES in answer.content
    assert f"{SIMPLE_PREFIX}The stop button" in answer.content


async def test_they_are_translated(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(URDU)
    set_exercises(classroom)
    classroom.stand_in.behave(Manner.URDU)
    answer = await classroom.read(headers)
    assert statuses(answer) == ["rewritten"] * 4
    assert "hands away" not in answer.content
    assert "Count the joints" not in answer.content


@pytest.mark.parametrize(
    ("said", "warning", "exercises"),
    [("[exercises]", True, False), ("[warnings]", False, True)],
)
async def test_the_author_may_give_them_away(
    classroom: Classroom, said: str, *, warning: bool, exercises: bool
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    set_exercises(classroom)
    classroom.edit("sidebar_position: 1", f"sidebar_position: 1\nrewrite: {said}")
    answer = await classroom.read(headers)
    assert (WARNING in answer.content, EXERCISES in answer.content) == (warning, exercises)


async def test_a_book_may_give_them_away(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    given = model_settings.model_copy(update={"rewrite": ("warnings",)})
    async with open_classroom(given, committed_database_url, stand_in) as classroom:
        stand_in.behave("simplified")
        _, headers = await classroom.enrol(BEGINNER)
        assert WARNING not in (await classroom.read(headers)).content
        classroom.edit("sidebar_position: 1", "rewrite: []")
        assert WARNING in (await classroom.read(headers)).content


def test_what_a_book_gives_away_is_a_list_of_known_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REWRITE", "exercises, warnings")
    assert Settings().rewrite == ("exercises", "warnings")
    monkeypatch.setenv("REWRITE", "warning")
    with pytest.raises(ValidationError):
        Settings()
