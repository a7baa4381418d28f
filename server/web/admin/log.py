"""The page of the request log: every answered personalisation, the newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import TypeAdapter, ValidationError

from server.core.database.dependencies import SessionDep
from server.errors import InvalidInput
from server.generation.renditions.domain import Source
from server.insight.analytics import service as analytics
from server.insight.analytics.log.dependencies import get_cursor
from server.insight.analytics.log.domain import LogCursor, LogFilter, LogPage
from server.web.admin.charts import SOURCES, show_ms, show_usd
from server.web.admin.periods import AskedPeriod, OpenPeriodDep, write_address
from server.web.dependencies import AdminPageDep, TitlesDep, VisitDep

LONGEST_TYPED = 300

# What the form takes; a field that was left empty is not there.
FILTER = TypeAdapter(LogFilter)

# The properties of a row as people call them, in the order of the form.
NAMES = {
    "chapter_id": "Chapter",
    "source": "Source",
    "status": "Status",
    "transformation": "Transformation",
    "fallback_reason": "Reason of a fallback",
    "language": "Language",
    "request_id": "Request",
    "user_id": "Account number",
}


@dataclass(frozen=True, slots=True)
class AskedLog:
    """What was typed, as the form shows it again; the filter, or why there is none."""

    days: AskedPeriod
    typed: Mapping[str, str]
    wanted: LogFilter | None
    after: LogCursor | None = None
    filter_problem: str | None = None

    @property
    def problem(self) -> str | None:
        return self.days.problem or self.filter_problem

    @property
    def known(self) -> LogFilter:
        """The filter, or the refusal, where there is no form to show it in."""
        if self.wanted is None:
            raise InvalidInput(self.filter_problem or "")
        return self.wanted

    @property
    def query(self) -> dict[str, str]:
        return {**self.typed, **self.days.filled_in}

    @property
    def is_everything(self) -> bool:
        return not self.query

    @property
    def file(self) -> str:
        return write_address("/admin/csv/log", self.query)

    @property
    def figures(self) -> str:
        """What the same days come to; an end that was left open stays open."""
        return write_address("/admin", self.days.days)

    def narrow(self, **more: object) -> str:
        """The newest of these rows that have this property, too."""
        given = {name: str(value) for name, value in more.items()}
        return write_address("/admin/log", {**self.query, **given})

    def widen(self, name: str) -> str:
        """These rows and those with another value of this property."""
        rest = {key: value for key, value in self.query.items() if key != name}
        return write_address("/admin/log", rest)


def get_log_question(request: Request, days: OpenPeriodDep) -> AskedLog:
    """Read which rows the admins' page of the log is asked for."""
    query = request.query_params
    given = {name: query.get(name, "").strip()[:LONGEST_TYPED] for name in NAMES}
    typed = {name: value for name, value in given.items() if value}
    try:
        wanted = FILTER.validate_python(typed)
        return AskedLog(days, typed, wanted, get_cursor(query.get("after") or None))
    except ValidationError as error:
        wrong = dict.fromkeys(NAMES[str(each["loc"][0])] for each in error.errors())
        problem = f"This cannot be looked for: {', '.join(wrong)}."
        return AskedLog(days, typed, None, filter_problem=problem)
    except InvalidInput as error:
        return AskedLog(days, typed, None, filter_problem=error.detail)


AskedLogDep = Annotated[AskedLog, Depends(get_log_question)]

router = APIRouter(include_in_schema=False)

ROWS_OF_A_PAGE = 50
STATUSES = {"ok": "Answered", "aborted": "Broken off"}


@router.get("/admin/log")
async def show_log(
    visit: VisitDep,
    _admin: AdminPageDep,
    session: SessionDep,
    titles: TitlesDep,
    asked: AskedLogDep,
) -> HTMLResponse:
    """The admins' page of the log."""
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
    return visit.show("admin/log.html", context, status=status)
