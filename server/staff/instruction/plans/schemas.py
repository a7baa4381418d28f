"""The wire of plans in use, and of what an edit comes to for them."""

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from server.generation.editions.domain import EditionInUse
from server.staff.instruction.acts.schemas import PLAN
from server.staff.instruction.domain import Changes, ChapterPlans, PlanCounts, SectionChange

SOURCE = "4f0c2b9a7d1e48365c0f2b9a7d1e48365c0f2b9a7d1e48365c0f2b9a7d1e4836"
EXAMPLE_PLAN: JsonDict = {
    "plan_hash": PLAN,
    "transformations": ["beginner-simplify"],
    "language": "en",
    "learners": 31,
}


class InUseResponse(BaseModel):
    """A plan, and how many accounts have it; its name does not change when somebody acts."""

    plan_hash: str
    transformations: list[str]
    language: str
    learners: int

    @classmethod
    def of(cls, plan: EditionInUse) -> "InUseResponse":
        return cls(
            plan_hash=plan.edition.plan_name,
            transformations=list(plan.edition.plan.ids),
            language=plan.edition.plan.language,
            learners=plan.learners,
        )


class CountedPlanResponse(InUseResponse):
    """A plan with how much of the chapter is there for it; equal sections are counted once."""

    sections: int
    stored: int
    missing: int
    rejected: int
    pinned: int
    outdated_pins: int


class ChapterPlansResponse(BaseModel):
    """The plans in use of a chapter, the most used first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "chapter_id": "chapter-02",
                    "title": "Nodes",
                    "revision": 4,
                    "plans": [
                        {
                            **EXAMPLE_PLAN,
                            "sections": 7,
                            "stored": 6,
                            "missing": 0,
                            "rejected": 1,
                            "pinned": 1,
                            "outdated_pins": 0,
                        }
                    ],
                }
            ]
        }
    )

    chapter_id: str
    title: str
    revision: int
    plans: list[CountedPlanResponse]

    @classmethod
    def of(cls, plans: ChapterPlans, counts: list[PlanCounts]) -> "ChapterPlansResponse":
        return cls(
            chapter_id=plans.chapter.id,
            title=plans.chapter.title,
            revision=plans.revision,
            plans=[_count(each) for each in counts],
        )


def _count(counts: PlanCounts) -> CountedPlanResponse:
    return CountedPlanResponse(
        **InUseResponse.of(counts.plan).model_dump(),
        sections=counts.sections,
        stored=counts.stored,
        missing=counts.missing,
        rejected=counts.rejected,
        pinned=counts.pinned,
        outdated_pins=counts.outdated_pins,
    )


class PlanNeedResponse(InUseResponse):
    """A plan that needs calls now: for these sections, with so many tokens at most."""

    sections: list[str]
    input_tokens: int
    output_tokens: int


class ChangesResponse(BaseModel):
    """What an edit comes to; `calls` at most, for small neighbours share one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "chapter_id": "chapter-02",
                    "source_hash": SOURCE,
                    "compared_with": PLAN,
                    "sections": [
                        {
                            "id": "setup",
                            "title": "Setup",
                            "change": "changed",
                            "plans_missing": 1,
                        }
                    ],
                    "plans": 3,
                    "plans_needing_calls": [
                        {
                            **EXAMPLE_PLAN,
                            "sections": ["setup"],
                            "input_tokens": 2900,
                            "output_tokens": 410,
                        }
                    ],
                    "calls": 1,
                    "input_tokens": 2900,
                    "output_tokens": 410,
                    "cost_usd": 0.015,
                }
            ]
        }
    )

    chapter_id: str
    source_hash: str
    compared_with: str | None
    sections: list[SectionChange]
    plans: int
    plans_needing_calls: list[PlanNeedResponse]
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None

    @classmethod
    def of(cls, changes: Changes) -> "ChangesResponse":
        return cls(
            chapter_id=changes.chapter.id,
            source_hash=changes.chapter.source_hash,
            compared_with=changes.compared_with,
            sections=list(changes.sections),
            plans=changes.plans,
            plans_needing_calls=[
                PlanNeedResponse(
                    **InUseResponse.of(need.plan).model_dump(),
                    sections=list(need.sections),
                    input_tokens=need.input_tokens,
                    output_tokens=need.output_tokens,
                )
                for need in changes.needs
            ],
            calls=changes.calls,
            input_tokens=changes.input_tokens,
            output_tokens=changes.output_tokens,
            cost_usd=None if changes.cost_usd is None else float(changes.cost_usd),
        )
