"""What questions are put to: whole days from the roll-up, everything else from the log itself.

A row of the log is in the roll-up if its id is at most the progress, and no statement sees one
without the other, since the job moves both in one transaction. Whoever asks reads the progress
first: the number lets PostgreSQL see that few rows are newer. That a roll-up may come between the
two statements makes no difference, as the second one compares with the progress of its own moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    FromClause,
    SelectBase,
    String,
    Subquery,
    cast,
    func,
    literal,
    select,
    true,
    union_all,
)

from server.core.database.statements import between
from server.core.dates import Period, find_whole_days
from server.generation.renditions.log.service import select_log
from server.insight.analytics.rollup.models import LABEL_ROLLUP, PROGRESS, ROLLUP, TIME_ROLLUP

LOG = select_log()
LOG_DAY = cast(func.timezone("UTC", LOG.c.created_at), Date).label("day")
ONE_REQUEST = literal(1, BigInteger).label("requests")
KNOWN_COST = func.coalesce(LOG.c.cost_usd, 0).label("cost_usd")
TRANSFORMATION = "transformation"
FALLBACK_REASON = "fallback_reason"
LABELS = {TRANSFORMATION: LOG.c.transformations, FALLBACK_REASON: LOG.c.fallback_reasons}

ROLLUP_NAMES = [each.name for each in ROLLUP.columns]

Conditions = Sequence[ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Scope:
    """A period, and the last row of the log that is rolled up; 0 where none is."""

    period: Period
    through_id: int


def request_facts(scope: Scope) -> Subquery:
    """Requests with all that can be added up, by all that tells them apart."""
    return _join(map(select_requests, _live(scope)), _rolled_up(ROLLUP, scope))


def time_facts(scope: Scope) -> Subquery:
    """How many requests took so many milliseconds, by day and cache state."""
    return _join(map(select_times, _live(scope)), _rolled_up(TIME_ROLLUP, scope))


def label_facts(scope: Scope, kind: str) -> Subquery:
    """Requests by their transformations, or by the reasons of their fallbacks."""
    live = [select_labels(kind, each) for each in _live(scope)]
    return _join(live, _rolled_up(LABEL_ROLLUP, scope, LABEL_ROLLUP.c.kind == kind))


def select_requests(conditions: Conditions) -> SelectBase:
    """Rows of the log as rows of the roll-up: same columns, same order."""
    made = {each.name: each for each in (LOG_DAY, ONE_REQUEST, KNOWN_COST)}
    columns = [made[name] if name in made else LOG.c[name] for name in ROLLUP_NAMES]
    return select(*columns).where(*conditions)


def select_times(conditions: Conditions) -> SelectBase:
    """Select rows of the log as rows of the roll-up of response times."""
    return select(LOG_DAY, LOG.c.cached, LOG.c.response_time_ms, ONE_REQUEST).where(*conditions)


def select_labels(kind: str, conditions: Conditions) -> SelectBase:
    """Select a row of facts for each label of a logged request."""
    unnested = func.unnest(LABELS[kind]).table_valued("label").render_derived(name="unnested")
    labels = (
        select(unnested.c.label, func.count().label("occurrences"))
        .group_by(unnested.c.label)
        .lateral("labels")
    )
    return (
        select(
            LOG_DAY,
            literal(kind, String).label("kind"),
            labels.c.label,
            LOG.c.chapter_id,
            ONE_REQUEST,
            labels.c.occurrences,
        )
        .select_from(LOG)
        .join(labels, true())
        .where(func.cardinality(LABELS[kind]) > 0, *conditions)
    )


def within(period: Period) -> Conditions:
    """The condition that a log row lies in the period of the analytics."""
    return between(LOG.c.created_at, period.start, period.end)


def _live(scope: Scope) -> list[Conditions]:
    """What to read from the log: parts that have no row in common, each by an index."""
    period, days = scope.period, find_whole_days(scope.period)
    if days is None or not scope.through_id:
        return [within(period)]
    parts: list[Conditions] = [[*within(days), *_not_rolled_up(scope)]]
    if period.start != days.start:
        parts.append(within(Period(period.start, days.start)))
    if period.end != days.end:
        parts.append(within(Period(days.end, period.end)))
    return parts


def _not_rolled_up(scope: Scope) -> Conditions:
    progress = select(PROGRESS.c.through_id).scalar_subquery()
    return [LOG.c.id > scope.through_id, LOG.c.id > progress]


def _rolled_up(
    rollup: FromClause, scope: Scope, *conditions: ColumnElement[bool]
) -> SelectBase | None:
    """The whole days of the period; None where there are none."""
    days = find_whole_days(scope.period)
    if days is None or not scope.through_id:
        return None
    first, behind = (each.date() if each else None for each in (days.start, days.end))
    return select(rollup).where(*between(rollup.c.day, first, behind), *conditions)


def _join(live: Iterable[SelectBase], rolled_up: SelectBase | None) -> Subquery:
    parts = [*live, rolled_up] if rolled_up is not None else live
    return union_all(*parts).subquery("facts")
