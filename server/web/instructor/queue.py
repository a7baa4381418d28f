"""The page of what needs eyes: reported, falling back, pinned but outdated."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter

from server.core.database.dependencies import SessionDep
from server.generation.renditions.dependencies import OrderDeskDep
from server.staff.instruction.domain import Concern, Item
from server.staff.instruction.queue.service import list_queue
from server.web.dependencies import InstructorPageDep, PagesDep, TitlesDep, VisitDep
from server.web.instructor.words import name_check, name_version, write_time

router = APIRouter(include_in_schema=False)

ITEMS_PER_PAGE = 50
COMMENTS = TypeAdapter(list[str])
CONCERNS: Mapping[Concern, str] = {
    Concern.REPORTED: "Reported",
    Concern.FALLING_BACK: "Falls back",
    Concern.OUTDATED_PIN: "Pin outdated",
}


@dataclass(frozen=True, slots=True)
class PresentedItem:
    """An item with the way to its section, and what is known about it in sentences."""

    name: str
    concern: Concern
    address: str
    title: str
    place: str  # the chapter that a section is of
    version: str | None
    learners: int
    sentences: tuple[str, ...]
    comments: tuple[str, ...]
    more_comments: int


@router.get("/instructor/queue")
async def show_queue(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    desk: OrderDeskDep,
    titles: TitlesDep,
    concern: Concern | None = None,
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> HTMLResponse:
    found = await list_queue(session, desk)
    wanted = [item for item in found if concern in {None, item.concern}]
    last = max(1, ceil(len(wanted) / ITEMS_PER_PAGE))
    shown = _cut(wanted, min(page, last))
    context = {
        "items": [present_item(item, titles) for item in shown],
        "total": len(found),
        "counts": Counter(item.concern for item in found),
        "concerns": CONCERNS,
        "chosen": concern,
        "page": min(page, last),
        "last": last,
    }
    return pages.show(visit, "instructor/queue.html", context)


def _cut(items: Sequence[Item], page: int) -> Sequence[Item]:
    return items[(page - 1) * ITEMS_PER_PAGE : page * ITEMS_PER_PAGE]


def present_item(item: Item, titles: Mapping[str, str]) -> PresentedItem:
    comments = _list_comments(item)
    total = item.details.get("comments_total")
    chapter, is_whole = titles.get(item.chapter_id, item.chapter_id), item.section is None
    return PresentedItem(
        name=CONCERNS[item.concern],
        concern=item.concern,
        address=_write_address(item),
        title=chapter if is_whole else item.title,
        place="The chapter as a whole" if is_whole else chapter,
        version=name_version(item.plan) if item.plan else None,
        learners=item.learners,
        sentences=tuple(_DESCRIBING[item.concern](item)),
        comments=comments,
        more_comments=total - len(comments) if isinstance(total, int) else 0,
    )


def _write_address(item: Item) -> str:
    """The review at its section; without a plan the most used is shown."""
    query = f"?{urlencode({'plan': item.plan_hash})}" if item.plan_hash else ""
    anchor = f"#{quote(item.section)}" if item.section is not None else ""
    return f"/instructor/review/{quote(item.chapter_id)}{query}{anchor}"


def _list_comments(item: Item) -> tuple[str, ...]:
    return tuple(COMMENTS.validate_python(item.details.get("comments", [])))


def _describe_reported(item: Item) -> list[str]:
    number = item.details["not_helpful"]
    people = "One learner" if number == 1 else f"{number} learners"
    return [f"{people} did not find it helpful."] if number else []


def _describe_falling_back(item: Item) -> list[str]:
    number, check = item.details["failures"], item.details["failed_check"]
    times = "once" if number == 1 else f"{number} times"
    told = f"The model’s text failed {times}, so learners read the author’s."
    return [told, f"The check it failed: {name_check(str(check))}."] if check else [told]


def _describe_outdated(item: Item) -> list[str]:
    is_gone = item.details["section_is_gone"]
    change = "the section is gone" if is_gone else "the section has changed since"
    pinned = datetime.fromisoformat(str(item.details["pinned_at"]))
    return [f"Pinned on {write_time(pinned)}; {change}, so learners do not read it."]


_DESCRIBING = {
    Concern.REPORTED: _describe_reported,
    Concern.FALLING_BACK: _describe_falling_back,
    Concern.OUTDATED_PIN: _describe_outdated,
}
