"""What an admin asks of the log."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.core.periods import FallbackGrain, Grain, Period, find_first_day
from server.errors import FieldError, InvalidInput, NotFound
from server.generation.budget import service as budget
from server.generation.budget.domain import DayBill
from server.insight.analytics import queries
from server.insight.analytics.domain import (
    ChapterUse,
    FallbackUse,
    Metrics,
    ModelReport,
    ModelUse,
    ResponseTime,
    Summary,
    TransformationUse,
    UseOfDay,
    add_up_days,
)
from server.insight.analytics.facts import Scope
from server.insight.analytics.log import queries as log_queries
from server.insight.analytics.log.domain import LogCursor, LogEntry, LogFilter, LogPage
from server.insight.analytics.rollup import queries as rollup_queries
from server.insight.analytics.schemas import (
    ChapterFeedbackResponse,
    ChapterUseResponse,
    FallbackUseResponse,
    FromDomain,
    ModelUseResponse,
    ResponseTimeResponse,
    TransformationUseResponse,
    UseOfDayResponse,
)
from server.insight.feedback import service as feedback
from server.insight.feedback.domain import ChapterFeedback

ENTRIES_AT_ONCE = 1_000


async def summarize(session: AsyncSession, period: Period) -> Summary:
    """The three questions of the log, what each provider did, and the days one by one."""
    scope = await _open(session, period)
    return Summary(
        totals=await queries.add_up(session, scope),
        requests_by_chapter=await queries.count_requests_by_chapter(session, scope),
        response_time=await queries.measure_response_times(session, scope, Grain.PERIOD),
        providers=await queries.sum_by_provider(session, scope),
        days=await queries.list_days(session, scope),
    )


async def measure(session: AsyncSession, period: Period) -> Metrics:
    """Four figures at a glance."""
    return Metrics(await queries.add_up(session, await _open(session, period)))


async def list_days(session: AsyncSession, period: Period) -> tuple[UseOfDay, ...]:
    """Requests by source and hit rate, day by day."""
    return await queries.list_days(session, await _open(session, period))


async def list_chapters(session: AsyncSession, period: Period) -> tuple[ChapterUse, ...]:
    """All chapters that were asked for, the most personalised first."""
    return await queries.list_chapters(session, await _open(session, period))


async def measure_response_times(
    session: AsyncSession, period: Period, by: Grain = Grain.PERIOD
) -> tuple[ResponseTime, ...]:
    """Average, p50, p95 and p99 by cache state, of the whole period or of each day."""
    return await queries.measure_response_times(session, await _open(session, period), by)


async def report_models(
    session: AsyncSession, period: Period, daily_limit_usd: Decimal, by: Grain = Grain.PERIOD
) -> ModelReport:
    """Requests, tokens and cost by model, beside the bills, and these against the budget."""
    used = await queries.sum_by_model(session, await _open(session, period), by)
    bills = await budget.list_bills(session, *period.days)
    models = _order(_join_bills(used, bills, by), by)
    return ModelReport(models, add_up_days(bills, daily_limit_usd))


async def count_transformations(
    session: AsyncSession, period: Period
) -> tuple[TransformationUse, ...]:
    """How often each transformation was part of a plan, the most frequent first."""
    return await queries.count_transformations(session, await _open(session, period))


async def count_fallbacks(
    session: AsyncSession, period: Period, by: FallbackGrain = FallbackGrain.REASON
) -> tuple[FallbackUse, ...]:
    """Why learners were shown the author's text instead, also by chapter or by day."""
    return await queries.count_fallbacks(session, await _open(session, period), by)


async def count_feedback(session: AsyncSession, period: Period) -> tuple[ChapterFeedback, ...]:
    """What learners said in the period and have not taken back, by chapter."""
    return await feedback.count_by_chapter(session, period)


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
    return LogPage(entries, _point_at(entries[-1]) if len(found) > limit else None)


async def read_log(
    sessions: Sessions, period: Period, wanted: LogFilter, *, after: LogCursor | None = None
) -> AsyncIterator[tuple[LogEntry, ...]]:
    """Yield the whole log in parts; no transaction is open while the reader takes its time."""
    while True:
        async with sessions.begin() as session:
            page = await list_log(session, period, wanted, after=after, limit=ENTRIES_AT_ONCE)
        yield page.entries
        after = page.next
        if after is None:
            return


async def _open(session: AsyncSession, period: Period) -> Scope:
    return Scope(period, await rollup_queries.find_progress(session))


def _point_at(entry: LogEntry) -> LogCursor:
    return LogCursor(entry.created_at, entry.id)


def _join_bills(
    used: tuple[ModelUse, ...], bills: tuple[DayBill, ...], by: Grain
) -> tuple[ModelUse, ...]:
    """Put each bill beside what its model did; a model may have worked for no learner at all."""
    joined = {(each.day, each.llm_provider, each.llm_model): each for each in used}
    for bill in bills:
        name = (find_first_day(bill.day, by), bill.provider, bill.model)
        joined[name] = _add_bill(joined.get(name) or ModelUse(*name), bill)
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

    period: Period
    by: str | None = None
    daily_limit_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Table:
    row: type[FromDomain]
    read: Callable[[AsyncSession, Question], Awaitable[Sequence[object]]]


async def _read_models(session: AsyncSession, asked: Question) -> tuple[ModelUse, ...]:
    grain = _choose(Grain, asked.by, Grain.PERIOD)
    limit = asked.daily_limit_usd
    return (await report_models(session, asked.period, limit, grain)).models


def _choose(kind: type[GrainT], given: str | None, default: GrainT) -> GrainT:
    try:
        return kind(given) if given is not None else default
    except ValueError as error:
        wrong = FieldError("query.by", f"is none of {', '.join(kind)}")
        raise InvalidInput("This table has no such rows.", fields=[wrong]) from error


SUMMARY = Table(UseOfDayResponse, lambda session, asked: list_days(session, asked.period))
CHAPTERS = Table(ChapterUseResponse, lambda session, asked: list_chapters(session, asked.period))
LATENCY = Table(
    ResponseTimeResponse,
    lambda session, asked: measure_response_times(
        session, asked.period, _choose(Grain, asked.by, Grain.PERIOD)
    ),
)
PROVIDERS = Table(ModelUseResponse, _read_models)
TRANSFORMATIONS = Table(
    TransformationUseResponse,
    lambda session, asked: count_transformations(session, asked.period),
)
FALLBACKS = Table(
    FallbackUseResponse,
    lambda session, asked: count_fallbacks(
        session, asked.period, _choose(FallbackGrain, asked.by, FallbackGrain.REASON)
    ),
)
FEEDBACK = Table(
    ChapterFeedbackResponse, lambda session, asked: count_feedback(session, asked.period)
)

TABLES: Mapping[str, Table] = {
    "summary": SUMMARY,
    "chapters": CHAPTERS,
    "latency": LATENCY,
    "providers": PROVIDERS,
    "transformations": TRANSFORMATIONS,
    "fallbacks": FALLBACKS,
    "feedback": FEEDBACK,
}


def load_table(name: str) -> Table:
    """Raise NotFound for a name that no table has."""
    if name not in TABLES:
        raise NotFound("There is no such file.")
    return TABLES[name]
