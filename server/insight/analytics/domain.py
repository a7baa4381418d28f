"""The frozen answers of analytics, as they go out: units stand in the names, money is in USD."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import ConfigDict, Field, PlainSerializer

from server.core.http.examples import Examples
from server.generation.budget.domain import DayBill

EXAMPLES = Examples(__file__)

Usd = Annotated[Decimal, PlainSerializer(float)]  # to the last digit inside, a number on the wire


def percent(part: int, whole: int) -> float | None:
    """None of nothing: there is no rate of no requests."""
    return part / whole * 100 if whole else None


def divide(part: int, whole: int) -> float | None:
    """Return a rate, or None of nothing."""
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class ChapterRequests:
    """How often a chapter was asked for in a period."""

    __pydantic_config__ = ConfigDict(title="ChapterRequestsResponse")

    chapter_id: str
    requests: int


@dataclass(frozen=True, slots=True)
class ChapterUse:
    """One chapter; `hits` are requests served from what was stored."""

    __pydantic_config__ = EXAMPLES.name("ChapterUseResponse")

    chapter_id: str
    requests: int
    hits: int
    hit_rate_percent: float | None
    avg_ms: float
    sections_total: int
    sections_rewritten: int
    sections_fallback: int
    input_tokens: int
    output_tokens: int
    cost_usd: Usd


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Milliseconds by cache state; `day` is null for the whole period."""

    __pydantic_config__ = EXAMPLES.name("ResponseTimeResponse")

    day: date | None  # the first of the row's days
    cached: bool
    requests: int
    avg_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class ProviderUse:
    """What a provider of models was used for in a period."""

    __pydantic_config__ = ConfigDict(title="ProviderUseResponse")

    llm_provider: str | None  # None where no provider's text was shown
    requests: int
    input_tokens: int
    output_tokens: int
    sections_fallback: int


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What a model did for learners, and what was billed for it (whole days, with warm-ups)."""

    __pydantic_config__ = EXAMPLES.name("ModelUseResponse")

    day: date | None  # the first of the row's days; None: the whole period
    llm_provider: str | None
    llm_model: str | None
    requests: int
    sections_fallback: int
    input_tokens: int
    output_tokens: int
    cost_usd: Usd
    billed_calls: int
    billed_input_tokens: int
    billed_output_tokens: int
    billed_usd: Usd


@dataclass(frozen=True, slots=True)
class BudgetDay:
    """A day's bills against the limit that holds now, which is null where there is none."""

    __pydantic_config__ = ConfigDict(title="BudgetDayResponse")

    day: date
    billed_usd: Usd
    daily_limit_usd: Usd | None
    used_percent: float | None


@dataclass(frozen=True, slots=True)
class ModelReport:
    """Models, the most asked first or day by day, and the days' bills against the budget."""

    models: tuple[ModelUse, ...]
    budget: tuple[BudgetDay, ...]


@dataclass(frozen=True, slots=True)
class UseOfDay:
    """The requests of one day (UTC) by source; a day without requests is left out."""

    __pydantic_config__ = EXAMPLES.name("UseOfDayResponse")

    day: date
    requests: int
    hits: int
    hit_rate_percent: float | None
    requests_memory: int
    requests_cache: int
    requests_sections: int
    requests_llm: int
    requests_original: int


@dataclass(frozen=True, slots=True)
class TransformationUse:
    """In how many requests a transformation was part of the plan."""

    __pydantic_config__ = EXAMPLES.name("TransformationUseResponse")

    transformation: str
    requests: int
    requests_total: int
    share_percent: float | None  # shares add up to more than 100, since a plan holds several


class FallbackGrain(StrEnum):
    """What a row about fallbacks stands for: a reason, or a reason in a chapter or on a day."""

    REASON = "reason"
    CHAPTER = "chapter"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class FallbackUse:
    """How many sections showed the author's text for a reason, and in how many requests."""

    __pydantic_config__ = EXAMPLES.name("FallbackUseResponse")

    day: date | None
    chapter_id: str | None
    reason: str
    requests: int
    sections: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a period of analytics; `requests` and `hits` give the rates."""

    __pydantic_config__ = ConfigDict(title="TotalsResponse")

    requests: int
    hits: int
    requests_aborted: int
    response_time_ms: Annotated[int, Field(exclude=True)]  # of all together
    input_tokens: int
    output_tokens: int
    cost_usd: Usd
    sections_total: int
    sections_fallback: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """Shares lie between 0 and 1, and are null, like the average, while nothing was asked."""

    __pydantic_config__ = EXAMPLES.name("MetricsResponse")

    avg_response_time_ms: Annotated[
        float | None, Field(description="Of all requests, cached or not.")
    ]
    cache_hit_rate: Annotated[float | None, Field(description="Share served from what was stored.")]
    total_requests: int
    error_rate: Annotated[
        float | None,
        Field(
            description="Share of streams that broke off. What was refused is no request of the "
            "log; `/metrics` for Prometheus counts it."
        ),
    ]


@dataclass(frozen=True, slots=True)
class Summary:
    """The three questions of the log (chapters, hit rate, response times), sums and days."""

    __pydantic_config__ = EXAMPLES.name("SummaryResponse")

    requests_total: int
    hit_rate_percent: float | None
    tokens_per_request: float | None
    cost_usd_per_1000_requests: float | None
    sections_fallback_percent: float | None
    totals: Totals
    requests_by_chapter: tuple[ChapterRequests, ...]
    response_time: tuple[ResponseTime, ...]
    providers: tuple[ProviderUse, ...]
    days: tuple[UseOfDay, ...]


def add_up_days(bills: Sequence[DayBill], daily_limit_usd: Decimal) -> tuple[BudgetDay, ...]:
    """Add all models' bills up by day for the figures of spending; a limit of 0 is none."""
    billed = dict[date, Decimal]()
    for bill in bills:
        billed[bill.day] = billed.get(bill.day, Decimal(0)) + bill.cost_usd
    return tuple(
        BudgetDay(
            day,
            usd,
            daily_limit_usd or None,
            float(usd / daily_limit_usd * 100) if daily_limit_usd else None,
        )
        for day, usd in sorted(billed.items())
    )
