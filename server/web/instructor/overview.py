"""The instructors' first page: what is stored of each chapter, and what readers say."""

from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.database.dependencies import SessionDep
from server.feedback import service as feedback
from server.instruction.clearing import clear
from server.personalization import service as renditions
from server.personalization.domain import ClearScope
from server.web.dependencies import (
    InstructorPageDep,
    PagesDep,
    TitlesDep,
    TrustedForm,
    VisitDep,
)

router = APIRouter(include_in_schema=False)
logger = structlog.stdlib.get_logger(__name__)

LATEST_FEEDBACK = 20


@dataclass(frozen=True)
class ChapterCache:
    chapter_id: str
    title: str
    entries: int
    rewrites: int


@router.get("/instructor")
async def show_overview(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    titles: TitlesDep,
    cleared: int | None = None,
) -> HTMLResponse:
    stored = await renditions.count_by_chapter(session)
    rows = [
        ChapterCache(
            chapter_id, titles.get(chapter_id, chapter_id), *stored.get(chapter_id, (0, 0))
        )
        for chapter_id in [*titles, *(each for each in stored if each not in titles)]
    ]
    stats = await renditions.count_stored(session)
    heard = await feedback.list_feedback(session, limit=LATEST_FEEDBACK)
    context = {"rows": rows, "stats": stats, "heard": heard, "titles": titles, "cleared": cleared}
    return pages.show(visit, "instructor/overview.html", context)


@router.post("/instructor/clear", dependencies=[TrustedForm])
async def clear_cache(
    instructor: InstructorPageDep,
    session: SessionDep,
    chapter_id: Annotated[str, Form()] = "",
    rewrites: Annotated[str, Form()] = "",
) -> Response:
    """Clear one chapter, or all where none is named; said in the log with who did it."""
    scope = ClearScope(chapter_id=chapter_id or None)
    cleared = await clear(session, instructor.id, scope, rewrites=rewrites == "true")
    logger.info("cache cleared", user_id=instructor.id, scope=scope, cleared=cleared)
    return RedirectResponse(f"/instructor?cleared={cleared.renditions}", status_code=303)
