"""HTTP for feedback: learners give it, see it and take it back; instructors read it."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from server.core.database.dependencies import SessionDep
from server.core.http.openapi import describe_problems
from server.insight.feedback import service
from server.insight.feedback.dependencies import (
    AnyChapterNameDep,
    ChapterNameDep,
    FeedbackDep,
    SectionName,
)
from server.insight.feedback.domain import StoredFeedback
from server.insight.feedback.schemas import (
    FeedbackPageResponse,
    FeedbackResponse,
    OwnFeedbackResponse,
)
from server.learners.accounts.dependencies import (
    ClaimsDep,
    InstructorDep,
    LearnerDep,
    forbid_storing,
)

LARGEST_PAGE = 200
LARGEST_OFFSET = 2**31 - 1

router = APIRouter(
    prefix="/feedback",
    tags=["feedback"],
    dependencies=[Depends(forbid_storing)],
    responses=describe_problems(401, 403, 422),
)


@router.post(
    "",
    status_code=201,
    responses={
        200: {"model": FeedbackResponse, "description": "Changed"},
        **describe_problems(404),
    },
)
async def give_feedback(
    claims: ClaimsDep, feedback: FeedbackDep, session: SessionDep, response: Response
) -> FeedbackResponse:
    """Say whether a section, or the chapter as a whole, helped; once more to change it.

    It is kept with the section key and the plan of what the learner is shown.
    """
    stored = await service.remember_feedback(session, claims.user_id, feedback)
    response.status_code = _status_of(stored)
    return FeedbackResponse.model_validate(stored)


@router.get("")
async def read_own_feedback(
    learner: LearnerDep, session: SessionDep, chapter_id: ChapterNameDep
) -> OwnFeedbackResponse:
    """What the learner who asks has said about a chapter and its sections."""
    listed = await service.list_own_feedback(session, learner.id, chapter_id)
    return OwnFeedbackResponse.model_validate({"feedback": listed})


@router.delete("", status_code=204)
async def take_back_feedback(
    learner: LearnerDep,
    session: SessionDep,
    chapter_id: ChapterNameDep,
    section: SectionName = None,
) -> None:
    """Take back what was said about a section, or about the chapter as a whole."""
    await service.delete_feedback(session, learner.id, chapter_id, section)


@router.get("/all", responses=describe_problems(403))
async def list_feedback(
    _instructor: InstructorDep,
    session: SessionDep,
    chapter_id: AnyChapterNameDep,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 50,
    offset: Annotated[int, Query(ge=0, le=LARGEST_OFFSET)] = 0,
) -> FeedbackPageResponse:
    """For instructors: what all learners say, the latest first, without who says it."""
    page = await service.list_feedback(session, chapter_id, limit=limit, offset=offset)
    return FeedbackPageResponse.model_validate(page)


def _status_of(stored: StoredFeedback) -> HTTPStatus:
    return HTTPStatus.CREATED if stored.is_new else HTTPStatus.OK
