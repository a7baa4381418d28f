"""The wire of acts: what an instructor asks for."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from server.generation.corrections.domain import LONGEST_HINT
from server.generation.rewriting.domain import Note
from server.learners.profiles.schemas import OnboardingRequest
from server.staff.instruction.wire import name

MOST_RUNS = 500
MOST_SECTIONS = 1_000
LONGEST_RUN = 20_000
LONGEST_NAME = 1_000
# No control characters, and none of the marks that stand for what must not change.
PLAIN_TEXT = r"^[^\x00-\x08\x0b-\x1f\x7f⟦⟧]*$"

SectionName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME, pattern=r"^[^\x00]+$")]

PlanHash = Annotated[
    str,
    Field(
        max_length=64,
        description="A plan in use, by the name that `plans` gives it or that an answer has now.",
    ),
]


class LockRequest(BaseModel):
    """The section that an instructor locks or unlocks."""

    model_config = name("LockRequest")

    section: SectionName = Field(description="The section's id.")


class PinRequest(LockRequest):
    """The section under a plan that an instructor pins."""

    model_config = name("PinRequest")

    plan_hash: PlanHash


class ReadText(LockRequest):
    """A text that somebody has read."""

    text_hash: str = Field(max_length=64, description="Its `text_hash` in the review.")


class AcceptRequest(BaseModel):
    """Texts of one plan that learners may read, as they were read by who accepts them."""

    model_config = name("AcceptRequest")

    plan_hash: PlanHash
    sections: list[ReadText] = Field(min_length=1, max_length=MOST_SECTIONS)

    def list_signs(self) -> Mapping[str, str]:
        return {each.section: each.text_hash for each in self.sections}


class RejectRequest(PinRequest):
    """The text that an instructor rejects, and what the next one should do better."""

    model_config = name("RejectRequest")

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
    """An instructor's new words for one run; `⟦1⟧` stands for what must not change."""

    index: int = Field(ge=0, le=100_000)
    text: str = Field(max_length=LONGEST_RUN)


class NoteRequest(BaseModel):
    """A note of an instructor's correction, on the wire."""

    kind: str = Field(max_length=40)
    text: str = Field(max_length=LONGEST_RUN)
    after: int | None = Field(default=None, ge=0, le=100_000)


class EditRequest(PinRequest):
    """An instructor's new words for some runs; notes only if all of them are to be replaced."""

    model_config = name("EditRequest")

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

    model_config = name("DryRunRequest")

    chapter_id: str
    onboarding: OnboardingRequest = Field(default_factory=OnboardingRequest)
