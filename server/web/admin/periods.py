"""The days that a page is about, and the addresses of what lies behind its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request

from server.core.dates import Part, Period, go_back
from server.errors import InvalidInput
from server.insight.analytics.dependencies import get_period

USUAL_DAYS = 30
CHOICES = (7, 30, 90)
LONGEST_TYPED = 40


def write_address(path: str, query: Mapping[str, str]) -> str:
    """Write an admin page's address with its period and filters."""
    return f"{path}?{urlencode(query)}" if query else path


@dataclass(frozen=True, slots=True)
class AskedPeriod:
    """What was typed, as the form shows it again; the period, or why there is none."""

    start: str
    end: str
    period: Period | None
    problem: str | None = None

    @property
    def days(self) -> Mapping[str, str]:
        """As a query says it; an empty word leaves that end open."""
        return {"from": self.start, "to": self.end}

    @property
    def known(self) -> Period:
        """The period, or the refusal, where there is no form to show it in."""
        if self.period is None:
            raise InvalidInput(self.problem or "")
        return self.period

    @property
    def filled_in(self) -> Mapping[str, str]:
        return {name: value for name, value in self.days.items() if value}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a figure leads: to its rows of the log, or to the file that holds it."""

    asked: AskedPeriod

    def log(self, part: Part | None = None, **wanted: str | None) -> str:
        days = _name_days(part.first, part.last) if part else self.asked.filled_in
        given = {name: value for name, value in wanted.items() if value is not None}
        return write_address("/admin/log", {**given, **days})

    def csv(self, name: str, **more: str) -> str:
        return write_address(f"/admin/csv/{name}", {**self.asked.filled_in, **more})


@dataclass(frozen=True, slots=True)
class Choice:
    """A period that is one click away."""

    name: str
    address: str
    is_current: bool


def list_choices(asked: AskedPeriod, today: date) -> list[Choice]:
    """The last days, today included, and everything."""
    offers = {f"{days} days": _name_days(go_back(today, days), today) for days in CHOICES}
    offers["All"] = {"from": "", "to": ""}
    return [
        Choice(name, write_address("/admin", days), is_current=days == asked.days)
        for name, days in offers.items()
    ]


def read_period(start: str, end: str) -> AskedPeriod:
    """What a form sent, its empty fields, too."""
    start, end = start.strip()[:LONGEST_TYPED], end.strip()[:LONGEST_TYPED]
    try:
        return AskedPeriod(start, end, get_period(start or None, end or None))
    except InvalidInput as error:
        return AskedPeriod(start, end, None, error.detail)


def find_today() -> date:
    """Return today's date, where the periods of admins' pages end."""
    return datetime.now(UTC).date()


def get_usual_period(request: Request) -> AskedPeriod:
    """The last thirty days, unless something else is asked for."""
    query = request.query_params
    if "from" in query or "to" in query:
        return read_period(query.get("from", ""), query.get("to", ""))
    today = find_today()
    return read_period(go_back(today, USUAL_DAYS).isoformat(), today.isoformat())


def get_open_period(request: Request) -> AskedPeriod:
    """Everything, unless something else is asked for."""
    query = request.query_params
    return read_period(query.get("from", ""), query.get("to", ""))


def _name_days(first: date, last: date) -> dict[str, str]:
    return {"from": first.isoformat(), "to": last.isoformat()}


UsualPeriodDep = Annotated[AskedPeriod, Depends(get_usual_period)]
OpenPeriodDep = Annotated[AskedPeriod, Depends(get_open_period)]
