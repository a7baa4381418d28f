"""What an admin asks of the log."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.core.dates import Grain, Period, find_first_day
from server.errors import FieldError, InvalidInput, NotFound
from server.generation.budget import service as budget
from server.generation.budget.domain import DayBill
from server.generation.rewriting.store.reviews.domain import FaultCount, ReviewCount
from server.generation.rewriting.store.service import count_faults, count_reviews
from server.insight.analytics import queries
from server.insight.analytics.domain import (
    ChapterRequests,
    ChapterUse,
    FallbackGrain,
    FallbackUse,
    Metrics,
    ModelReport,
    ModelUse,
    ResponseTime,
    Summary,
    TransformationUse,
    UseOfDay,
    add_up_days,
    divide,
    percent,
)
from server.insight.analytics.facts import Scope
from server.insight.analytics.log import queries as log_queries
from server.insight.analytics.log.domain import LogCursor, LogEntry, LogFilter, LogPage, read_cursor
from server.insight.analytics.queries import (
    count_fallbacks,
    count_transformations,
    list_chapters,
    list_days,
    measure_response_times,
)
from server.insight.analytics.rollup import queries as rollup_queries
from server.insight.feedback.domain import ChapterFeedback
from server.insight.feedback.service import count_by_chapter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "count_fallbacks",
    "count_faults",
    "count_reviews",
    "count_transformations",
    "list_chapters",
    "list_days",
    "measure_response_times",
]

ENTRIES_AT_ONCE = 1_000


async def open_scope(session: AsyncSession, period: Period) -> Scope:
    """What questions about a period are put to."""
    return Scope(period, await rollup_queries.find_progress(session))


async def summarize(session: AsyncSession, scope: Scope) -> Summary:
    """The three questions of the log, what each provider did, and the days one by one."""
    totals = await queries.add_up(session, scope)
    chapters = await list_chapters(session, scope)
    return Summary(
        requests_total=totals.requests,
        hit_rate_percent=percent(totals.hits, totals.requests),
        tokens_per_request=divide(totals.input_tokens + totals.output_tokens, totals.requests),
        cost_usd_per_1000_requests=(
            float(totals.cost_usd * 1000 / totals.requests) if totals.requests else None
        ),
        sections_fallback_percent=percent(totals.sections_fallback, totals.sections_total),
        totals=totals,
        requests_by_chapter=tuple(
            ChapterRequests(each.chapter_id, each.requests) for each in chapters
        ),
        response_time=await measure_response_times(session, scope, Grain.PERIOD),
        providers=await queries.sum_by_provider(session, scope),
        days=await list_days(session, scope),
    )


async def measure(session: AsyncSession, scope: Scope) -> Metrics:
    """Return the four figures of `GET /metrics`, for an admin at a glance."""
    totals = await queries.add_up(session, scope)
    return Metrics(
        avg_response_time_ms=divide(totals.response_time_ms, totals.requests),
        cache_hit_rate=divide(totals.hits, totals.requests),
        total_requests=totals.requests,
        error_rate=divide(totals.requests_aborted, totals.requests),
    )


async def report_models(
    session: AsyncSession, scope: Scope, daily_limit_usd: Decimal, by: Grain = Grain.PERIOD
) -> ModelReport:
    """Requests, tokens and cost by model, beside the bills, and these against the budget."""
    used = await queries.sum_by_model(session, scope, by)
    bills = await budget.list_bills(session, *scope.period.days)
    models = _order(_join_bills(used, bills, by), by)
    return ModelReport(models, add_up_days(bills, daily_limit_usd))


async def list_log(
    session: AsyncSession,
    period: Period,
    wanted: LogFilter,
    *,
    after: LogCursor | None = None,
    limit: int = 100,
) -> LogPage:
    """A page of the log, newest first; the next one begins after its `next`."""
    found = await log_queries.list_entries(session, period, wanted, after=after, limit=limit + 1)
    entries = found[:limit]
    last = entries[-1] if len(found) > limit else None
    return LogPage(entries, LogCursor(last.created_at, last.id).write() if last else None)


async def read_log(
    sessions: Sessions, period: Period, wanted: LogFilter, *, after: LogCursor | None = None
) -> AsyncIterator[tuple[LogEntry, ...]]:
    """Yield the log for the file of analytics, in parts; no transaction stays open between them."""
    while True:
        async with sessions.begin() as session:
            page = await list_log(session, period, wanted, after=after, limit=ENTRIES_AT_ONCE)
        yield page.items
        if page.next is None:
            return
        after = read_cursor(page.next)


NO_USE = ModelUse(None, None, None, 0, 0, 0, 0, Decimal(0), 0, 0, 0, Decimal(0))


def _join_bills(
    used: tuple[ModelUse, ...], bills: tuple[DayBill, ...], by: Grain
) -> tuple[ModelUse, ...]:
    """Put each bill beside what its model did; a model may have worked for no learner at all."""
    joined = {(each.day, each.llm_provider, each.llm_model): each for each in used}
    for bill in bills:
        name = (find_first_day(bill.day, by), bill.provider, bill.model)
        day, provider, model = name
        unasked = replace(NO_USE, day=day, llm_provider=provider, llm_model=model)
        joined[name] = _add_bill(joined.get(name, unasked), bill)
    return tuple(joined.values())


def _add_bill(use: ModelUse, bill: DayBill) -> ModelUse:
    return replace(
        use,
        billed_calls=use.billed_calls + bill.calls,
        billed_input_tokens=use.billed_input_tokens + bill.input_tokens,
        billed_output_tokens=use.billed_output_tokens + bill.output_tokens,
        billed_usd=use.billed_usd + bill.cost_usd,
    )


def _order(models: tuple[ModelUse, ...], by: Grain) -> tuple[ModelUse, ...]:
    """The most asked first; day by day, or week by week, the earliest first."""
    names = sorted(models, key=lambda each: (each.llm_provider or "", each.llm_model or ""))
    ordered = sorted(names, key=lambda each: each.requests, reverse=True)
    if by is not Grain.PERIOD:
        ordered.sort(key=lambda each: each.day.toordinal() if each.day else 0)
    return tuple(ordered)


GrainT = TypeVar("GrainT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a table; `by` is one of the grains that the table knows."""

    scope: Scope
    by: str | None = None
    daily_limit_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the analytics: its rows and what reads them."""

    row: "type[DataclassInstance]"
    read: Callable[[AsyncSession, Question], Awaitable[Sequence[object]]]


async def _read_models(session: AsyncSession, asked: Question) -> tuple[ModelUse, ...]:
    grain = _choose(asked, Grain.PERIOD)
    return (await report_models(session, asked.scope, asked.daily_limit_usd, grain)).models


def _choose(asked: Question, default: GrainT) -> GrainT:
    kind = type(default)
    try:
        return kind(asked.by) if asked.by is not None else default
    except ValueError as error:
        wrong = FieldError("query.by", f"is none of {', '.join(kind)}")
        raise InvalidInput("This table has no such rows.", fields=[wrong]) from error


TABLES: Mapping[str, Table] = {
    "summary": Table(UseOfDay, lambda session, asked: list_days(session, asked.scope)),
    "chapters": Table(ChapterUse, lambda session, asked: list_chapters(session, asked.scope)),
    "latency": Table(
        ResponseTime,
        lambda session, asked: measure_response_times(
            session, asked.scope, _choose(asked, Grain.PERIOD)
        ),
    ),
    "providers": Table(ModelUse, _read_models),
    "transformations": Table(
        TransformationUse, lambda session, asked: count_transformations(session, asked.scope)
    ),
    "fallbacks": Table(
        FallbackUse,
        lambda session, asked: count_fallbacks(
            session, asked.scope, _choose(asked, FallbackGrain.REASON)
        ),
    ),
    "reviews": Table(
        ReviewCount, lambda session, asked: count_reviews(session, asked.scope.period)
    ),
    "faults": Table(FaultCount, lambda session, asked: count_faults(session, asked.scope.period)),
    "feedback": Table(
        ChapterFeedback, lambda session, asked: count_by_chapter(session, asked.scope.period)
    ),
}


def load_table(name: str) -> Table:
    """Raise NotFound for a name that no table has."""
    if name not in TABLES:
        raise NotFound("There is no such file.")
    return TABLES[name]
