"""From onboarding answers to a profile: defaults filled in, the language as a canonical tag."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from functools import cache
from typing import TypeVar

from server.book.languages.tags import NotALanguageTag, canonical_tag
from server.errors import FieldError, InvalidInput
from server.learners.profiles.domain import (
    HardwareAvailability,
    PreferredLanguage,
    Profile,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
)

Answer = TypeVar("Answer", bound=StrEnum)

DEFAULTS = Profile()
FIXED_TAGS = {PreferredLanguage.ENGLISH: "en", PreferredLanguage.URDU: "ur"}


def profile_of(onboarding: Mapping[str, str]) -> Profile:
    """The profile that these stored answers mean.

    What was not answered is the default. So is a value that this version does not know: answers
    are checked when they come in, and an old one must never lock its owner out.
    """
    language = _answer(onboarding, "preferred_language", DEFAULTS.preferred_language)
    return Profile(
        role=_answer(onboarding, "role", Role.STUDENT),
        programming_experience=_answer(
            onboarding, "programming_experience", ProgrammingExperience.INTERMEDIATE
        ),
        robotics_experience=_answer(onboarding, "robotics_experience", RoboticsExperience.NONE),
        preferred_language=language,
        hardware_availability=_answer(
            onboarding, "hardware_availability", HardwareAvailability.NONE
        ),
        language_tag=FIXED_TAGS.get(language) or _given_tag(onboarding),
    )


def with_language(profile: Profile, tag: str) -> Profile:
    """The profile for one request in another language; raise InvalidInput for what is none."""
    try:
        return replace(profile, language_tag=canonical_tag(tag))
    except NotALanguageTag as error:
        field = FieldError("body.language", str(error))
        raise InvalidInput("The language is not one we know.", fields=[field]) from error


def _answer(onboarding: Mapping[str, str], field: str, default: Answer) -> Answer:
    given = onboarding.get(field, default)
    return type(default)(given) if given in _list_values(type(default)) else default


@cache
def _list_values(answers: type[StrEnum]) -> frozenset[str]:
    return frozenset(str(value) for value in answers)


def _given_tag(onboarding: Mapping[str, str]) -> str:
    try:
        return canonical_tag(onboarding.get("language_tag", DEFAULTS.language_tag))
    except NotALanguageTag:
        return DEFAULTS.language_tag
