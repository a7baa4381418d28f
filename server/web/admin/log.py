"""The page of the request log: every answered personalisation, the newest first."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.core.database.dependencies import SessionDep
from server.generation.renditions.domain import Source
from server.insight.analytics import service as analytics
from server.insight.analytics.log.domain import LogPage
from server.web.admin.charts import SOURCES, show_ms, show_usd
from server.web.admin.filtering import NAMES, AskedLogDep
from server.web.dependencies import AdminPageDep, PagesDep, TitlesDep, VisitDep

router = APIRouter(include_in_schema=False)

ROWS_OF_A_PAGE = 50
STATUSES = {"ok": "Answered", "aborted": "Broken off"}


@router.get("/admin/log")
async def show_log(
    visit: VisitDep,
    _admin: AdminPageDep,
    pages: PagesDep,
    session: SessionDep,
    titles: TitlesDep,
    asked: AskedLogDep,
) -> HTMLResponse:
    page, status = LogPage((), None), 422
    if asked.days.period is not None and asked.wanted is not None:
        page = await analytics.list_log(
            session, asked.days.period, asked.wanted, after=asked.after, limit=ROWS_OF_A_PAGE
        )
        status = 200
    context = {
        "asked": asked,
        "page": page,
        "titles": titles,
        "names": NAMES,
        "sources": {source.value: SOURCES[source.value] for source in Source},
        "statuses": STATUSES,
        "show_ms": show_ms,
        "show_usd": show_usd,
    }
    return pages.show(visit, "admin/log.html", context, status=status)
