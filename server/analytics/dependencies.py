"""The period that an analytics question is about."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import Depends, Query

from server.analytics.domain import Period
from server.errors import FieldError, InvalidInput

Moment = datetime | date


def get_period(
    start: Annotated[
        Moment | None,
        Query(alias="from", description="The first moment, or day, that counts (UTC)."),
    ] = None,
    end: Annotated[
        Moment | None,
        Query(alias="to", description="The first moment, or the last day, that ends it (UTC)."),
    ] = None,
) -> Period:
    """A day as `to` counts whole."""
    period = Period(_moment(start, time.min), _moment(end, time.max))
    if period.start and period.end and period.start > period.end:
        raise InvalidInput(
            "The period ends before it starts.",
            fields=[FieldError("query.to", "must not be before `from`")],
        )
    return period


def _moment(given: Moment | None, of_day: time) -> datetime | None:
    if given is None:
        return None
    if isinstance(given, datetime):
        return given if given.tzinfo else given.replace(tzinfo=UTC)
    return datetime.combine(given, of_day, tzinfo=UTC)


PeriodDep = Annotated[Period, Depends(get_period)]
