"""From answers to a profile, and to the same profile in another language."""

import pytest

from server.errors import InvalidInput
from server.learners.profiles.domain import Profile, profile_of, with_language


def test_nothing_said_is_every_default() -> None:
    assert profile_of({}) == Profile()


@pytest.mark.parametrize(
    ("answers", "tag"),
    [
        ({"preferred_language": "English"}, "en"),
        ({"preferred_language": "English", "language_tag": "en-GB"}, "en"),
        ({"preferred_language": "Urdu", "language_tag": "UR-pk"}, "ur"),
        ({"preferred_language": "Other", "language_tag": "pt_br"}, "pt-BR"),
        ({"preferred_language": "Other", "language_tag": "iw"}, "he"),
    ],
)
def test_language_tag_is_fixed_or_the_given_one_in_canonical_form(
    answers: dict[str, str], tag: str
) -> None:
    assert profile_of(answers).language_tag == tag


def test_stored_answers_of_another_version_never_lock_their_owner_out() -> None:
    stored = {"role": "Wizard", "preferred_language": "Other", "language_tag": "??"}
    assert profile_of(stored).role == "Student"
    assert profile_of(stored).language_tag == "en"


def test_a_requests_language_replaces_only_the_tag() -> None:
    learner = profile_of({"preferred_language": "Urdu", "role": "Researcher"})
    french = with_language(learner, "fr-ca")
    assert french.language_tag == "fr-CA"
    assert with_language(french, "ur") == learner


def test_a_requests_language_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as refused:
        with_language(Profile(), "english please")
    assert [field.field for field in refused.value.fields] == ["body.language"]
