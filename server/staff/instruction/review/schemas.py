"""The wire of review: sections side by side, and the queue of what needs eyes."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from server.generation.renditions.domain import SectionStatus
from server.generation.rewriting.domain import SectionRewrite
from server.learners.accounts.domain import Account
from server.staff.instruction.domain import (
    LockedBy,
    PinState,
    Review,
    ReviewedPin,
    ReviewedRun,
    ReviewedSection,
    Verdicts,
)
from server.staff.instruction.plans.schemas import EXAMPLE_PLAN, SOURCE, InUseResponse

EXAMPLE_SECTION: JsonDict = {
    "id": "setup",
    "title": "Setup",
    "key": SOURCE,
    "status": "fallback",
    "original": "## Setup\n\nInstall the tools.\n",
    "shown": "## Setup\n\nInstall the tools.\n",
    "runs": [
        {
            "index": 1,
            "kind": "passage",
            "original": "Install the tools.",
            "shown": None,
        }
    ],
    "notes": [],
    "llm_provider": None,
    "llm_model": None,
    "verifier": {
        "state": "rejected",
        "failed_check": "numbers",
        "reason": "The number 37 is not in the section.",
        "failures": 2,
        "retry_at": "2026-11-21T11:00:00Z",
        "repaired_check": "units",
    },
    "feedback": {"helpful": 12, "not_helpful": 1, "comments": ["Which tools?"]},
    "pins": [],
    "locked_by": None,
    "hint": None,
}


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
    def of(cls, pin: ReviewedPin, reader: Account) -> "PinResponse":
        answers = pin.rewrite.answers
        return cls(
            state=pin.state,
            section=pin.place.section_id,
            plan_hash=pin.place.plan_hash,
            edited=pin.edited,
            by=reader.name_colleague(pin.by),
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
    runs: list[ReviewedRun]
    notes: list[ReviewedNoteResponse]
    llm_provider: str | None
    llm_model: str | None
    verifier: VerifierResponse | None
    feedback: Verdicts
    pins: list[PinResponse]
    locked_by: LockedBy | None
    hint: str | None

    @classmethod
    def of(cls, section: ReviewedSection, reader: Account) -> "ReviewedSectionResponse":
        shown, record = section.shown, section.record
        return cls(
            id=section.id,
            title=section.title,
            key=section.key,
            status=shown.status if shown else None,
            original=section.original,
            shown=shown.markdown if shown else None,
            runs=list(section.runs),
            notes=_list_notes(section.rewrite),
            llm_provider=shown.provider if shown else None,
            llm_model=shown.model if shown else None,
            verifier=VerifierResponse.model_validate(record) if record else None,
            feedback=section.feedback,
            pins=[PinResponse.of(pin, reader) for pin in section.pins],
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
    def of(cls, review: Review, reader: Account) -> "ReviewResponse":
        return cls(
            chapter_id=review.chapter.id,
            title=review.chapter.title,
            source_hash=review.chapter.source_hash,
            revision=review.revision,
            plan=InUseResponse.of(review.plan),
            sections=[ReviewedSectionResponse.of(each, reader) for each in review.sections],
            left_over=[PinResponse.of(pin, reader) for pin in review.left_over],
        )
