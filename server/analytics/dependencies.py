"""The period that an analytics question is about."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Depends, Query

from server.analytics.domain import Period
from server.errors import FieldError, InvalidInput


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
    period = Period(_read_start(start), _read_end(end))
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


def _read_start(given: str | None) -> datetime | None:
    if given is None:
        return None
    day = _find_day(given)
    return _midnight(day) if day is not None else _read_moment("from", given)


def _read_end(given: str | None) -> datetime | None:
    """The moment after the last that counts."""
    if given is None:
        return None
    day = _find_day(given)
    if day is None:
        return _read_moment("to", given)
    return _midnight(day + timedelta(days=1)) if day < date.max else None


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
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=UTC)


PeriodDep = Annotated[Period, Depends(get_period)]
