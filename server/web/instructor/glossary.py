"""The page of the glossary: each term, its words in other languages, and where it occurs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from server.book.languages.tags import Direction, direction_of, display_name
from server.core.database.dependencies import SessionDep
from server.generation.renditions.dependencies import OrderDeskDep
from server.staff.instruction.book.domain import Terminology, TermLanguage, TermUse
from server.staff.instruction.book.service import TermSearch, describe_terms, search_terms
from server.web.dependencies import InstructorPageDep, PagesDep, TitlesDep, VisitDep

router = APIRouter(include_in_schema=False)

LONGEST_SEARCH = 200
SearchText = Annotated[str, Query(max_length=LONGEST_SEARCH)]


@dataclass(frozen=True)
class PresentedLanguage:
    """A language with what a page needs to show words of it."""

    use: TermLanguage
    name: str
    direction: Direction


@dataclass(frozen=True)
class PresentedTerm:
    """A term with its rendering, or None, in each language that is shown."""

    term: TermUse
    renderings: tuple[tuple[PresentedLanguage, str | None], ...]
    is_lacking: bool

    @property
    def sections(self) -> int:
        return sum(len(sections) for sections in self.term.occurs_in.values())


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
    languages = [_present_language(each) for each in terminology.languages]
    shown = [each for each in languages if wanted.language in {"", each.use.tag}]
    terms = [_present(terminology, each, shown) for each in search_terms(terminology, wanted)]
    context = {"terminology": terminology, "languages": languages, "wanted": wanted}
    return pages.show(
        visit, "instructor/glossary.html", {**context, "terms": terms, "titles": titles}
    )


def _present_language(use: TermLanguage) -> PresentedLanguage:
    return PresentedLanguage(use, display_name(use.tag), direction_of(use.tag))


def _present(
    terminology: Terminology, term: TermUse, shown: Sequence[PresentedLanguage]
) -> PresentedTerm:
    """A language that nobody reads in and that has no word for the term says nothing."""
    renderings = [(each, term.find_rendering(each.use.tag)) for each in shown]
    told = [(each, text) for each, text in renderings if text is not None or each.use.in_use]
    is_lacking = bool(terminology.list_lacking(term))
    return PresentedTerm(term, () if term.keep else tuple(told), is_lacking)
