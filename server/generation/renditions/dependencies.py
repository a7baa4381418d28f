"""A request becomes an order, or is refused before the first byte."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Header, Query, Request

from server.core.packages import find_part
from server.generation.editions.domain import Order
from server.generation.editions.service import OrderDesk
from server.generation.renditions import service
from server.generation.renditions.domain import Prepared
from server.generation.renditions.resources import Resources
from server.generation.renditions.schemas import PersonalizeRequest
from server.generation.renditions.stream import continue_order
from server.learners.accounts.dependencies import ClaimsDep, bearer, read_claims

get_resources = find_part("resources", Resources)
get_order_desk = find_part("order_desk", OrderDesk)
ResourcesDep = Annotated[Resources, Depends(get_resources)]
OrderDeskDep = Annotated[OrderDesk, Depends(get_order_desk)]


async def place_order(
    request: Request, body: PersonalizeRequest, _documented: Annotated[str | None, Depends(bearer)]
) -> Order:
    """401 for who is not signed in, 404 for no such chapter, 422 for no such language.

    It asks for what it needs itself: for a cached chapter the framework's own way of handing it in
    takes longer than all of our work.
    """
    claims = await read_claims(request)
    desk = await get_order_desk(request)
    return await place_for(desk, claims.user_id, body)


async def place_for(desk: OrderDesk, user_id: int, body: PersonalizeRequest) -> Order:
    """What a learner asks for on the wire."""
    order = await desk.place(
        user_id,
        body.chapter_id,
        language=body.language,
        refresh=body.refresh,
        source_hash=body.source_hash,
    )
    form = replace(order.form, as_trees=body.form == "tree")
    return replace(order, form=form, inline=body.inline)


async def place_order_to_plan(
    claims: ClaimsDep,
    desk: OrderDeskDep,
    chapter_id: Annotated[str, Query(description="The chapter to plan for.")],
    language: Annotated[str | None, Query(description="A BCP-47 tag, to plan for once.")] = None,
) -> Order:
    """Order a chapter for whoever is signed in, to look at its plan."""
    return await desk.place(claims.user_id, chapter_id, language=language)


LastEventIdDep = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        description="The id of the last event that was received: sections that came are not sent "
        "again, unless the chapter or its plan has changed meanwhile, and a refresh that was begun "
        "is not begun again.",
    ),
]


async def prepare_order(
    order: Annotated[Order, Depends(place_order)],
    resources: ResourcesDep,
    last_event_id: LastEventIdDep = None,
) -> Prepared:
    """429 for who has had more chapters generated than one may; what is stored is never limited."""
    return await service.prepare(resources, continue_order(order, last_event_id))


OrderDep = Annotated[Order, Depends(place_order)]
PreparedDep = Annotated[Prepared, Depends(prepare_order)]
OrderToPlanDep = Annotated[Order, Depends(place_order_to_plan)]
