"""The page of the catalogue: every transformation, when it applies, and what it says to a model."""

import re

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.core.database.dependencies import SessionDep
from server.generation.renditions.dependencies import OrderDeskDep
from server.staff.instruction.book import service as book
from server.web.dependencies import InstructorPageDep, PagesDep, VisitDep

router = APIRouter(include_in_schema=False)

_ADDRESS = re.compile(r"(https?://[^\s()<>\"']+(?<![.,;:]))")


@router.get("/instructor/catalogue")
async def show_catalogue(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    desk: OrderDeskDep,
) -> HTMLResponse:
    described = await book.list_catalogue(session, desk)
    context = {
        "entries": list(zip(described, desk.catalogue.entries, strict=True)),
        "titles": {entry.id: entry.title for entry in described},
        "split_addresses": split_addresses,
        "exceptions": await book.list_exceptions(desk),
    }
    return pages.show(visit, "instructor/catalogue.html", context)


def split_addresses(source: str) -> list[str]:
    """Words and addresses in turn, words first; whatever is no http(s) address is words."""
    return _ADDRESS.split(source)
