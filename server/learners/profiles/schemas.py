"""The onboarding answers on the wire: exactly these fields, exactly these values."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from server.book.languages.tags import NotALanguageTag, canonical_tag, find_primary
from server.learners.profiles.domain import (
    EXAMPLES,
    FIXED_TAGS,
    HardwareAvailability,
    PreferredLanguage,
    ProgrammingExperience,
    RoboticsExperience,
    Role,
)


class OnboardingRequest(BaseModel):
    """A learner's answers; what is left out has its default. `Other` needs a `language_tag`."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=EXAMPLES.show("OnboardingRequest"))

    role: Role = Role.STUDENT
    programming_experience: ProgrammingExperience = ProgrammingExperience.INTERMEDIATE
    robotics_experience: RoboticsExperience = RoboticsExperience.NONE
    preferred_language: PreferredLanguage = PreferredLanguage.ENGLISH
    hardware_availability: HardwareAvailability = HardwareAvailability.NONE
    language_tag: Annotated[
        str | None,
        Field(
            validate_default=True,
            description="BCP-47; needed when preferred_language is Other, else it must agree.",
        ),
    ] = None

    @field_validator("language_tag")
    @classmethod
    def _agree_with_language(cls, tag: str | None, info: ValidationInfo) -> str | None:
        language = info.data.get("preferred_language")
        if language is PreferredLanguage.OTHER and tag is None:
            raise PydanticCustomError(
                "language_tag", "is needed when preferred_language is Other, for example fr"
            )
        if tag is not None:
            _refuse_disagreement(_checked(tag), FIXED_TAGS.get(language or PreferredLanguage.OTHER))
        return tag

    def answers(self) -> dict[str, str]:
        """What the learner said and nothing else, as it is stored."""
        return self.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def _checked(tag: str) -> str:
    try:
        return canonical_tag(tag)
    except NotALanguageTag as error:
        raise PydanticCustomError("language_tag", "{reason}", {"reason": str(error)}) from error


def _refuse_disagreement(tag: str, fixed: str | None) -> None:
    if fixed is not None and find_primary(tag) != fixed:
        raise PydanticCustomError(
            "language_tag",
            "does not agree with preferred_language, which means {fixed}: choose Other",
            {"fixed": fixed},
        )
