"""The instructors' first page: what is stored of each chapter, warm-ups, and what learners say."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

import anyio.to_thread
import structlog
from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.library import ChapterLibrary
from server.core.database.dependencies import SessionDep
from server.errors import TextbookError
from server.generation.renditions.cache import service as renditions
from server.generation.renditions.cache.domain import Cleared, ClearScope
from server.generation.warming.jobs.service import list_latest_jobs
from server.insight.feedback import service as feedback
from server.staff.instruction.cache.service import clear, list_stock
from server.staff.instruction.dependencies import LARGEST_ID, get_scope
from server.web.dependencies import InstructorPageDep, TrustedForm, VisitDep
from server.web.instructor.warming import about_jobs

router = APIRouter(include_in_schema=False)
logger = structlog.stdlib.get_logger(__name__)

CHAPTER_NAME = r"^[^\x00]*$"


def get_cleared(
    cleared: Annotated[int | None, Query(ge=0)] = None,
    sections: Annotated[int, Query(ge=0)] = 0,
) -> Cleared | None:
    """What the form before this page has cleared."""
    return None if cleared is None else Cleared(renditions=cleared, rewrites=sections)


def get_form_scope(
    chapter_id: Annotated[str, Form(max_length=255, pattern=CHAPTER_NAME)] = "",
    user_id: Annotated[int | None, Form(ge=1, le=LARGEST_ID)] = None,
    everything: Annotated[bool, Form(alias="all")] = False,
) -> ClearScope:
    """Read what the instructors' form clears; a field that was left empty clears nothing."""
    return get_scope(chapter_id or None, user_id, everything)


@dataclass(frozen=True, slots=True)
class ClearForm:
    """What a form asks for, and the page that it stands on."""

    scope: Annotated[ClearScope, Depends(get_form_scope)]
    rewrites: Annotated[bool, Form()] = False
    back: Annotated[str, Form()] = ""

    @property
    def page(self) -> str:
        chapter_id = self.scope.chapter_id
        if self.back == "chapter" and chapter_id is not None:
            return f"/instructor/chapters/{quote(chapter_id)}"
        return "/instructor"


ClearedDep = Annotated[Cleared | None, Depends(get_cleared)]
ClearFormDep = Annotated[ClearForm, Depends()]


@router.post("/instructor/clear", dependencies=[TrustedForm])
async def clear_cache(
    instructor: InstructorPageDep, session: SessionDep, form: ClearFormDep
) -> Response:
    """Clear the cache from the instructors' page; said in the log with who did it."""
    cleared = await clear(session, instructor.id, form.scope, rewrites=form.rewrites)
    logger.info("cache cleared", user_id=instructor.id, scope=form.scope, cleared=cleared)
    said = f"cleared={cleared.renditions}&sections={cleared.rewrites}"
    return RedirectResponse(f"{form.page}?{said}", status_code=303)


LATEST_FEEDBACK = 20
Headings = Mapping[tuple[str, str], str]  # by chapter and section


@router.get("/instructor")
async def show_overview(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    session: SessionDep,
    library: LibraryDep,
    cleared: ClearedDep,
) -> HTMLResponse:
    """The instructors' overview of the book."""
    stock = await list_stock(session, library)
    titles = {each.chapter_id: each.title for each in stock if each.title is not None}
    heard = await feedback.list_feedback(session, limit=LATEST_FEEDBACK)
    judged = {each.chapter_id for each in heard.feedback if each.section}
    context = {
        "stock": stock,
        "titles": titles,
        "stats": await renditions.weigh_stored(session),
        "jobs": await list_latest_jobs(session),
        **about_jobs(titles),
        "heard": heard,
        "headings": await anyio.to_thread.run_sync(_list_headings, library, judged),
        "cleared": cleared,
    }
    return visit.show("instructor/overview.html", context)


def _list_headings(library: ChapterLibrary, chapter_ids: Iterable[str]) -> Headings:
    """What the sections of these chapters are called, where they can still be read."""
    headings = dict[tuple[str, str], str]()
    for chapter_id in chapter_ids:
        with suppress(TextbookError):
            sections = library.load_chapter(chapter_id).sections
            headings |= {(chapter_id, each.id): each.title for each in sections if each.title}
    return headings
