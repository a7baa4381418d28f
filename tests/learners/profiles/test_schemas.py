"""The onboarding answers on the wire: exact fields, exact values, and a name for what is wrong."""

from dataclasses import asdict

import pytest
from pydantic import ValidationError

from server.learners.profiles.domain import profile_of
from server.learners.profiles.schemas import OnboardingRequest


def wrong_fields(answers: dict[str, object]) -> set[str]:
    with pytest.raises(ValidationError) as refused:
        OnboardingRequest.model_validate(answers)
    return {str(error["loc"][0]) for error in refused.value.errors()}


def test_only_what_was_said_is_kept() -> None:
    said: dict[str, object] = {"role": "Researcher", "language_tag": None}
    assert OnboardingRequest.model_validate(said).answers() == {"role": "Researcher"}


def test_every_profile_that_is_shown_is_accepted_back() -> None:
    for answers in (
        {},
        {"preferred_language": "Urdu"},
        {"preferred_language": "Other", "language_tag": "fr"},
    ):
        shown = asdict(profile_of(answers))
        again = OnboardingRequest.model_validate(shown).answers()
        assert profile_of(again) == profile_of(answers)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("role", "student"),
        ("programming_experience", "None"),
        ("robotics_experience", None),
        ("preferred_language", "French"),
        ("hardware_availability", ["Cloud"]),
    ],
)
def test_a_value_that_is_not_exactly_one_of_ours_is_named(field: str, value: object) -> None:
    assert wrong_fields({field: value}) == {field}


def test_every_unknown_field_is_named() -> None:
    assert wrong_fields({"Role": "Student", "colour": "red"}) == {"Role", "colour"}


@pytest.mark.parametrize(
    "answers",
    [
        {"preferred_language": "Other"},
        {"preferred_language": "Other", "language_tag": None},
        {"preferred_language": "Other", "language_tag": "klingonese"},
        {"preferred_language": "Other", "language_tag": ""},
        {"preferred_language": "Urdu", "language_tag": "en"},
        {"preferred_language": "English", "language_tag": "ur"},
        {"language_tag": "fr"},
    ],
)
def test_a_language_tag_that_is_missing_wrong_or_disagrees_is_named(
    answers: dict[str, object],
) -> None:
    assert wrong_fields(answers) == {"language_tag"}


def test_a_regional_tag_agrees_with_its_language() -> None:
    answers = OnboardingRequest.model_validate(
        {"preferred_language": "Urdu", "language_tag": "ur-IN"}
    ).answers()
    assert profile_of(answers).language_tag == "ur"
