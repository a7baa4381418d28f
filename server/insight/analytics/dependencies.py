"""From a request to what an analytics question is about, or the refusal."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, TypeVar

from fastapi import Depends, Query, Request, Response
from fastapi.responses import StreamingResponse

from server.core.database.dependencies import SessionDep
from server.core.dates import Period
from server.errors import FieldError, InvalidInput
from server.insight.analytics.exports import write_parts, write_table
from server.insight.analytics.facts import Scope
from server.insight.analytics.service import Question, load_table, open_scope
from server.settings import Settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def get_period(
    start: Annotated[
        str | None,
        Query(
            alias="from",
            description="The first day, or moment, that counts; UTC unless it says otherwise.",
            openapi_examples={"a day": {"value": "2026-11-01"}},
        ),
    ] = None,
    end: Annotated[
        str | None,
        Query(
            alias="to",
            description="The last day, which counts whole, or the moment that ends the period.",
            openapi_examples={
                "a day": {"value": "2026-11-30"},
                "a moment": {"value": "2026-11-30T18:00:00Z"},
            },
        ),
    ] = None,
) -> Period:
    """Without `from` since the beginning, without `to` until now."""
    period = Period(_read("from", start, days=0), _read("to", end, days=1))
    if _is_backwards(period, end):
        raise InvalidInput(
            "The period ends before it starts.",
            fields=[FieldError("query.to", "must not be before `from`")],
        )
    return period


def _is_backwards(period: Period, end: str | None) -> bool:
    """A period between equal moments is empty; one that ends with the day before is backwards."""
    if period.start is None or period.end is None or end is None:
        return False
    ends_with_day = _find_day(end) is not None
    return period.start > period.end or (period.start == period.end and ends_with_day)


def _read(name: str, given: str | None, *, days: int) -> datetime | None:
    """A moment; of a day its midnight, or that of the day so many days later, if there is one."""
    if given is None:
        return None
    day = _find_day(given)
    if day is None:
        return _read_moment(name, given)
    is_last = bool(days) and day == date.max
    return None if is_last else datetime.combine(day + timedelta(days), time.min, tzinfo=UTC)


def _find_day(given: str) -> date | None:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None


def _read_moment(name: str, given: str) -> datetime:
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        wrong = FieldError(f"query.{name}", "is neither a day (2026-11-30) nor an ISO 8601 time")
        raise InvalidInput(f"`{name}` is not a day or a time.", fields=[wrong]) from error
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        wrong = FieldError(f"query.{name}", "is before or after all years that UTC has")
        raise InvalidInput(f"`{name}` is out of range.", fields=[wrong]) from error


PeriodDep = Annotated[Period, Depends(get_period)]


async def get_scope(period: PeriodDep, session: SessionDep) -> Scope:
    """Open the period that analytics are asked for."""
    return await open_scope(session, period)


def get_daily_limit(request: Request) -> Decimal:
    """Return the day's budget that figures are held against."""
    settings: Settings = request.app.state.settings
    return settings.llm_daily_budget_usd


ScopeDep = Annotated[Scope, Depends(get_scope)]
DailyLimitDep = Annotated[Decimal, Depends(get_daily_limit)]

CSV_TYPE = "text/csv; charset=utf-8; header=present"
LARGEST_PAGE = 1_000
LARGEST_OFFSET = 2**31 - 1


class Format(StrEnum):
    """How a table of figures is sent."""

    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Page:
    """What part of the rows a JSON answer holds; a CSV file holds them all."""

    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100
    offset: Annotated[int, Query(ge=0, le=LARGEST_OFFSET)] = 0

    def cut(self, items: Sequence[object]) -> Mapping[str, object]:
        return {
            "total": len(items),
            "limit": self.limit,
            "offset": self.offset,
            "items": items[self.offset : self.offset + self.limit],
        }


Json = TypeVar("Json")


@dataclass(frozen=True, slots=True)
class Answering:
    """How a request for analytics is answered: as JSON or as a file."""

    format: Format
    name: str  # of the file

    def show(
        self, json: Json, row: "type[DataclassInstance]", rows: Iterable[object]
    ) -> Json | Response:
        if self.format is Format.JSON:
            return json
        return self.send(row, rows)

    def send(self, row: "type[DataclassInstance]", rows: Iterable[object]) -> Response:
        """All rows as a file."""
        table = "".join(write_table(row, rows))
        return Response(table, media_type=CSV_TYPE, headers=self._headers())

    def stream(
        self, row: "type[DataclassInstance]", parts: AsyncIterator[Sequence[object]]
    ) -> StreamingResponse:
        """A file that never is in memory as a whole."""
        pieces = write_parts(row, parts)
        return StreamingResponse(pieces, media_type=CSV_TYPE, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        file = f"chapterwise-{self.name}-{datetime.now(UTC):%Y-%m-%d}.csv"
        return {
            "Content-Disposition": f'attachment; filename="{file}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        }


def get_answering(
    request: Request,
    format_: Annotated[
        Format, Query(alias="format", description="`csv`: a file that holds all rows.")
    ] = Format.JSON,
) -> Answering:
    """The file is named after the last word of the path."""
    return Answering(format_, request.url.path.rstrip("/").rpartition("/")[2])


AnsweringDep = Annotated[Answering, Depends(get_answering)]
PageDep = Annotated[Page, Depends()]


@dataclass(frozen=True, slots=True)
class Asked:
    """What every question that a table answers comes with."""

    session: SessionDep
    scope: ScopeDep
    page: PageDep
    answering: AnsweringDep

    async def answer(self, name: str, by: str | None = None) -> Mapping[str, object] | Response:
        table = load_table(name)
        rows = await table.read(self.session, Question(self.scope, by))
        return self.answering.show(self.page.cut(rows), table.row, rows)


AskedDep = Annotated[Asked, Depends()]
