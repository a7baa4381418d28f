"""The wire of review: plans in use, changes, sections side by side, the queue, the book."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from server.instruction.act_schemas import PLAN
from server.instruction.domain import (
    Change,
    Changes,
    ChapterPlans,
    Concern,
    Item,
    LockedBy,
    PinState,
    PlanCounts,
    PlanInUse,
    Review,
    ReviewedPin,
    ReviewedSection,
)
from server.personalization.domain import SectionStatus
from server.rewriting.domain import SectionRewrite

SOURCE = "4f0c2b9a7d1e48365c0f2b9a7d1e48365c0f2b9a7d1e48365c0f2b9a7d1e4836"
EXAMPLE_PLAN: JsonDict = {
    "plan_hash": PLAN,
    "transformations": ["beginner-simplify"],
    "language": "en",
    "learners": 31,
}
EXAMPLE_SECTION: JsonDict = {
    "id": "setup",
    "title": "Setup",
    "key": SOURCE,
    "status": "cached",
    "original": "## Setup\n\nInstall the tools.\n",
    "shown": "## Setup\n\nFirst, install the tools.\n",
    "runs": [
        {
            "index": 1,
            "kind": "passage",
            "original": "Install the tools.",
            "shown": "First, install the tools.",
        }
    ],
    "notes": [],
    "llm_provider": "claude",
    "llm_model": "claude-sonnet-4-5",
    "verifier": {
        "state": "ready",
        "failed_check": None,
        "reason": None,
        "failures": 0,
        "retry_at": None,
        "repaired_check": "numbers",
    },
    "feedback": {"helpful": 12, "not_helpful": 1, "comments": ["Which tools?"]},
    "pins": [],
    "locked_by": None,
    "hint": None,
}


class InUseResponse(BaseModel):
    """A plan, and how many accounts have it; its name does not change when somebody acts."""

    plan_hash: str
    transformations: list[str]
    language: str
    learners: int

    @classmethod
    def of(cls, plan: PlanInUse) -> "InUseResponse":
        return cls(
            plan_hash=plan.plan_hash,
            transformations=list(plan.order.plan.ids),
            language=plan.order.plan.language,
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


class SectionChangeResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    change: Change
    plans_missing: int


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
    sections: list[SectionChangeResponse]
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
            sections=[SectionChangeResponse.model_validate(each) for each in changes.sections],
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


class ReviewedRunResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    index: int
    kind: str
    original: str
    shown: str | None


class ReviewedNoteResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    kind: str
    text: str
    after: int | None


class VerifierResponse(BaseModel):
    """The store's record; `repaired_check` says why the text took a second reply."""

    model_config = ConfigDict(from_attributes=True)

    state: str
    failed_check: str | None
    reason: str | None
    failures: int
    retry_at: datetime | None
    repaired_check: str | None


class VerdictsResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    helpful: int
    not_helpful: int
    comments: list[str]


class PinResponse(BaseModel):
    """A pinned text; an outdated one is not shown to learners, and asks for review."""

    state: PinState
    section: str
    plan_hash: str
    edited: bool
    by: str | None
    at: datetime
    runs: list[str | None]
    notes: list[ReviewedNoteResponse]

    @classmethod
    def of(cls, pin: ReviewedPin) -> "PinResponse":
        answers = pin.rewrite.answers
        return cls(
            state=pin.state,
            section=pin.place.section_id,
            plan_hash=pin.place.plan_hash,
            edited=pin.edited,
            by=pin.by,
            at=pin.at,
            runs=[answers.get(index) for index in range(max(answers, default=-1) + 1)],
            notes=_list_notes(pin.rewrite),
        )


def _list_notes(rewrite: SectionRewrite | None) -> list[ReviewedNoteResponse]:
    notes = rewrite.notes if rewrite else ()
    return [ReviewedNoteResponse.model_validate(note) for note in notes]


class ReviewedSectionResponse(BaseModel):
    """A section beside its original; `shown` and `status` are null where nobody has asked yet."""

    id: str
    title: str
    key: str
    status: SectionStatus | None
    original: str
    shown: str | None
    runs: list[ReviewedRunResponse]
    notes: list[ReviewedNoteResponse]
    llm_provider: str | None
    llm_model: str | None
    verifier: VerifierResponse | None
    feedback: VerdictsResponse
    pins: list[PinResponse]
    locked_by: LockedBy | None
    hint: str | None

    @classmethod
    def of(cls, section: ReviewedSection) -> "ReviewedSectionResponse":
        shown, record = section.shown, section.record
        return cls(
            id=section.id,
            title=section.title,
            key=section.key,
            status=shown.status if shown else None,
            original=section.original,
            shown=shown.markdown if shown else None,
            runs=[ReviewedRunResponse.model_validate(run) for run in section.runs],
            notes=_list_notes(section.rewrite),
            llm_provider=shown.provider if shown else None,
            llm_model=shown.model if shown else None,
            verifier=VerifierResponse.model_validate(record) if record else None,
            feedback=VerdictsResponse(
                helpful=section.feedback.helpful,
                not_helpful=section.feedback.not_helpful,
                comments=list(section.feedback.comments),
            ),
            pins=[PinResponse.of(pin) for pin in section.pins],
            locked_by=section.locked_by,
            hint=section.hint,
        )


class ReviewResponse(BaseModel):
    """A chapter as the learners of one plan read it; `left_over` are pins of sections that went."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "chapter_id": "chapter-02",
                    "title": "Nodes",
                    "source_hash": SOURCE,
                    "revision": 4,
                    "plan": EXAMPLE_PLAN,
                    "sections": [EXAMPLE_SECTION],
                    "left_over": [],
                }
            ]
        }
    )

    chapter_id: str
    title: str
    source_hash: str
    revision: int
    plan: InUseResponse
    sections: list[ReviewedSectionResponse]
    left_over: list[PinResponse]

    @classmethod
    def of(cls, review: Review) -> "ReviewResponse":
        return cls(
            chapter_id=review.chapter.id,
            title=review.chapter.title,
            source_hash=review.chapter.source_hash,
            revision=review.revision,
            plan=InUseResponse.of(review.plan),
            sections=[ReviewedSectionResponse.of(section) for section in review.sections],
            left_over=[PinResponse.of(pin) for pin in review.left_over],
        )


class ItemResponse(BaseModel):
    """Something that needs eyes; without a section it is about the chapter as a whole."""

    concern: Concern
    chapter_id: str
    section: str | None
    title: str
    plan_hash: str | None
    learners: int
    details: dict[str, object]


class QueueResponse(BaseModel):
    """What needs eyes; what most learners meet comes first."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 1,
                    "items": [
                        {
                            "concern": "reported",
                            "chapter_id": "chapter-02",
                            "section": "setup",
                            "title": "Setup",
                            "plan_hash": PLAN,
                            "learners": 31,
                            "details": {"not_helpful": 2, "comments": ["Which tools?"]},
                        }
                    ],
                }
            ]
        }
    )

    total: int
    items: list[ItemResponse]

    @classmethod
    def of(cls, items: list[Item], *, limit: int, offset: int) -> "QueueResponse":
        return cls(
            total=len(items),
            items=[
                ItemResponse(
                    concern=item.concern,
                    chapter_id=item.chapter_id,
                    section=item.section,
                    title=item.title,
                    plan_hash=item.plan_hash,
                    learners=item.learners,
                    details=dict(item.details),
                )
                for item in items[offset : offset + limit]
            ],
        )


class TermResponse(BaseModel):
    """A term, and the sections that hold it by chapter."""

    model_config = ConfigDict(from_attributes=True)

    term: str
    definition: str
    keep: bool
    translations: dict[str, str]
    occurs_in: dict[str, list[str]]


class GlossaryResponse(BaseModel):
    """The book's glossary; `problem` says what is wrong with the file since its last edit."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "terms": [
                        {
                            "term": "digital twin",
                            "definition": "A simulated copy of a robot.",
                            "keep": False,
                            "translations": {"ur": "ڈیجیٹل جڑواں"},
                            "occurs_in": {"chapter-02": ["setup"]},
                        }
                    ],
                    "problem": None,
                }
            ]
        }
    )

    terms: list[TermResponse]
    problem: str | None


class CatalogueEntryResponse(BaseModel):
    """A transformation; `condition` says in words when it applies."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    why: str
    condition: str
    order: int
    adds: str
    excludes: list[str]
    facts: list[str]
    applied_last_30_days: int


class CatalogueResponse(BaseModel):
    """Every transformation, in the order in which a plan has them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "transformations": [
                        {
                            "id": "beginner-simplify",
                            "title": "Simpler words",
                            "why": "You are new to programming.",
                            "condition": "programming experience is “Beginner”",
                            "order": 10,
                            "adds": "runs",
                            "excludes": [],
                            "facts": [],
                            "applied_last_30_days": 412,
                        }
                    ]
                }
            ]
        }
    )

    transformations: list[CatalogueEntryResponse]
