"""What would be done to a chapter, and what it would cost; it goes out as it is."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import ConfigDict, Field

from server.book.languages.tags import Direction
from server.core.http.examples import Examples
from server.generation.renditions.domain import ToldStep
from server.generation.rewriting.estimates import TokenEstimate

Title = Annotated[str, Field(description="Its short name.")]


@dataclass(frozen=True, slots=True)
class GaveWay:
    """A transformation that applies to the learner, and gave way to one that it contradicts."""

    __pydantic_config__ = ConfigDict(title="DroppedResponse")

    id: str
    title: Title
    because_of: Annotated[str, Field(description="The id of the transformation that stayed.")]
    reason: Annotated[str, Field(description="Why it gave way, as a sentence to the learner.")]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A transformation that would apply to the learner, had the author not excluded it."""

    __pydantic_config__ = ConfigDict(title="ExcludedResponse")

    id: str
    title: Title
    reason: Annotated[str, Field(description="Why it is left out, as a sentence to the learner.")]


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be done to the chapter for this learner, and why; no model is called."""

    __pydantic_config__ = Examples(__file__).name("PlanResponse")

    chapter_id: str
    language: str
    direction: Direction
    profile_hash: str
    source_hash: str
    plan_hash: str
    applied_transformations: tuple[str, ...]
    personalization_factors: tuple[str, ...]
    transformations: tuple[ToldStep, ...]
    dropped: Annotated[
        tuple[GaveWay, ...],
        Field(
            description="What applies to the learner but contradicts a transformation of the plan."
        ),
    ]
    excluded: Annotated[
        tuple[LeftOut, ...],
        Field(
            description="What applies to the learner but is excluded in the chapter's front matter."
        ),
    ]
    opted_out: Annotated[
        bool,
        Field(
            description="Whether nothing of the chapter is rewritten for anybody: its author opted "
            "out (`personalize: false`), or its file cannot be rewritten safely."
        ),
    ]
    opted_out_reason: Annotated[
        str | None,
        Field(description="Why, as a sentence to the learner; null where the chapter takes part."),
    ]
    locked_sections: Annotated[
        tuple[str, ...],
        Field(
            description="The ids of the sections that the author locked; they are shown as written."
        ),
    ]
    cached: bool
    sections_total: int
    sections_missing: int
    estimated_tokens: TokenEstimate
