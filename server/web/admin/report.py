"""Everything that the page of figures shows, asked for in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.core.dates import (
    LONGEST,
    Grain,
    Part,
    Period,
    choose_grain,
    find_first_day,
    list_parts,
)
from server.generation.budget import service as budget
from server.generation.budget.domain import NOTHING, Bill, DaySpending, Stop, add_bills
from server.generation.llm.domain import LLMHealth
from server.generation.rewriting.store.reviews.domain import FaultCount, ReviewCount
from server.insight.analytics import service as analytics
from server.insight.analytics.domain import (
    BudgetDay,
    ChapterUse,
    FallbackGrain,
    FallbackUse,
    ModelReport,
    ModelUse,
    ResponseTime,
    Summary,
    TransformationUse,
    UseOfDay,
    percent,
)
from server.insight.feedback.domain import ChapterFeedback
from server.insight.feedback.service import count_by_chapter
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
    reviews: tuple[ReviewCount, ...]
    faults: tuple[FaultCount, ...]

    @property
    def reading_usd(self) -> Decimal:
        """What second readers have cost."""
        return sum((each.cost_usd for each in self.reviews), Decimal(0))

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
    scope = await analytics.open_scope(session, period)
    summary = await analytics.summarize(session, scope)
    by_day = await analytics.report_models(session, scope, daily_limit_usd, Grain.DAY)
    days = [*(each.day for each in summary.days), *(each.day for each in by_day.budget)]
    span = find_span(period, days, today)
    whole = await analytics.report_models(session, scope, daily_limit_usd)
    return Figures(
        span=span,
        summary=summary,
        chapters=await analytics.list_chapters(session, scope),
        times=await analytics.measure_response_times(session, scope, span.grain),
        models=whole.models,
        models_over_time=by_day,
        transformations=await analytics.count_transformations(session, scope),
        fallbacks=await analytics.count_fallbacks(session, scope, FallbackGrain.REASON),
        feedback=await count_by_chapter(session, period),
        reviews=await analytics.count_reviews(session, period),
        faults=await analytics.count_faults(session, period),
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
    """Judge the site's health for the admins' report, and what only they may see beside it."""
    async with sessions.begin() as session:
        stop = await budget.find_stop(session)
        today = await budget.spent_today(session, daily_limit_usd)
    return Condition(await check_health(sessions, llm), llm.providers, stop, today)


MOST_MODELS = 5
OTHER_MODELS = "other models"


@dataclass(frozen=True, slots=True)
class UseRow:
    """A row of the models' use in the admins' report."""

    part: Part
    use: UseOfDay


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A row of the admins' report: times of stored answers and of those made on request."""

    part: Part
    stored: ResponseTime | None
    made: ResponseTime | None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What was paid for one model in one part."""

    part: Part
    name: str
    bill: Bill


def list_use(figures: Figures) -> list[UseRow]:
    """List the use in every part of the admins' report, also where nobody came."""
    span = figures.span
    days: dict[date, list[UseOfDay]] = {name: [] for name in span.parts}
    for each in figures.summary.days:
        days[_name_of(each.day, span)].append(each)
    return [UseRow(span.parts[name], _add_up(name, uses)) for name, uses in days.items()]


def _name_of(day: date, span: Span) -> date:
    name = find_first_day(day, span.grain)
    assert name is not None
    return name


def _add_up(day: date, uses: list[UseOfDay]) -> UseOfDay:
    requests = sum(each.requests for each in uses)
    hits = sum(each.hits for each in uses)
    return UseOfDay(
        day=day,
        requests=requests,
        hits=hits,
        hit_rate_percent=percent(hits, requests),
        requests_memory=sum(each.requests_memory for each in uses),
        requests_cache=sum(each.requests_cache for each in uses),
        requests_sections=sum(each.requests_sections for each in uses),
        requests_llm=sum(each.requests_llm for each in uses),
        requests_original=sum(each.requests_original for each in uses),
    )


def list_times(figures: Figures) -> list[TimeRow]:
    """List the times of answers that the admins' report shows."""
    found = {(each.day, each.cached): each for each in figures.times}
    return [
        TimeRow(part, found.get((name, True)), found.get((name, False)))
        for name, part in figures.span.parts.items()
    ]


def list_models(figures: Figures) -> list[ModelRow]:
    """What was paid, by part and model; models beyond the dearest few are one."""
    names = name_models(figures)
    found = dict[tuple[date, str], Bill]()
    for each in figures.models_over_time.models:
        if each.day is not None and each.billed_calls:
            name = name_model(each)
            key = (_name_of(each.day, figures.span), name if name in names else OTHER_MODELS)
            found[key] = _add(found.get(key, NOTHING), each)
    order = sorted(found, key=lambda key: (key[0], names.index(key[1])))
    return [ModelRow(figures.span.parts[key[0]], key[1], found[key]) for key in order]


def name_models(figures: Figures) -> list[str]:
    """The dearest models; the last name stands for all others, if there are more."""
    paid = dict[str, Bill]()
    for each in figures.models:
        if each.billed_calls:
            paid[name_model(each)] = _add(paid.get(name_model(each), NOTHING), each)
    names = sorted(paid, key=lambda name: (paid[name].cost_usd, paid[name].calls), reverse=True)
    return names if len(names) <= MOST_MODELS else [*names[: MOST_MODELS - 1], OTHER_MODELS]


def _add(bill: Bill, use: ModelUse) -> Bill:
    """Of one name, by whichever provider: what was paid, and for how many calls."""
    tokens = use.billed_input_tokens, use.billed_output_tokens
    return add_bills([bill, Bill(use.billed_usd, *tokens, use.billed_calls)])


def name_model(use: ModelUse) -> str:
    """Name a model in the admins' report."""
    return use.llm_model or use.llm_provider or "no model"
