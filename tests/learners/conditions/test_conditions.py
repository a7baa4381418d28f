"""Conditions hold exactly when they say so, and nothing unknown is ever a match."""

from dataclasses import replace

import pytest

from server.learners.conditions.domain import ConditionError, matches
from server.learners.conditions.service import parse_condition
from server.learners.profiles.domain import (
    HardwareAvailability,
    LearnerFacts,
    Profile,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
)
from server.plan.recipes.domain import RECIPE_FIELDS
from server.plan.recipes.service import name_values


def holds(raw: object, profile: Profile, *, source: str = "en", target: str = "en") -> bool:
    facts = LearnerFacts(replace(profile, language_tag=target))
    return matches(parse_condition(raw, RECIPE_FIELDS), name_values(facts, source))


BEGINNER = Profile(programming_experience=ProgrammingExperience.BEGINNER)
INTERMEDIATE = Profile()
ADVANCED = Profile(programming_experience=ProgrammingExperience.ADVANCED)


def test_equals_compares_the_whole_value() -> None:
    condition = {"field": "programming_experience", "equals": "Beginner"}
    assert holds(condition, BEGINNER)
    assert not holds(condition, ADVANCED)


def test_the_word_none_is_a_value_like_any_other() -> None:
    condition = {"field": "hardware_availability", "equals": "None"}
    assert holds(condition, Profile())
    assert not holds(condition, Profile(hardware_availability=HardwareAvailability.CLOUD))


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("greater_than", [False, False, True]), ("less_than", [True, False, False])],
)
def test_experience_is_ordered_from_beginner_to_advanced(
    operator: str, expected: list[bool]
) -> None:
    condition = {"field": "programming_experience", operator: "Intermediate"}
    assert [holds(condition, p) for p in (BEGINNER, INTERMEDIATE, ADVANCED)] == expected


def test_robotics_experience_is_ordered_from_none_to_hardware() -> None:
    condition = {"field": "robotics_experience", "greater_than": "None"}
    assert not holds(condition, Profile())
    assert holds(condition, Profile(robotics_experience=RoboticsExperience.SIMULATION_ONLY))
    assert holds(condition, Profile(robotics_experience=RoboticsExperience.HARDWARE))


def test_contains_looks_inside_the_value() -> None:
    condition = {"field": "language_tag", "contains": "Latn"}
    assert holds(condition, Profile(), target="ur-Latn")
    assert not holds(condition, Profile(), target="ur")


def test_in_accepts_each_of_its_values() -> None:
    condition = {"field": "role", "in": ["Researcher", "Instructor"]}
    assert holds(condition, Profile(role=Role.RESEARCHER))
    assert holds(condition, Profile(role=Role.INSTRUCTOR))
    assert not holds(condition, Profile(role=Role.STUDENT))


def test_all_any_and_not_combine() -> None:
    beginner = {"field": "programming_experience", "equals": "Beginner"}
    student = {"field": "role", "equals": "Student"}
    researcher = Profile(role=Role.RESEARCHER)
    assert holds({"all": [beginner, student]}, BEGINNER)
    assert not holds({"all": [beginner, student]}, INTERMEDIATE)
    assert holds({"any": [beginner, student]}, INTERMEDIATE)
    assert not holds({"any": [beginner, student]}, researcher)
    assert holds({"not": student}, researcher)
    assert holds({"all": [{"not": beginner}, {"any": [student, beginner]}]}, INTERMEDIATE)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("en", "en", False),
        ("en", "en-GB", False),
        ("en", "ur", True),
        ("ur", "ur-Latn", True),
        ("zh-Hans", "zh-Hant", True),
        ("zh-TW", "zh-Hant", False),
        ("English", "en", False),
        ("English", "ur", True),
    ],
)
def test_translated_means_another_language_or_script(
    source: str, target: str, *, expected: bool
) -> None:
    condition = {"field": "translated", "equals": True}
    assert holds(condition, Profile(), source=source, target=target) is expected


@pytest.mark.parametrize("tag", ["ur", "ur-PK", "ur-Arab", "ur-Latn"])
def test_language_is_the_primary_subtag(tag: str) -> None:
    assert holds({"field": "language", "equals": "ur"}, Profile(), target=tag)


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ({"field": "mood", "equals": "good"}, "`mood` is not a field"),
        ({"field": 3, "equals": "good"}, "`3` is not a field"),
        ({"field": "role", "like": "Student"}, "`like` is not an operator"),
        ({"field": "role"}, "needs exactly one operator"),
        ({"field": "role", "equals": "Student", "in": ["Student"]}, "exactly one operator"),
        ({"field": "role", "equals": "student"}, "`student` is not a value of `role`"),
        ({"field": "role", "equals": None}, "is not a value of `role`"),
        ({"field": "translated", "equals": "true"}, "is not a value of `translated`"),
        ({"field": "role", "greater_than": "Student"}, "`role` has no order"),
        ({"field": "role", "in": []}, "`in` needs a list of values"),
        ({"field": "role", "in": "Student"}, "is not a list"),
        ({"field": "language", "equals": False}, "put it in quotes"),
        ({"field": "language", "contains": ""}, "put it in quotes"),
        ({"all": []}, "`all` needs a list of at least one condition"),
        ({"any": "Student"}, "is not a list"),
        ({"every": []}, "`every` is not one of"),
        ({"all": [], "any": []}, "either a `field` with one operator"),
        ({}, "either a `field` with one operator"),
        ("Student", "is not a condition"),
        ({"not": {"field": "mood", "equals": "good"}}, "`mood` is not a field"),
    ],
)
def test_what_cannot_be_read_is_an_error_with_a_sentence(raw: object, sentence: str) -> None:
    with pytest.raises(ConditionError) as error:
        parse_condition(raw, RECIPE_FIELDS)
    assert sentence in str(error.value)
    assert str(error.value).endswith(".")
