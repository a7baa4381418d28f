"""The page of figures: how the book is used, how fast it answers, what it costs."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from server.core.database.dependencies import SessionDep, SessionsDep
from server.core.database.engine import Sessions
from server.core.dates import Period
from server.generation.llm.domain import LLMHealth
from server.generation.renditions.dependencies import ResourcesDep
from server.insight.analytics.dependencies import LARGEST_PAGE, Answering, DailyLimitDep, Format
from server.insight.analytics.log.dependencies import LogQuestion, send_log
from server.insight.analytics.service import Question, load_table, open_scope
from server.web.admin import charts, report
from server.web.admin.log import AskedLogDep
from server.web.admin.periods import (
    Addresses,
    OpenPeriodDep,
    UsualPeriodDep,
    find_today,
    list_choices,
)
from server.web.admin.report import gather_figures, look_around
from server.web.dependencies import AdminPageDep, TitlesDep, VisitDep

router = APIRouter(include_in_schema=False)

MOST_ROWS = 10  # of a table that is ordered by weight; its file holds them all


@router.get("/admin")
async def show_figures(
    visit: VisitDep,
    _admin: AdminPageDep,
    sessions: SessionsDep,
    resources: ResourcesDep,
    titles: TitlesDep,
    daily_limit: DailyLimitDep,
    asked: UsualPeriodDep,
) -> HTMLResponse:
    """The admins' page of figures."""
    today = find_today()
    context = {"asked": asked, "choices": list_choices(asked, today), "titles": titles}
    if asked.period is None:
        return visit.show("admin/period.html", context, status=422)
    shown = await _show(sessions, resources.llm.health(), asked.period, daily_limit, today)
    links = {"to": Addresses(asked), "most_rows": MOST_ROWS}
    return visit.show("admin/figures.html", {**context, **shown, **links})


async def _show(
    sessions: Sessions, llm: LLMHealth, period: Period, daily_limit: Decimal, today: date
) -> Mapping[str, object]:
    """No connection is held while the charts are drawn, which is done in a thread."""
    async with sessions.begin() as session:
        figures = await gather_figures(session, period, daily_limit, today)
    condition = await look_around(sessions, llm, daily_limit)
    uses, times, models = (
        report.list_use(figures),
        report.list_times(figures),
        report.list_models(figures),
    )
    pictures = await anyio.to_thread.run_sync(
        charts.draw_all, figures, uses, times, models, float(daily_limit) or None
    )
    return {
        "figures": figures,
        "condition": condition,
        "daily_limit": daily_limit or None,
        "uses": uses,
        "times": times,
        "models": models,
        "pictures": pictures,
        "sources": charts.SOURCES,
        "name_part": charts.name_part,
        "show_ms": charts.show_ms,
        "show_usd": charts.show_usd,
    }


@router.get("/admin/csv/log")
async def send_rows(_admin: AdminPageDep, sessions: SessionsDep, asked: AskedLogDep) -> Response:
    """Send all rows that the admins' page of figures finds, as a file."""
    question = LogQuestion(asked.days.known, asked.known, None, LARGEST_PAGE)
    return send_log(sessions, question, Answering(Format.CSV, "log"))


@router.get("/admin/csv/{name}")
async def send_table(
    _admin: AdminPageDep,
    session: SessionDep,
    asked: OpenPeriodDep,
    daily_limit: DailyLimitDep,
    name: str,
    by: str | None = None,
) -> Response:
    """Send a table of the admins' figures as a file."""
    table = load_table(name)
    scope = await open_scope(session, asked.known)
    rows = await table.read(session, Question(scope, by, daily_limit))
    return Answering(Format.CSV, name).send(table.row, rows)
