"""HTTP for several orders in one request."""

import asyncio
from collections.abc import Iterable

from fastapi import APIRouter, Request, Response

from server.core.http.openapi import describe_problems
from server.core.http.problems import write_problem
from server.errors import TextbookError
from server.generation.renditions import service
from server.generation.renditions.answers import LEFT_OUT, answer
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


@router.post("", response_model=BatchResponse)
async def create_renditions(
    learner: LearnerDep,
    desk: OrderDeskDep,
    resources: ResourcesDep,
    body: BatchRequest,
    request: Request,
) -> Response:
    """Up to 20 chapters at once, for prefetching; one that is refused does not fail the others.

    Each counts for the limits and is logged as if it had been asked for alone.
    """

    async def prepare(each: PersonalizeRequest) -> Prepared:
        return await service.prepare(resources, await place_for(desk, learner.id, each))

    outcomes = await service.render_all(resources, map(prepare, body.requests))
    answered = zip(body.requests, outcomes, strict=True)
    # Trees take a while to be rendered.
    results = await asyncio.to_thread(_write_results, answered, request.url.path)
    return Response(results, media_type="application/json")


def _write_results(
    answered: Iterable[tuple[PersonalizeRequest, Rendition | TextbookError]], path: str
) -> bytes:
    """Each as it would be sent alone, without its texts where they are to be had by reference."""
    items = list[str]()
    for request, outcome in answered:
        is_told = isinstance(outcome, Rendition) and outcome.is_by_reference
        left_out = {"result": LEFT_OUT} if is_told else None
        items.append(_describe(request, outcome, path).model_dump_json(exclude=left_out))
    return f'{{"results":[{",".join(items)}]}}'.encode()


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
