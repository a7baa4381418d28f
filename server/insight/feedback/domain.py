"""What a learner says about a chapter or a section, as frozen values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from server.core.http.examples import Examples
from server.errors import NotFound

EXAMPLES = Examples(__file__)
MAX_COMMENT_LENGTH = 2_000
MAX_NAME_LENGTH = 255


class ReportedFault(StrEnum):
    """What a learner has against a text that did not help."""

    TOO_HARD = "too_hard"
    TOO_EASY = "too_easy"
    WRONG = "wrong"
    BAD_TRANSLATION = "bad_translation"


class SectionNotFound(NotFound):
    """Feedback is about a section that the chapter has not."""

    slug = "section-not-found"
    title = "There is no such section"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A rating, with the names of what was judged: its section key and its plan."""

    chapter_id: str
    section: str | None  # None: the chapter as a whole
    section_key: str | None  # None for the chapter as a whole
    plan_hash: str
    helpful: bool
    comment: str | None
    fault: ReportedFault | None  # of what did not help


@dataclass(frozen=True, slots=True)
class StoredFeedback(Feedback):
    """Feedback as it is kept; whose it is stays behind."""

    created_at: datetime
    updated_at: datetime

    @property
    def is_new(self) -> bool:
        """Whether the learner has not changed it since."""
        return self.updated_at == self.created_at


@dataclass(frozen=True, slots=True)
class FeedbackPage:
    """A part of all feedback, the latest first, with the counts of the whole."""

    total: int
    helpful: int
    feedback: tuple[StoredFeedback, ...]


@dataclass(frozen=True, slots=True)
class ChapterFeedback:
    """Learners' thumbs about a chapter, counted."""

    __pydantic_config__ = EXAMPLES.name("ChapterFeedbackResponse")

    chapter_id: str
    ratings: int
    helpful: int
    helpful_percent: float | None
    comments: int
