"""The instructors' first page: what is stored of each chapter, warm-ups, and what readers say."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.chapters.dependencies import LibraryDep
from server.database.dependencies import SessionDep
from server.feedback import service as feedback
from server.instruction.overview import list_stock
from server.personalization import service as renditions
from server.warming.jobs import list_latest_jobs
from server.web.dependencies import InstructorPageDep, PagesDep, VisitDep
from server.web.instructor.clearing import ClearedDep
from server.web.instructor.jobs import present_job

router = APIRouter(include_in_schema=False)

LATEST_FEEDBACK = 20


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
    context = {
        "stock": stock,
        "titles": titles,
        "stats": await renditions.weigh_stored(session),
        "jobs": [present_job(job, titles) for job in await list_latest_jobs(session)],
        "heard": await feedback.list_feedback(session, limit=LATEST_FEEDBACK),
        "cleared": cleared,
    }
    return pages.show(visit, "instructor/overview.html", context)
