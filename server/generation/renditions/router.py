"""HTTP for personalised chapters: decode, delegate, encode."""

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent

from server.core.http.openapi import describe_problems
from server.generation.renditions import service
from server.generation.renditions.dependencies import (
    LastEventIdDep,
    OrderDep,
    OrderToPlanDep,
    PreparedDep,
    ResourcesDep,
    get_resources,
)
from server.generation.renditions.preview.domain import Preview
from server.generation.renditions.preview.service import preview
from server.generation.renditions.schemas import DESCRIBED_STREAM, RenditionResponse
from server.generation.renditions.stream import write_stream

router = APIRouter(
    prefix="/personalize",
    tags=["personalization"],
    responses=describe_problems(401, 403, 404, 422, 503),
)


@router.post("", response_model=RenditionResponse, responses=describe_problems(429))
async def create_rendition(order: OrderDep, request: Request) -> Response:
    """The chapter, rewritten for the learner who asks: from the cache, or once through a model.

    A model's failure is never an error: the sections concerned are the author's, with a notice.
    """
    body = await service.render_json(await get_resources(request), order)
    return Response(body, media_type="application/json")


@router.post(
    "/stream",
    response_class=EventSourceResponse,
    responses={**describe_problems(429), 200: DESCRIBED_STREAM},
)
async def stream_rendition(
    prepared: PreparedDep, resources: ResourcesDep, last_event_id: LastEventIdDep = None
) -> AsyncIterator[ServerSentEvent]:
    """The same, each section as soon as it is ready: `plan`, a `section` for each, then `done`.

    Everything that can be refused is refused before the first byte; what fails later comes as an
    `error` event with a problem. A broken connection is resumed by sending the request again with
    the id of the last event. Comments keep an idle connection open.
    """
    events = service.watch(resources, prepared)
    async for event in write_stream(events, prepared, last_event_id):
        yield event


@router.get("/plan")
async def preview_plan(order: OrderToPlanDep, resources: ResourcesDep) -> Preview:
    """What would be done to the chapter for the learner who asks, and why; calls no model."""
    return await preview(resources, order)
