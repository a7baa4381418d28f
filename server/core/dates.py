"""Days put together to weeks, months and years, so that a long period has few parts. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """From, inclusive, to, exclusive, both aware; either may be open."""

    start: datetime | None
    end: datetime | None

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The first and the last day (UTC) that it touches."""
        last = self.end
        if last is not None and last > BEGINNING:
            last -= timedelta(microseconds=1)
        return (self.start.date() if self.start else None, last.date() if last else None)


def find_whole_days(period: Period) -> Period | None:
    """The days (UTC) that it holds whole, from the first moment to the last; None without one."""
    start, end = period.start, period.end
    if start is not None and start.time() != time.min:
        if start.date() == date.max:
            return None
        start = _midnight_of(start) + timedelta(days=1)
    if end is not None:
        end = _midnight_of(end)
    if start is not None and end is not None and start >= end:
        return None
    return Period(start, end)


def _midnight_of(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


class Grain(StrEnum):
    """How long the parts of a period are."""

    PERIOD = "period"
    DAY = "day"
    WEEK = "week"  # from Monday on
    MONTH = "month"
    YEAR = "year"


# The most days of a period that is shown in parts of this size; none has many more than 60 parts.
LONGEST = {Grain.DAY: 92, Grain.WEEK: 7 * 60, Grain.MONTH: 5 * 366}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a period: days from the first to the last, both included."""

    first: date
    last: date


def find_first_day(day: date, by: Grain) -> date | None:
    """Of the week, month or year that the day is in; None where all days are one."""
    match by:
        case Grain.PERIOD:
            return None
        case Grain.DAY:
            return day
        case Grain.WEEK:
            return date.fromordinal(max(day.toordinal() - day.weekday(), 1))
        case Grain.MONTH:
            return day.replace(day=1)
        case Grain.YEAR:
            return day.replace(month=1, day=1)


def choose_grain(first: date, last: date) -> Grain:
    """Days as long as there are not too many of them."""
    days = (last - first).days + 1
    return next((grain for grain, most in LONGEST.items() if days <= most), Grain.YEAR)


def list_parts(first: date, last: date, by: Grain) -> dict[date, Part]:
    """Every part of the period, also those without anything, by the first day of their kind."""
    parts = dict[date, Part]()
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        name = find_first_day(day, by) or first
        parts[name] = Part(parts[name].first if name in parts else day, day)
    return parts


def go_back(last: date, days: int) -> date:
    """The first of so many days."""
    return last - timedelta(days=days - 1)
