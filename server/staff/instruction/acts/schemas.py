"""The wire of acts: what an instructor asks for, what was done, and the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from server.core.auditing.domain import ActKind, RecordedAct
from server.generation.corrections.domain import LONGEST_HINT
from server.generation.rewriting.domain import Note
from server.learners.accounts.domain import Account
from server.learners.profiles.schemas import OnboardingRequest

PLAN = "9b1c7a5e3d2f40618c7b5a3e9d1f20468c7b5a3e9d1f20469b1c7a5e3d2f4061"
MOST_RUNS = 500
LONGEST_RUN = 20_000
LONGEST_NAME = 1_000
# No control characters, and none of the marks that stand for what must not change.
PLAIN_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f⟦⟧]*$"

EXAMPLE_SECTION: JsonDict = {"section": "setup", "plan_hash": PLAN}

SectionName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00]+$")]


class LockRequest(BaseModel):
    """A section of the chapter."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"section": "setup"}]})

    section: SectionName = Field(description="The section's id.")


class PinRequest(LockRequest):
    """A section under a plan."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE_SECTION]})

    plan_hash: str = Field(
        max_length=64,
        description="A plan in use, by the name that `plans` gives it or that an answer has now.",
    )


class RejectRequest(PinRequest):
    """A text to drop, and what the next one should do better."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**EXAMPLE_SECTION, "hint": "Explain what a workspace is."}]
        }
    )

    hint: (
        Annotated[
            str,
            StringConstraints(
                strip_whitespace=True, min_length=1, max_length=LONGEST_HINT, pattern=PLAIN_TEXT
            ),
        ]
        | None
    ) = Field(default=None, description="A remark for the model; no rule gives way to it.")


class RunRequest(BaseModel):
    """New words for one run; `⟦1⟧` stands for what must not change, as in the review."""

    index: int = Field(ge=0, le=100_000)
    text: str = Field(max_length=LONGEST_RUN)


class NoteRequest(BaseModel):
    kind: str = Field(max_length=40)
    text: str = Field(max_length=LONGEST_RUN)
    after: int | None = Field(default=None, ge=0, le=100_000)


class EditRequest(PinRequest):
    """New words for some runs; notes only if they are to be replaced, all of them."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {**EXAMPLE_SECTION, "runs": [{"index": 1, "text": "Install ⟦1⟧ before you begin."}]}
            ]
        }
    )

    runs: list[RunRequest] = Field(max_length=MOST_RUNS)
    notes: list[NoteRequest] | None = Field(default=None, max_length=50)

    def list_runs(self) -> Mapping[int, str]:
        return {run.index: run.text for run in self.runs}

    def list_notes(self) -> tuple[Note, ...] | None:
        if self.notes is None:
            return None
        return tuple(Note(note.kind, note.text, note.after) for note in self.notes)


class DryRunRequest(BaseModel):
    """A learner who may not exist, and a chapter."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "chapter_id": "chapter-02",
                    "onboarding": {
                        "programming_experience": "Beginner",
                        "hardware_availability": "Jetson Kit",
                    },
                }
            ]
        }
    )

    chapter_id: str
    onboarding: OnboardingRequest = Field(default_factory=OnboardingRequest)


class ActResponse(BaseModel):
    """What was done; `changed` is false where everything was so already."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "act": "pin",
                    "chapter_id": "chapter-02",
                    "section": "setup",
                    "plan_hash": PLAN,
                    "changed": True,
                }
            ]
        }
    )

    act: ActKind
    chapter_id: str
    section: str
    plan_hash: str | None
    changed: bool


class RecordedActResponse(BaseModel):
    """Who did what; `who` is null where the account has been erased, an address for admins only."""

    id: int
    act: ActKind
    who: str | None
    user_id: int | None
    chapter_id: str | None
    section: str | None
    plan_hash: str | None
    details: dict[str, object]
    created_at: datetime

    @classmethod
    def of(cls, act: RecordedAct, reader: Account) -> "RecordedActResponse":
        return cls(
            id=act.id,
            act=act.act,
            who=reader.name_colleague(act.who),
            user_id=act.user_id,
            chapter_id=act.chapter_id,
            section=act.section,
            plan_hash=act.plan_hash,
            details=dict(act.details),
            created_at=act.created_at,
        )


class AuditResponse(BaseModel):
    """The audit log, the newest first; `total` counts all that was asked for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 1,
                    "acts": [
                        {
                            "id": 7,
                            "act": "reject",
                            "who": "grace",
                            "user_id": 3,
                            "chapter_id": "chapter-02",
                            "section": "setup",
                            "plan_hash": PLAN,
                            "details": {"hint": "Explain what a workspace is."},
                            "created_at": "2026-11-21T09:00:00Z",
                        }
                    ],
                }
            ]
        }
    )

    total: int
    acts: list[RecordedActResponse]
