"""From a question about the log to a page of JSON, or to a CSV file that is never held whole."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Query, Response
from fastapi.responses import StreamingResponse

from server.core.database.engine import Sessions
from server.errors import FieldError, InvalidInput
from server.insight.analytics import service
from server.insight.analytics.dependencies import LARGEST_PAGE, Answering, Format, PeriodDep
from server.insight.analytics.log.domain import (
    LogCursor,
    LogEntry,
    LogFilter,
    LogPage,
    read_cursor,
)


def get_cursor(
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
) -> LogCursor | None:
    """None for the newest rows."""
    if after is None:
        return None
    try:
        return read_cursor(after)
    except (ValueError, OverflowError) as error:
        wrong = FieldError("query.after", "is not the `next` of a page of the log")
        raise InvalidInput("There is no such page of the log.", fields=[wrong]) from error


@dataclass(frozen=True, slots=True)
class LogQuestion:
    """Which rows of the log an admin asks for."""

    period: PeriodDep
    wanted: Annotated[LogFilter, Depends()]
    after: Annotated[LogCursor | None, Depends(get_cursor)]
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100


async def answer_log(
    sessions: Sessions, question: LogQuestion, answering: Answering
) -> LogPage | Response:
    """The limit is of a page; a file holds everything from the cursor on."""
    if answering.format is Format.CSV:
        return send_log(sessions, question, answering)
    period, wanted, after = question.period, question.wanted, question.after
    async with sessions.begin() as session:
        return await service.list_log(session, period, wanted, after=after, limit=question.limit)


def send_log(sessions: Sessions, question: LogQuestion, answering: Answering) -> StreamingResponse:
    """The file, in parts that are read as they are sent."""
    parts = service.read_log(sessions, question.period, question.wanted, after=question.after)
    return answering.stream(LogEntry, parts)


LogQuestionDep = Annotated[LogQuestion, Depends()]
