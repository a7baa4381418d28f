"""Pages for instructors and admins: what is stored, what it costs, who may do what."""

from dataclasses import dataclass
from typing import Annotated

import anyio.to_thread
import structlog
from fastapi import APIRouter, Depends, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.analytics import service as analytics
from server.analytics.dependencies import get_period
from server.analytics.domain import Period
from server.auth import administration
from server.auth.domain import AccountRole
from server.chapters.dependencies import LibraryDep
from server.chapters.library import ChapterLibrary
from server.database.dependencies import SessionDep
from server.errors import Forbidden
from server.feedback import service as feedback
from server.instruction.clearing import clear
from server.personalization import service as renditions
from server.personalization.domain import ClearScope
from server.web.dependencies import (
    AdminPageDep,
    InstructorPageDep,
    PagesDep,
    TrustedForm,
    VisitDep,
)

router = APIRouter(include_in_schema=False)
logger = structlog.stdlib.get_logger(__name__)

LATEST_FEEDBACK = 20


def get_page_period(
    start: Annotated[str, Query(alias="from")] = "", end: Annotated[str, Query(alias="to")] = ""
) -> Period:
    """The form sends its empty fields, too."""
    return get_period(start or None, end or None)


@dataclass(frozen=True)
class ChapterCache:
    chapter_id: str
    title: str
    entries: int
    rewrites: int


@router.get("/instructor")
async def show_cache(
    visit: VisitDep,
    _instructor: InstructorPageDep,
    pages: PagesDep,
    session: SessionDep,
    library: LibraryDep,
    cleared: int | None = None,
) -> HTMLResponse:
    titles = await _list_titles(library)
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
    return pages.show(visit, "instructor.html", context)


async def _list_titles(library: ChapterLibrary) -> dict[str, str]:
    chapters = await anyio.to_thread.run_sync(library.list_chapters)
    return {each.chapter_id: each.title for each in chapters}


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


@router.get("/admin")
async def show_admin(
    visit: VisitDep,
    _admin: AdminPageDep,
    pages: PagesDep,
    session: SessionDep,
    library: LibraryDep,
    period: Annotated[Period, Depends(get_page_period)],
) -> HTMLResponse:
    summary = await analytics.summarize(session, period)
    most = max((each.requests for each in summary.requests_by_chapter), default=1)
    slowest = max((each.p95_ms for each in summary.response_time), default=1)
    titles = await _list_titles(library)
    context = {"summary": summary, "most": most, "slowest": slowest, "titles": titles}
    query = visit.request.query_params
    dates = {"start": query.get("from", ""), "end": query.get("to", "")}
    return pages.show(visit, "admin.html", {**context, **dates})


@router.get("/admin/accounts")
async def show_accounts(
    visit: VisitDep,
    _admin: AdminPageDep,
    pages: PagesDep,
    session: SessionDep,
    changed: int | None = None,
) -> HTMLResponse:
    accounts = await administration.list_all(session)
    context = {"accounts": accounts, "all_roles": list(AccountRole), "changed": changed}
    return pages.show(visit, "accounts.html", context)


@router.post("/admin/accounts", dependencies=[TrustedForm])
async def change_account(
    admin: AdminPageDep,
    session: SessionDep,
    email: Annotated[str, Form()],
    role: Annotated[AccountRole, Form()],
) -> Response:
    """Give an account another role; one's own stays, so that no site loses its last admin."""
    changed = await administration.set_role(session, email, role)
    if changed.id == admin.id:  # the change is taken back with the refusal
        raise Forbidden("Your own role can only be changed by another admin.")
    logger.info("role changed", user_id=admin.id, of_user_id=changed.id, role=role)
    return RedirectResponse(f"/admin/accounts?changed={changed.id}", status_code=303)
