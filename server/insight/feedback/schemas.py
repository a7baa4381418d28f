"""The wire of feedback."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from server.insight.feedback.domain import (
    EXAMPLES,
    MAX_COMMENT_LENGTH,
    MAX_NAME_LENGTH,
    ReportedFault,
)


def _check_comment(comment: str) -> str | None:
    """No database holds a NUL as text; a comment of spaces is none."""
    if "\0" in comment:
        raise ValueError("must not hold a NUL character")
    return comment or None


Comment = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MAX_COMMENT_LENGTH),
    AfterValidator(_check_comment),
]


class FeedbackRequest(BaseModel):
    """A thumb up or down, and a word on why; it replaces what was said before."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("FeedbackRequest"))

    chapter_id: str = Field(description="The chapter's path below DOCS_DIR, without its ending.")
    section: Annotated[str, Field(min_length=1, max_length=MAX_NAME_LENGTH)] | None = Field(
        default=None, description="The section's id; without one, the chapter as a whole is judged."
    )
    helpful: bool
    comment: Comment | None = Field(
        default=None, description="Plain text; spaces around it are taken off."
    )
    fault: ReportedFault | None = Field(
        default=None, description="What is wrong with it, where it did not help."
    )
    language: str | None = Field(
        default=None, description="The language that was asked for, if not the profile's."
    )

    @model_validator(mode="after")
    def _check_fault(self) -> Self:
        if self.helpful and self.fault is not None:
            raise ValueError("What helped has no fault: leave out `fault`, or say helpful: false.")
        return self


class FeedbackResponse(BaseModel):
    """What a learner said; `section` is null for the chapter as a whole."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra=EXAMPLES.show("FeedbackResponse")
    )

    chapter_id: str
    section: str | None
    helpful: bool
    comment: str | None
    fault: ReportedFault | None
    created_at: datetime
    updated_at: datetime


class OwnFeedbackResponse(BaseModel):
    """All that the learner said about a chapter."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("OwnFeedbackResponse"))

    feedback: list[FeedbackResponse]


class JudgedFeedbackResponse(FeedbackResponse):
    """Feedback with the names of what was judged, and without whose it is."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("JudgedFeedbackResponse"))

    section_key: str | None
    plan_hash: str


class FeedbackPageResponse(BaseModel):
    """Feedback of all learners, the latest first; the counts are of the whole, not of the page."""

    model_config = ConfigDict(
        from_attributes=True, json_schema_extra=EXAMPLES.show("FeedbackPageResponse")
    )

    total: int
    helpful: int
    feedback: list[JudgedFeedbackResponse]
