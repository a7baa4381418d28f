"""The page of the glossary: each term, its words in other languages, and where it occurs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from server.core.database.dependencies import SessionDep
from server.generation.renditions.dependencies import OrderDeskDep
from server.staff.instruction.book.service import TermSearch, describe_terms, search_terms
from server.web.dependencies import InstructorPageDep, PagesDep, TitlesDep, VisitDep

router = APIRouter(include_in_schema=False)

LONGEST_SEARCH = 200
SearchText = Annotated[str, Query(max_length=LONGEST_SEARCH)]


def get_search(words: SearchText = "", language: SearchText = "", show: str = "") -> TermSearch:
    """The form sends its empty fields, too."""
    return TermSearch(words.strip(), language, lacking=show == "lacking")


@router.get("/instructor/glossary")
async def show_glossary(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    desk: OrderDeskDep,
    titles: TitlesDep,
    wanted: Annotated[TermSearch, Depends(get_search)],
) -> HTMLResponse:
    terminology = await describe_terms(session, desk)
    context = {
        "terminology": terminology,
        "shown": [each for each in terminology.languages if wanted.language in {"", each.tag}],
        "wanted": wanted,
        "terms": search_terms(terminology, wanted),
        "titles": titles,
    }
    return pages.show(visit, "instructor/glossary.html", context)
