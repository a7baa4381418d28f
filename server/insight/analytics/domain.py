"""The frozen answers of analytics."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import ConfigDict

from server.generation.budget.domain import DayBill


def percent(part: int, whole: int) -> float | None:
    """None of nothing: there is no rate of no requests."""
    return part / whole * 100 if whole else None


def _divide(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class ChapterRequests:
    __pydantic_config__ = ConfigDict(title="ChapterRequestsResponse")

    chapter_id: str
    requests: int


@dataclass(frozen=True, slots=True)
class ChapterUse:
    """What was asked of one chapter, and what it took."""

    chapter_id: str
    requests: int
    hits: int
    avg_ms: float
    sections_total: int
    sections_rewritten: int
    sections_fallback: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal

    @property
    def hit_rate_percent(self) -> float | None:
        return percent(self.hits, self.requests)


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Milliseconds of the requests that were (not) served from what was stored."""

    day: date | None  # the first of the row's days; None: the whole period
    cached: bool
    requests: int
    avg_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


@dataclass(frozen=True, slots=True)
class ProviderUse:
    __pydantic_config__ = ConfigDict(title="ProviderUseResponse")

    llm_provider: str | None  # None where no provider's text was shown
    requests: int
    input_tokens: int
    output_tokens: int
    sections_fallback: int


@dataclass(frozen=True, slots=True)
class ModelUse:
    """What one model did for learners, and beside it what was billed for it.

    A bill is of a whole day (UTC), and holds warm-ups and other calls that no learner waited for.
    """

    day: date | None  # the first of the row's days; None: the whole period
    llm_provider: str | None
    llm_model: str | None
    requests: int = 0
    sections_fallback: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: Decimal = Decimal(0)
    billed_calls: int = 0
    billed_input_tokens: int = 0
    billed_output_tokens: int = 0
    billed_usd: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class BudgetDay:
    """A day's bills against the limit that holds now; 0 of the limit is written as None."""

    day: date
    billed_usd: Decimal
    daily_limit_usd: Decimal | None

    @property
    def used_percent(self) -> float | None:
        if self.daily_limit_usd is None:
            return None
        return float(self.billed_usd / self.daily_limit_usd * 100)


@dataclass(frozen=True, slots=True)
class ModelReport:
    """Models, the most asked first or day by day, and the days' bills against the budget."""

    models: tuple[ModelUse, ...]
    budget: tuple[BudgetDay, ...]


@dataclass(frozen=True, slots=True)
class UseOfDay:
    """A day's requests: all, those served from what was stored, and all by source."""

    day: date
    requests: int
    hits: int
    requests_memory: int
    requests_cache: int
    requests_sections: int
    requests_llm: int
    requests_original: int

    @property
    def hit_rate_percent(self) -> float | None:
        return percent(self.hits, self.requests)


@dataclass(frozen=True, slots=True)
class TransformationUse:
    transformation: str
    requests: int
    requests_total: int

    @property
    def share_percent(self) -> float | None:
        """Of all requests; shares add up to more than 100, since a plan holds several."""
        return percent(self.requests, self.requests_total)


@dataclass(frozen=True, slots=True)
class FallbackUse:
    """How often a reason made sections show the author's text, and in how many requests."""

    day: date | None
    chapter_id: str | None
    reason: str
    requests: int
    sections: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over a period; `requests` and `hits` give the rates."""

    requests: int
    hits: int
    requests_aborted: int
    response_time_ms: int  # of all together
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal
    sections_total: int
    sections_fallback: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """Four figures at a glance; shares between 0 and 1, None of nothing."""

    totals: Totals

    @property
    def total_requests(self) -> int:
        return self.totals.requests

    @property
    def avg_response_time_ms(self) -> float | None:
        return _divide(self.totals.response_time_ms, self.totals.requests)

    @property
    def cache_hit_rate(self) -> float | None:
        return _divide(self.totals.hits, self.totals.requests)

    @property
    def error_rate(self) -> float | None:
        return _divide(self.totals.requests_aborted, self.totals.requests)


@dataclass(frozen=True, slots=True)
class Summary:
    totals: Totals
    requests_by_chapter: tuple[ChapterRequests, ...]
    response_time: tuple[ResponseTime, ...]
    providers: tuple[ProviderUse, ...]
    days: tuple[UseOfDay, ...]

    @property
    def requests_total(self) -> int:
        return self.totals.requests

    @property
    def hit_rate_percent(self) -> float | None:
        """None on an empty log."""
        return percent(self.totals.hits, self.totals.requests)

    @property
    def sections_fallback_percent(self) -> float | None:
        return percent(self.totals.sections_fallback, self.totals.sections_total)

    @property
    def tokens_per_request(self) -> float | None:
        tokens = self.totals.input_tokens + self.totals.output_tokens
        return _divide(tokens, self.totals.requests)

    @property
    def cost_usd_per_1000_requests(self) -> float | None:
        cost, requests = self.totals.cost_usd, self.totals.requests
        return float(cost * 1000 / requests) if requests else None


def add_up_days(bills: Sequence[DayBill], daily_limit_usd: Decimal) -> tuple[BudgetDay, ...]:
    """All models' bills by day; a limit of 0 is none."""
    billed = dict[date, Decimal]()
    for bill in bills:
        billed[bill.day] = billed.get(bill.day, Decimal(0)) + bill.cost_usd
    return tuple(
        BudgetDay(day, usd, daily_limit_usd or None) for day, usd in sorted(billed.items())
    )
