"""From a question about the log to a page of JSON, or to a CSV file that is never held whole."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Response
from fastapi.responses import StreamingResponse

from server.core.database.engine import Sessions
from server.core.periods import Period
from server.insight.analytics import service
from server.insight.analytics.dependencies import (
    LARGEST_PAGE,
    Answering,
    CursorDep,
    FilterDep,
    Format,
    PeriodDep,
)
from server.insight.analytics.log.domain import LogCursor, LogFilter
from server.insight.analytics.log.schemas import LogEntryResponse, LogPageResponse


@dataclass(frozen=True, slots=True)
class LogQuestion:
    period: Period
    wanted: LogFilter
    after: LogCursor | None
    limit: int


def get_question(
    period: PeriodDep,
    wanted: FilterDep,
    after: CursorDep,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
) -> LogQuestion:
    return LogQuestion(period, wanted, after, limit)


async def answer_log(
    sessions: Sessions, question: LogQuestion, answering: Answering
) -> LogPageResponse | Response:
    """The limit is of a page; a file holds everything from the cursor on."""
    if answering.format is Format.CSV:
        return send_log(sessions, question, answering)
    period, wanted, after = question.period, question.wanted, question.after
    async with sessions.begin() as session:
        page = await service.list_log(session, period, wanted, after=after, limit=question.limit)
    return LogPageResponse.of(page)


def send_log(sessions: Sessions, question: LogQuestion, answering: Answering) -> StreamingResponse:
    """The file, in parts that are read as they are sent."""
    parts = service.read_log(sessions, question.period, question.wanted, after=question.after)
    return answering.stream(LogEntryResponse, parts)


LogQuestionDep = Annotated[LogQuestion, Depends(get_question)]
