"""Everything that the page of figures shows, asked for in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.core.periods import LONGEST, Part, choose_grain, list_parts
from server.generation.budget import service as budget
from server.generation.budget.domain import DaySpending, Stop
from server.generation.llm.domain import LLMHealth
from server.insight.analytics import service as analytics
from server.insight.analytics.domain import (
    BudgetDay,
    ChapterFeedback,
    ChapterUse,
    FallbackUse,
    Grain,
    ModelReport,
    ModelUse,
    Period,
    ResponseTime,
    Summary,
    TransformationUse,
)
from server.operations.health import HealthResponse, check_health


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a chart, cut into parts of one kind, by the first day of their kind."""

    grain: Grain
    parts: dict[date, Part]


@dataclass(frozen=True)
class Figures:
    """The answers of analytics for one period; models and times also by part."""

    span: Span
    summary: Summary
    chapters: tuple[ChapterUse, ...]
    times: tuple[ResponseTime, ...]
    models: tuple[ModelUse, ...]
    models_over_time: ModelReport
    transformations: tuple[TransformationUse, ...]
    fallbacks: tuple[FallbackUse, ...]
    feedback: tuple[ChapterFeedback, ...]

    @property
    def dearest_day(self) -> BudgetDay | None:
        paid = [day for day in self.models_over_time.budget if day.billed_usd]
        return max(paid, key=lambda day: day.billed_usd, default=None)

    @property
    def paid_usd(self) -> Decimal:
        return sum((day.billed_usd for day in self.models_over_time.budget), Decimal(0))

    @property
    def is_empty(self) -> bool:
        return not self.summary.requests_total and not self.models

    def find_time(self, *, cached: bool) -> ResponseTime | None:
        """Of the whole period."""
        return next((each for each in self.summary.response_time if each.cached is cached), None)


@dataclass(frozen=True, slots=True)
class Condition:
    """How the service is now: no model is called to find out."""

    health: HealthResponse
    providers: tuple[tuple[str, str], ...]
    stop: Stop | None
    today: DaySpending

    @property
    def used_percent(self) -> float | None:
        """Of today's budget, with what running calls hold back; None without a budget."""
        today = self.today
        if today.limit_usd is None:
            return None
        return float((today.settled_usd + today.reserved_usd) / today.limit_usd * 100)


async def gather_figures(
    session: AsyncSession, period: Period, daily_limit_usd: Decimal, today: date
) -> Figures:
    """The days come first: they say how long the charts are, and so what a part of them is."""
    summary = await analytics.summarize(session, period)
    by_day = await analytics.report_models(session, period, daily_limit_usd, Grain.DAY)
    days = [*(each.day for each in summary.days), *(each.day for each in by_day.budget)]
    span = find_span(period, days, today)
    whole = await analytics.report_models(session, period, daily_limit_usd)
    return Figures(
        span=span,
        summary=summary,
        chapters=await analytics.list_chapters(session, period),
        times=await analytics.measure_response_times(session, period, span.grain),
        models=whole.models,
        models_over_time=by_day,
        transformations=await analytics.count_transformations(session, period),
        fallbacks=await analytics.count_fallbacks(session, period),
        feedback=await analytics.count_feedback(session, period),
    )


def find_span(period: Period, days: Sequence[date], today: date) -> Span:
    """The period's days until today; of a long or an open one those since something happened."""
    oldest, newest = min([*days, today]), max([*days, today])
    first, last = period.days
    first = first or min(oldest, last or oldest)
    last = first if first > newest else min(last or newest, newest)
    if (last - first).days >= LONGEST[Grain.DAY]:
        first = min(max(first, oldest), last)
    grain = choose_grain(first, last)
    return Span(grain, list_parts(first, last, grain))


async def look_around(sessions: Sessions, llm: LLMHealth, daily_limit_usd: Decimal) -> Condition:
    """The same judgement as that of `/health`, and what only admins may see beside it."""
    async with sessions.begin() as session:
        stop = await budget.find_stop(session)
        today = await budget.spent_today(session, daily_limit_usd)
    return Condition(await check_health(sessions, llm), llm.providers, stop, today)
