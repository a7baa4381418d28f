"""The questions of analytics, each one statement over the facts of a period."""

from datetime import date
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Float,
    Numeric,
    String,
    Subquery,
    cast,
    false,
    func,
    literal,
    null,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.dates import Grain
from server.generation.renditions.domain import Source
from server.insight.analytics.domain import (
    ChapterUse,
    FallbackGrain,
    FallbackUse,
    ModelUse,
    ProviderUse,
    ResponseTime,
    Totals,
    TransformationUse,
    UseOfDay,
)
from server.insight.analytics.facts import (
    FALLBACK_REASON,
    TRANSFORMATION,
    Scope,
    label_facts,
    request_facts,
    time_facts,
)

# What was billed, of a model that no bill names: calls, tokens in, tokens out, dollars.
UNBILLED = (literal(0), literal(0), literal(0), literal(Decimal(0)))


async def add_up(session: AsyncSession, scope: Scope) -> Totals:
    """Everything that happened, in one row."""
    facts = request_facts(scope)
    row = await session.execute(
        select(
            _sum(facts.c.requests),
            _hits(facts),
            _sum(facts.c.requests, facts.c.status == "aborted"),
            _sum(facts.c.response_time_ms),
            _sum(facts.c.input_tokens),
            _sum(facts.c.output_tokens),
            _dollars(facts),
            _sum(facts.c.sections_total),
            _sum(facts.c.sections_fallback),
        )
    )
    return Totals(*row.one())


async def list_chapters(session: AsyncSession, scope: Scope) -> tuple[ChapterUse, ...]:
    """What was asked of each chapter, and what it took; the most personalised first."""
    facts = request_facts(scope)
    requests = _sum(facts.c.requests).label("requests")
    rows = await session.execute(
        select(
            facts.c.chapter_id,
            requests,
            _hits(facts),
            _percent(_hits(facts), requests),
            _average(facts.c.response_time_ms, facts.c.requests),
            *_sums(facts, "sections_total", "sections_rewritten", "sections_fallback"),
            *_sums(facts, "input_tokens", "output_tokens"),
            _dollars(facts),
        )
        .group_by(facts.c.chapter_id)
        .order_by(requests.desc(), facts.c.chapter_id)
    )
    return tuple(ChapterUse(*row) for row in rows)


async def list_days(session: AsyncSession, scope: Scope) -> tuple[UseOfDay, ...]:
    """Requests by source, day by day; a day without any is left out."""
    facts = request_facts(scope)
    requests = _sum(facts.c.requests)
    rows = await session.execute(
        select(
            facts.c.day,
            requests,
            _hits(facts),
            _percent(_hits(facts), requests),
            *(_sum(facts.c.requests, facts.c.source == source.value) for source in Source),
        )
        .group_by(facts.c.day)
        .order_by(facts.c.day)
    )
    return tuple(UseOfDay(*row) for row in rows)


async def measure_response_times(
    session: AsyncSession, scope: Scope, by: Grain
) -> tuple[ResponseTime, ...]:
    """Average and percentiles by cache state: what PERCENTILE_CONT answers, from counts.

    Response times are whole milliseconds, so counts of them say everything that rows would.
    """
    facts = time_facts(scope)
    ranks = _rank(facts if by is Grain.DAY else _join_days(facts, by))
    sums = func.sum(ranks.c.response_time_ms * ranks.c.requests), func.sum(ranks.c.requests)
    rows = await session.execute(
        select(
            ranks.c.day,
            ranks.c.cached,
            cast(sums[1], BigInteger),
            cast(cast(sums[0], Numeric) / cast(sums[1], Numeric), Float),
            *(_percentile(ranks, share) for share in (0.5, 0.95, 0.99)),
        )
        .group_by(ranks.c.day, ranks.c.cached)
        .order_by(ranks.c.day, ranks.c.cached == false())
    )
    return tuple(ResponseTime(*row) for row in rows)


def _join_days(facts: Subquery, by: Grain) -> Subquery:
    """Far fewer response times than each day has of its own."""
    names = (_day(facts, by).label("day"), facts.c.cached, facts.c.response_time_ms)
    return select(*names, _sum(facts.c.requests).label("requests")).group_by(*names).subquery()


def _rank(facts: Subquery) -> Subquery:
    """Every response time with the number of requests that took no longer, and of all.

    Equal times share their rank, so they need not be one row. The sums are floating-point, which
    counts exactly up to 2**53 and is several times as fast as the numeric sum of integers.
    """
    group, time = (facts.c.day, facts.c.cached), facts.c.response_time_ms
    requests = cast(facts.c.requests, Float)
    rank = func.sum(requests).over(partition_by=group, order_by=time)
    total = func.sum(requests).over(partition_by=group)
    return select(
        *group, time, requests.label("requests"), rank.label("rank"), total.label("total")
    ).subquery("ranks")


def _percentile(ranks: Subquery, share: float) -> ColumnElement[float]:
    """Between the two requests next to the place that the share has in the order."""
    place = cast(share, Float) * (ranks.c.total - 1)
    below, above = (
        func.min(ranks.c.response_time_ms).filter(ranks.c.rank > rounded)
        for rounded in (func.floor(place), func.ceil(place))
    )
    part = func.max(place - func.floor(place))
    return cast(below + part * (above - below), Float)


async def sum_by_provider(session: AsyncSession, scope: Scope) -> tuple[ProviderUse, ...]:
    """Requests, tokens and fallbacks by provider."""
    facts = request_facts(scope)
    rows = await session.execute(
        select(
            facts.c.llm_provider,
            *_sums(facts, "requests", "input_tokens", "output_tokens", "sections_fallback"),
        )
        .group_by(facts.c.llm_provider)
        .order_by(facts.c.llm_provider)
    )
    return tuple(ProviderUse(*row) for row in rows)


async def sum_by_model(session: AsyncSession, scope: Scope, by: Grain) -> tuple[ModelUse, ...]:
    """Add up the analytics' requests, tokens and cost by model, also by day."""
    facts = request_facts(scope)
    names = (_day(facts, by), facts.c.llm_provider, facts.c.llm_model)
    rows = await session.execute(
        select(
            *names,
            *_sums(facts, "requests", "sections_fallback", "input_tokens", "output_tokens"),
            _dollars(facts),
            *UNBILLED,
        ).group_by(*names)
    )
    return tuple(ModelUse(*row) for row in rows)


async def count_transformations(
    session: AsyncSession, scope: Scope
) -> tuple[TransformationUse, ...]:
    """In how many requests each transformation was part of the plan."""
    facts, all_facts = label_facts(scope, TRANSFORMATION), request_facts(scope)
    requests = _sum(facts.c.requests).label("requests")
    total = select(_sum(all_facts.c.requests)).scalar_subquery()
    rows = await session.execute(
        select(facts.c.label, requests, total, _percent(requests, total))
        .group_by(facts.c.label)
        .order_by(requests.desc(), facts.c.label)
    )
    return tuple(TransformationUse(*row) for row in rows)


async def count_fallbacks(
    session: AsyncSession, scope: Scope, by: FallbackGrain
) -> tuple[FallbackUse, ...]:
    """How often each reason occurred, the most frequent first; by day the earliest day first."""
    facts = label_facts(scope, FALLBACK_REASON)
    day = _day(facts, by)
    chapter = facts.c.chapter_id if by is FallbackGrain.CHAPTER else cast(null(), String)
    sections = _sum(facts.c.occurrences).label("sections")
    rows = await session.execute(
        select(day, chapter, facts.c.label, _sum(facts.c.requests), sections)
        .group_by(day, chapter, facts.c.label)
        .order_by(day, sections.desc(), facts.c.label, chapter)
    )
    return tuple(FallbackUse(*row) for row in rows)


def _day(facts: Subquery, by: Grain | FallbackGrain) -> ColumnElement[date | None]:
    """The day, or the first day of its week, month or year; null where all days are one."""
    if by in {Grain.DAY, FallbackGrain.DAY}:
        return facts.c.day
    if by in {Grain.WEEK, Grain.MONTH, Grain.YEAR}:
        return cast(func.date_trunc(by.value, cast(facts.c.day, DateTime)), Date)
    return cast(null(), Date)


def _sum(
    counts: ColumnElement[int], condition: ColumnElement[bool] | None = None
) -> ColumnElement[int]:
    """An integer, 0 of nothing."""
    added: ColumnElement[int] = func.sum(counts)
    if condition is not None:
        added = func.sum(counts).filter(condition)
    return cast(func.coalesce(added, 0), BigInteger)


def _sums(facts: Subquery, *names: str) -> list[ColumnElement[int]]:
    return [_sum(facts.c[name]) for name in names]


def _percent(part: ColumnElement[int], whole: ColumnElement[int]) -> ColumnElement[float]:
    """Null of nothing."""
    return cast(cast(part, Float) / func.nullif(whole, 0) * 100, Float)


def _hits(facts: Subquery) -> ColumnElement[int]:
    return _sum(facts.c.requests, facts.c.cached == true())


def _dollars(facts: Subquery) -> ColumnElement[Decimal]:
    return func.coalesce(func.sum(facts.c.cost_usd), 0)


def _average(sums: ColumnElement[int], counts: ColumnElement[int]) -> ColumnElement[float]:
    return cast(func.sum(sums) / func.nullif(func.sum(counts), 0), Float)
