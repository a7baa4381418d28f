"""The wire of warm-up."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from server.core.http.examples import Examples
from server.generation.warming.domain import Ending, Estimate, Plans, Wish

EXAMPLES = Examples(__file__)
MOST_NAMES = 1000


class WarmRequest(BaseModel):
    """What to have rewritten before learners ask for it; without chapters, the whole book."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("WarmRequest"))

    chapter_ids: list[str] | None = Field(default=None, min_length=1, max_length=MOST_NAMES)
    plans: Literal["in_use", "all"] = Field(
        default="in_use", description="For the learners there are, or for all there can be."
    )
    languages: list[str] | None = Field(
        default=None,
        min_length=1,
        max_length=50,
        description="BCP-47 tags: every learner in these instead of their own.",
    )
    upgrade: bool = Field(
        default=False,
        description="Also ask anew for what another model than the configured one has written.",
    )
    dry_run: bool = Field(default=False, description="Only say what it would take: 200.")

    def to_wish(self) -> Wish:
        return Wish(
            chapter_ids=tuple(self.chapter_ids or ()),
            plans=Plans.ALL if self.plans == "all" else Plans.IN_USE,
            languages=tuple(self.languages or ()),
            upgrade=self.upgrade,
        )


class EstimateResponse(BaseModel):
    """What is missing, equal sections counted once; the price is a list's, without any cache."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra=EXAMPLES.show("EstimateResponse")
    )

    chapters: int
    plans: int
    sections: int
    missing: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None


class WarmResponse(BaseModel):
    """A job as it stands; of a dry run there is only the estimate."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra=EXAMPLES.show("WarmResponse"))

    id: UUID | None
    state: Literal["estimated", "queued", "running", "done", "cancelled"]
    ending: Ending | None
    done: int
    failed: int
    failures: dict[str, int]
    estimate: EstimateResponse
    created_at: datetime | None
    finished_at: datetime | None


def describe_estimate(estimate: Estimate) -> WarmResponse:
    """Tell what a warm-up would cost, as a job is told of."""
    return WarmResponse(
        id=None,
        state="estimated",
        ending=None,
        done=0,
        failed=0,
        failures={},
        estimate=EstimateResponse.model_validate(estimate),
        created_at=None,
        finished_at=None,
    )
