"""The page of figures: how the book is used, how fast it answers, what it costs."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import HTMLResponse

from server.analytics import service as analytics
from server.analytics.dependencies import get_period
from server.analytics.domain import Period
from server.database.dependencies import SessionDep
from server.web.dependencies import AdminPageDep, PagesDep, TitlesDep, VisitDep

router = APIRouter(include_in_schema=False)


def get_page_period(
    start: Annotated[str, Query(alias="from")] = "", end: Annotated[str, Query(alias="to")] = ""
) -> Period:
    """The form sends its empty fields, too."""
    return get_period(start or None, end or None)


@router.get("/admin")
async def show_figures(
    visit: VisitDep,
    _admin: AdminPageDep,
    pages: PagesDep,
    session: SessionDep,
    titles: TitlesDep,
    period: Annotated[Period, Depends(get_page_period)],
) -> HTMLResponse:
    summary = await analytics.summarize(session, period)
    most = max((each.requests for each in summary.requests_by_chapter), default=1)
    slowest = max((each.p95_ms for each in summary.response_time), default=1)
    context = {"summary": summary, "most": most, "slowest": slowest, "titles": titles}
    query = visit.request.query_params
    dates = {"start": query.get("from", ""), "end": query.get("to", "")}
    return pages.show(visit, "admin/figures.html", {**context, **dates})
