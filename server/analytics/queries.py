"""Every SQL statement of analytics, over the request log alone."""

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Float,
    case,
    cast,
    column,
    false,
    func,
    select,
    table,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession

from server.analytics.domain import ChapterRequests, Period, ProviderUse, ResponseTime

LOG = table(
    "personalization_log",
    column("chapter_id"),
    column("cached"),
    column("response_time_ms"),
    column("llm_provider"),
    column("input_tokens"),
    column("output_tokens"),
    column("sections_fallback"),
    column("created_at", DateTime(timezone=True)),
)


async def count_requests_by_chapter(
    session: AsyncSession, period: Period
) -> tuple[ChapterRequests, ...]:
    """The most personalised chapters first."""
    requests = func.count().label("requests")
    rows = await session.execute(
        select(LOG.c.chapter_id, requests)
        .where(_within(period))
        .group_by(LOG.c.chapter_id)
        .order_by(requests.desc(), LOG.c.chapter_id)
    )
    return tuple(ChapterRequests(*row) for row in rows)


async def compute_hit_rate(session: AsyncSession, period: Period) -> float | None:
    """The share of requests served from what was stored, in percent; None on an empty log."""
    hits = cast(func.count(case((LOG.c.cached == true(), 1))), Float)
    rate = hits / func.nullif(func.count(), 0) * 100
    found: float | None = await session.scalar(select(rate).select_from(LOG).where(_within(period)))
    return found


async def measure_response_times(session: AsyncSession, period: Period) -> tuple[ResponseTime, ...]:
    """Average and 95th percentile by cache state."""
    p95 = func.percentile_cont(0.95).within_group(LOG.c.response_time_ms)
    rows = await session.execute(
        select(
            LOG.c.cached,
            func.count(),
            cast(func.avg(LOG.c.response_time_ms), Float),
            p95,
        )
        .where(_within(period))
        .group_by(LOG.c.cached)
        .order_by(LOG.c.cached == false())
    )
    return tuple(ResponseTime(*row) for row in rows)


async def sum_by_provider(session: AsyncSession, period: Period) -> tuple[ProviderUse, ...]:
    """Requests, tokens and fallbacks by provider."""
    rows = await session.execute(
        select(
            LOG.c.llm_provider,
            func.count(),
            func.sum(LOG.c.input_tokens),
            func.sum(LOG.c.output_tokens),
            func.sum(LOG.c.sections_fallback),
        )
        .where(_within(period))
        .group_by(LOG.c.llm_provider)
        .order_by(LOG.c.llm_provider)
    )
    return tuple(ProviderUse(*row) for row in rows)


def _within(period: Period) -> ColumnElement[bool]:
    condition: ColumnElement[bool] = true()
    if period.start is not None:
        condition = condition & (LOG.c.created_at >= period.start)
    if period.end is not None:
        condition = condition & (LOG.c.created_at < period.end)
    return condition
