"""The page of what needs eyes: reported, falling back, pinned but outdated, waiting."""

from collections import Counter
from datetime import datetime
from math import ceil
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from server.core.database.dependencies import SessionDep
from server.generation.renditions.dependencies import OrderDeskDep
from server.staff.instruction.domain import Concern, Item
from server.staff.instruction.queue.service import list_queue
from server.web.dependencies import InstructorPage, TitlesDep, VisitDep
from server.web.instructor import words

router = APIRouter(include_in_schema=False, dependencies=[InstructorPage])

ITEMS_PER_PAGE = 50


@router.get("/instructor/queue")
async def show_queue(
    visit: VisitDep,
    session: SessionDep,
    desk: OrderDeskDep,
    titles: TitlesDep,
    concern: Concern | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    """The instructors' page of what needs eyes."""
    found = await list_queue(session, desk)
    wanted = [item for item in found if concern in {None, item.concern}]
    last = max(1, ceil(len(wanted) / ITEMS_PER_PAGE))
    start = (min(page, last) - 1) * ITEMS_PER_PAGE
    context = {
        "items": wanted[start : start + ITEMS_PER_PAGE],
        "titles": titles,
        "words": words,
        "read_time": datetime.fromisoformat,
        "write_address": write_address,
        "total": len(found),
        "counts": Counter(item.concern for item in found),
        "chosen": concern,
        "page": min(page, last),
        "last": last,
    }
    return visit.show("instructor/queue.html", context)


def write_address(item: Item) -> str:
    """The review at its section; without a plan the most used is shown."""
    query = f"?{urlencode({'plan': item.plan_hash})}" if item.plan_hash else ""
    place = "review.waiting" if item.concern is Concern.WAITING else item.section
    anchor = f"#{quote(place)}" if place is not None else ""
    return f"/instructor/review/{quote(item.chapter_id)}{query}{anchor}"
