"""Keep, show and take back what learners say."""

from collections.abc import Mapping
from dataclasses import asdict

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import NotSignedIn
from server.insight.feedback import queries
from server.insight.feedback.domain import Feedback, FeedbackPage, StoredFeedback
from server.insight.feedback.queries import (
    count_by_chapter,
    delete_feedback,
    list_judged,
    list_own_feedback,
    list_reports,
)

__all__ = [
    "count_by_chapter",
    "delete_feedback",
    "list_judged",
    "list_own_feedback",
    "list_reports",
]


async def remember_feedback(
    session: AsyncSession, user_id: int, feedback: Feedback
) -> StoredFeedback:
    """One per learner and section: a second word replaces the first."""
    try:
        return await queries.save_feedback(session, user_id, feedback)
    except IntegrityError as error:
        # The account was erased since its token was read: there is nobody left to speak.
        raise NotSignedIn from error


async def list_feedback(
    session: AsyncSession, chapter_id: str | None = None, *, limit: int = 50, offset: int = 0
) -> FeedbackPage:
    """For instructors: what learners say, without who says it."""
    total, helpful = await queries.count_feedback(session, chapter_id)
    listed = await queries.list_feedback(session, chapter_id, limit=limit, offset=offset)
    return FeedbackPage(total=total, helpful=helpful, feedback=tuple(listed))


async def export_account(session: AsyncSession, user_id: int) -> Mapping[str, object]:
    """What feedback holds about a learner."""
    given = await list_own_feedback(session, user_id)
    return {"feedback": [asdict(each) for each in given]}
