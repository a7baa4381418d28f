"""HTTP for personalised chapters: decode, delegate, encode."""

from fastapi import APIRouter, Request, Response

from server.errors import describe_problems
from server.personalization import service
from server.personalization.dependencies import (
    OrderDep,
    OrderToPlanDep,
    ResourcesDep,
    get_resources,
)
from server.personalization.planning import preview
from server.personalization.schemas import PlanResponse, RenditionResponse

router = APIRouter(
    prefix="/personalize",
    tags=["personalization"],
    responses=describe_problems(401, 404, 422, 503),
)


@router.post("", response_model=RenditionResponse)
async def create_rendition(order: OrderDep, request: Request) -> Response:
    """The chapter, rewritten for the learner who asks: from the cache, or once through a model.

    A model's failure is never an error: the sections concerned are the author's, with a notice.
    """
    body = await service.render_json(await get_resources(request), order)
    return Response(body, media_type="application/json")


@router.get("/plan")
async def preview_plan(order: OrderToPlanDep, resources: ResourcesDep) -> PlanResponse:
    """What would be done to the chapter for the learner who asks, and why; calls no model."""
    return await preview(resources, order)
