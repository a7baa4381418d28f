"""The file of learners, whose answers are those of the API."""

from pydantic import BaseModel, ConfigDict, Field

from server.learners.profiles.schemas import OnboardingRequest


class Learner(BaseModel):
    """A learner whom an evaluation is made for, as the file of learners has them."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=80)
    onboarding: OnboardingRequest


class LearnersFile(BaseModel):
    """The file of learners whom an evaluation is made for."""

    model_config = ConfigDict(extra="forbid")

    profiles: list[Learner] = Field(min_length=1)
