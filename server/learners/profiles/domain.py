"""The onboarding profile as a frozen value, its normal form, and what recipes know of a learner."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from hashlib import sha256
from typing import TypeVar

from pydantic import ConfigDict
from pydantic.config import JsonDict

from server.book.languages.tags import NotALanguageTag, canonical_tag
from server.core.http.examples import Examples
from server.errors import FieldError, InvalidInput
from server.learners.conditions.domain import Field, NamedValues


class Role(StrEnum):
    """The onboarding answer about what somebody is: a student, a professional, …"""

    STUDENT = "Student"
    PROFESSIONAL = "Professional"
    RESEARCHER = "Researcher"
    INSTRUCTOR = "Instructor"


class ProgrammingExperience(StrEnum):
    """The onboarding answer about programming."""

    BEGINNER = "Beginner"
    INTERMEDIATE = "Intermediate"
    ADVANCED = "Advanced"


class RoboticsExperience(StrEnum):
    """The onboarding answer about robotics."""

    NONE = "None"
    SIMULATION_ONLY = "Simulation-only"
    HARDWARE = "Hardware"


class PreferredLanguage(StrEnum):
    """The onboarding answer about the language."""

    ENGLISH = "English"
    URDU = "Urdu"
    OTHER = "Other"


class HardwareAvailability(StrEnum):
    """The onboarding answer about hardware."""

    RTX_WORKSTATION = "RTX Workstation"
    CLOUD = "Cloud"
    JETSON_KIT = "Jetson Kit"
    NONE = "None"


EXAMPLES = Examples(__file__)


def _describe(schema: JsonDict) -> None:
    """On the wire every field is there, whatever it is by default."""
    properties = schema["properties"]
    assert isinstance(properties, dict)
    for each in properties.values():
        assert isinstance(each, dict)
        del each["default"]
    schema["required"] = list(properties)
    schema.update(EXAMPLES.show("OnboardingResponse"))


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile with every default filled in."""

    __pydantic_config__ = ConfigDict(title="OnboardingResponse", json_schema_extra=_describe)

    role: Role = Role.STUDENT
    programming_experience: ProgrammingExperience = ProgrammingExperience.INTERMEDIATE
    robotics_experience: RoboticsExperience = RoboticsExperience.NONE
    preferred_language: PreferredLanguage = PreferredLanguage.ENGLISH
    hardware_availability: HardwareAvailability = HardwareAvailability.NONE
    language_tag: str = "en"  # canonical, of BCP 47


PROFILE_FIELDS = (
    Field("role", "the role", tuple(Role)),
    Field(
        "programming_experience",
        "programming experience",
        tuple(ProgrammingExperience),
        is_ordered=True,
    ),
    Field("robotics_experience", "robotics experience", tuple(RoboticsExperience), is_ordered=True),
    Field("preferred_language", "the preferred language", tuple(PreferredLanguage)),
    Field("hardware_availability", "the hardware at hand", tuple(HardwareAvailability)),
)


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """A learner's profile with its language, and what else is known: what recipes are made from."""

    profile: Profile = Profile()
    values: NamedValues = ()  # by the names of fields, sorted

    @property
    def language(self) -> str:
        """The one asked for, a canonical BCP-47 tag."""
        return self.profile.language_tag


def normal_form(profile: Profile) -> str:
    """The five fields and `language_tag` as JSON: sorted keys, no spaces."""
    return json.dumps(asdict(profile), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@lru_cache(maxsize=1024)
def profile_hash(profile: Profile) -> str:
    """SHA-256 of the normal form in UTF-8, in hex."""
    return sha256(normal_form(profile).encode()).hexdigest()


def generate_cache_key(
    user_id: int, chapter_id: str, onboarding: Mapping[str, str]
) -> tuple[int, str, str]:
    """The three columns of `unique_cache_entry` for a learner's answers and a chapter."""
    return user_id, chapter_id, profile_hash(profile_of(onboarding))


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
