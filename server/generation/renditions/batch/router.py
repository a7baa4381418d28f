"""HTTP for several orders in one request."""

from fastapi import APIRouter, Request

from server.core.http.openapi import describe_problems
from server.core.http.problems import write_problem
from server.errors import TextbookError
from server.generation.renditions import service
from server.generation.renditions.answers import answer
from server.generation.renditions.batch.schemas import (
    BatchItemResponse,
    BatchRequest,
    BatchResponse,
)
from server.generation.renditions.dependencies import OrderDeskDep, ResourcesDep, place_for
from server.generation.renditions.domain import Prepared, Rendition
from server.generation.renditions.schemas import PersonalizeRequest
from server.learners.accounts.dependencies import LearnerDep

router = APIRouter(
    prefix="/personalize/batch",
    tags=["personalization"],
    responses=describe_problems(401, 422, 503),
)


@router.post("")
async def create_renditions(
    learner: LearnerDep,
    desk: OrderDeskDep,
    resources: ResourcesDep,
    body: BatchRequest,
    request: Request,
) -> BatchResponse:
    """Up to 20 chapters at once, for prefetching; one that is refused does not fail the others.

    Each counts for the limits and is logged as if it had been asked for alone.
    """

    async def prepare(each: PersonalizeRequest) -> Prepared:
        return await service.prepare(resources, await place_for(desk, learner.id, each))

    outcomes = await service.render_all(resources, map(prepare, body.requests))
    answered = zip(body.requests, outcomes, strict=True)
    return BatchResponse(results=[_describe(*each, request.url.path) for each in answered])


def _describe(
    request: PersonalizeRequest, outcome: Rendition | TextbookError, path: str
) -> BatchItemResponse:
    if isinstance(outcome, TextbookError):
        wait = outcome.headers.get("Retry-After")
        return BatchItemResponse(
            chapter_id=request.chapter_id,
            status=outcome.status,
            result=None,
            problem=write_problem(outcome, path),
            retry_after=int(wait) if wait is not None else None,
        )
    return BatchItemResponse(
        chapter_id=outcome.order.chapter.id,
        status=200,
        result=answer(outcome),
        problem=None,
        retry_after=None,
    )
