"""The instructors' first page: what is stored of each chapter, warm-ups, and what learners say."""

from collections.abc import Iterable, Mapping
from contextlib import suppress

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.book.chapters.dependencies import LibraryDep
from server.book.chapters.library import ChapterLibrary
from server.core.database.dependencies import SessionDep
from server.errors import TextbookError
from server.generation.renditions import service as renditions
from server.generation.warming.jobs.service import list_latest_jobs
from server.insight.feedback import service as feedback
from server.staff.instruction.cache.overview import list_stock
from server.web.dependencies import InstructorPageDep, PagesDep, VisitDep
from server.web.instructor.clearing import ClearedDep
from server.web.instructor.jobs import present_job

router = APIRouter(include_in_schema=False)

LATEST_FEEDBACK = 20
Headings = Mapping[tuple[str, str], str]  # by chapter and section


@router.get("/instructor")
async def show_overview(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    library: LibraryDep,
    cleared: ClearedDep,
) -> HTMLResponse:
    stock = await list_stock(session, library)
    titles = {each.chapter_id: each.title for each in stock if each.title is not None}
    heard = await feedback.list_feedback(session, limit=LATEST_FEEDBACK)
    judged = {each.chapter_id for each in heard.feedback if each.section}
    context = {
        "stock": stock,
        "titles": titles,
        "stats": await renditions.weigh_stored(session),
        "jobs": [present_job(job, titles) for job in await list_latest_jobs(session)],
        "heard": heard,
        "headings": await anyio.to_thread.run_sync(_list_headings, library, judged),
        "cleared": cleared,
    }
    return pages.show(visit, "instructor/overview.html", context)


def _list_headings(library: ChapterLibrary, chapter_ids: Iterable[str]) -> Headings:
    """What the sections of these chapters are called, where they can still be read."""
    headings = dict[tuple[str, str], str]()
    for chapter_id in chapter_ids:
        with suppress(TextbookError):
            sections = library.load_chapter(chapter_id).sections
            headings |= {(chapter_id, each.id): each.title for each in sections if each.title}
    return headings
