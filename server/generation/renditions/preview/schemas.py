"""The wire of a preview."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from server.book.languages.tags import Direction
from server.generation.renditions.schemas import TransformationResponse
from server.generation.rewriting.estimates import TokenEstimate

EXAMPLE_PLAN: JsonDict = {
    "chapter_id": "chapter-02",
    "language": "en",
    "direction": "ltr",
    "profile_hash": "5bcddc45fa02f6a9bdb2fec9945e297a3fbe149ec1ab69d40a96df0b787ae1b9",
    "source_hash": "0c5f…",
    "plan_hash": "9b1d…",
    "applied_transformations": ["beginner-simplify"],
    "personalization_factors": ["You are new to programming: sentences are shorter."],
    "transformations": [
        {
            "id": "beginner-simplify",
            "title": "Simpler words",
            "reason": "You are new to programming: sentences are shorter.",
            "adds": "runs",
        }
    ],
    "dropped": [
        {
            "id": "researcher-depth",
            "title": "Assumptions and open questions",
            "because_of": "beginner-simplify",
            "reason": "You are new to programming, so the plain explanation comes first.",
        }
    ],
    "excluded": [
        {
            "id": "no-hardware",
            "title": "Without special hardware",
            "reason": "The author has excluded this from the chapter.",
        }
    ],
    "opted_out": False,
    "opted_out_reason": None,
    "locked_sections": ["safety-first"],
    "cached": False,
    "sections_total": 9,
    "sections_missing": 2,
    "estimated_tokens": {"input": 5200, "output": 1400},
}


class DroppedResponse(BaseModel):
    """A transformation that applies to the learner, and gave way to one that it contradicts."""

    id: str
    title: str = Field(description="Its short name.")
    because_of: str = Field(description="The id of the transformation that stayed.")
    reason: str = Field(description="Why it gave way, as a sentence to the learner.")


class ExcludedResponse(BaseModel):
    """A transformation that would apply to the learner, had the author not excluded it."""

    id: str
    title: str = Field(description="Its short name.")
    reason: str = Field(description="Why it is left out, as a sentence to the learner.")


class PlanResponse(BaseModel):
    """What would be done to the chapter for this learner, and why; no model is called."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_PLAN]})

    chapter_id: str
    language: str
    direction: Direction
    profile_hash: str
    source_hash: str
    plan_hash: str
    applied_transformations: list[str]
    personalization_factors: list[str]
    transformations: list[TransformationResponse]
    dropped: list[DroppedResponse] = Field(
        description="What applies to the learner but contradicts a transformation of the plan."
    )
    excluded: list[ExcludedResponse] = Field(
        description="What applies to the learner but is excluded in the chapter's front matter."
    )
    opted_out: bool = Field(
        description="Whether nothing of the chapter is rewritten for anybody: its author opted out "
        "(`personalize: false`), or its file cannot be rewritten safely."
    )
    opted_out_reason: str | None = Field(
        description="Why, as a sentence to the learner; null where the chapter takes part."
    )
    locked_sections: list[str] = Field(
        description="The ids of the sections that the author locked; they are shown as written."
    )
    cached: bool
    sections_total: int
    sections_missing: int
    estimated_tokens: TokenEstimate
