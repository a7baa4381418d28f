"""The page of figures: how the book is used, how fast it answers, what it costs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from server.core.database.dependencies import SessionsDep
from server.core.database.engine import Sessions
from server.generation.llm.domain import LLMHealth
from server.generation.renditions.dependencies import ResourcesDep
from server.insight.analytics.dependencies import DailyLimitDep
from server.insight.analytics.domain import Period
from server.web.admin import charts as drawing
from server.web.admin import rows
from server.web.admin.periods import Addresses, UsualPeriodDep, find_today, list_choices
from server.web.admin.report import gather_figures, look_around
from server.web.dependencies import AdminPageDep, PagesDep, TitlesDep, VisitDep

router = APIRouter(include_in_schema=False)

MOST_ROWS = 10  # of a table that is ordered by weight; its file holds them all


@router.get("/admin")
async def show_figures(
    visit: VisitDep,
    _admin: AdminPageDep,
    pages: PagesDep,
    sessions: SessionsDep,
    resources: ResourcesDep,
    titles: TitlesDep,
    daily_limit: DailyLimitDep,
    asked: UsualPeriodDep,
) -> HTMLResponse:
    today = find_today()
    context = {"asked": asked, "choices": list_choices(asked, today), "titles": titles}
    if asked.period is None:
        return pages.show(visit, "admin/period.html", context, status=422)
    shown = await _show(sessions, resources.llm.health(), asked.period, daily_limit, today)
    links = {"to": Addresses(asked), "most_rows": MOST_ROWS}
    return pages.show(visit, "admin/figures.html", {**context, **shown, **links})


async def _show(
    sessions: Sessions, llm: LLMHealth, period: Period, daily_limit: Decimal, today: date
) -> Mapping[str, object]:
    """No connection is held while the charts are drawn, which is done in a thread."""
    async with sessions.begin() as session:
        figures = await gather_figures(session, period, daily_limit, today)
    condition = await look_around(sessions, llm, daily_limit)
    uses, times, models = (
        rows.list_use(figures),
        rows.list_times(figures),
        rows.list_models(figures),
    )
    pictures = await anyio.to_thread.run_sync(
        drawing.draw_all, figures, uses, times, models, float(daily_limit) or None
    )
    return {
        "figures": figures,
        "condition": condition,
        "daily_limit": daily_limit or None,
        "uses": uses,
        "times": times,
        "models": models,
        "pictures": pictures,
        "sources": drawing.SOURCES,
        "name_part": drawing.name_part,
        "show_ms": drawing.show_ms,
        "show_usd": drawing.show_usd,
    }
