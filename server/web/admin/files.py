"""The figures and the log as CSV files: those of the API, for a browser's session."""

from fastapi import APIRouter
from fastapi.responses import Response

from server.core.database.dependencies import SessionDep, SessionsDep
from server.insight.analytics.answering import LARGEST_PAGE, Answering, Format
from server.insight.analytics.dependencies import DailyLimitDep
from server.insight.analytics.log.dependencies import LogQuestion, send_log
from server.insight.analytics.tables import Question, load_table
from server.web.admin.filtering import AskedLogDep
from server.web.admin.periods import OpenPeriodDep
from server.web.dependencies import AdminPageDep

router = APIRouter(include_in_schema=False)


@router.get("/admin/csv/log")
async def send_rows(_admin: AdminPageDep, sessions: SessionsDep, asked: AskedLogDep) -> Response:
    """All rows that the filter finds, on whatever page of them one is."""
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
    table = load_table(name)
    rows = await table.read(session, Question(asked.known, by, daily_limit))
    return Answering(Format.CSV, name).send(table.row, rows)
