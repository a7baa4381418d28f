"""The wire of analytics: units stand in the names, money is in US dollars."""

from datetime import date
from typing import Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from server.insight.analytics.domain import ChapterRequests, ProviderUse

RESPONSE_TIME: JsonDict = {
    "day": None,
    "cached": True,
    "requests": 101,
    "avg_ms": 6.1,
    "p50_ms": 5.0,
    "p95_ms": 11.0,
    "p99_ms": 19.5,
}
USE_OF_DAY: JsonDict = {
    "day": "2026-11-21",
    "requests": 120,
    "hits": 101,
    "hit_rate_percent": 84.2,
    "requests_memory": 70,
    "requests_cache": 21,
    "requests_sections": 10,
    "requests_llm": 18,
    "requests_original": 1,
}
MODEL_USE: JsonDict = {
    "day": "2026-11-21",
    "llm_provider": "claude",
    "llm_model": "claude-sonnet-4-5",
    "requests": 120,
    "sections_fallback": 3,
    "input_tokens": 41000,
    "output_tokens": 23000,
    "cost_usd": 0.47,
    "billed_calls": 61,
    "billed_input_tokens": 52000,
    "billed_output_tokens": 30100,
    "billed_usd": 0.61,
}


class FromDomain(BaseModel):
    model_config = ConfigDict(from_attributes=True)


def _example(example: JsonDict) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [example]})


class ChapterUseResponse(FromDomain):
    """One chapter; `hits` are requests served from what was stored."""

    model_config = _example(
        {
            "chapter_id": "chapter-02",
            "requests": 120,
            "hits": 101,
            "hit_rate_percent": 84.2,
            "avg_ms": 829.9,
            "sections_total": 1440,
            "sections_rewritten": 1200,
            "sections_fallback": 3,
            "input_tokens": 41000,
            "output_tokens": 23000,
            "cost_usd": 0.47,
        }
    )

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
    cost_usd: float


class ResponseTimeResponse(FromDomain):
    """Milliseconds by cache state; `day` is null for the whole period."""

    model_config = _example(RESPONSE_TIME)

    day: date | None
    cached: bool
    requests: int
    avg_ms: float
    p50_ms: float
    p95_ms: float
    p99_ms: float


class ModelUseResponse(FromDomain):
    """What a model did for learners, and what was billed for it (whole days, with warm-ups)."""

    model_config = _example(MODEL_USE)

    day: date | None
    llm_provider: str | None
    llm_model: str | None
    requests: int
    sections_fallback: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    billed_calls: int
    billed_input_tokens: int
    billed_output_tokens: int
    billed_usd: float


class BudgetDayResponse(FromDomain):
    """A day's bills against the limit that holds now, which is null where there is none."""

    day: date
    billed_usd: float
    daily_limit_usd: float | None
    used_percent: float | None


class UseOfDayResponse(FromDomain):
    """The requests of one day (UTC) by source; a day without requests is left out."""

    model_config = _example(USE_OF_DAY)

    day: date
    requests: int
    hits: int
    hit_rate_percent: float | None
    requests_memory: int
    requests_cache: int
    requests_sections: int
    requests_llm: int
    requests_original: int


class TransformationUseResponse(FromDomain):
    """In how many requests a transformation was part of the plan."""

    model_config = _example(
        {
            "transformation": "beginner-simplify",
            "requests": 90,
            "requests_total": 120,
            "share_percent": 75.0,
        }
    )

    transformation: str
    requests: int
    requests_total: int
    share_percent: float | None


class FallbackUseResponse(FromDomain):
    """How many sections showed the author's text for a reason, and in how many requests."""

    model_config = _example(
        {"day": None, "chapter_id": None, "reason": "numbers", "requests": 3, "sections": 4}
    )

    day: date | None
    chapter_id: str | None
    reason: str
    requests: int
    sections: int


class ChapterFeedbackResponse(FromDomain):
    model_config = _example(
        {
            "chapter_id": "chapter-02",
            "ratings": 41,
            "helpful": 36,
            "helpful_percent": 87.8,
            "comments": 9,
        }
    )

    chapter_id: str
    ratings: int
    helpful: int
    helpful_percent: float | None
    comments: int


class TotalsResponse(FromDomain):
    requests: int
    hits: int
    requests_aborted: int
    input_tokens: int
    output_tokens: int
    cost_usd: float
    sections_total: int
    sections_fallback: int


class MetricsResponse(FromDomain):
    """Shares lie between 0 and 1, and are null, like the average, while nothing was asked."""

    model_config = _example(
        {
            "avg_response_time_ms": 352.4,
            "cache_hit_rate": 0.64,
            "total_requests": 1200,
            "error_rate": 0.002,
        }
    )

    avg_response_time_ms: float | None = Field(description="Of all requests, cached or not.")
    cache_hit_rate: float | None = Field(description="Share served from what was stored.")
    total_requests: int
    error_rate: float | None = Field(
        description="Share of streams that broke off. What was refused is no request of the log; "
        "`/metrics` for Prometheus counts it."
    )


class SummaryResponse(FromDomain):
    """The three questions of the log (chapters, hit rate, response times), sums and days."""

    model_config = _example(
        {
            "requests_total": 120,
            "hit_rate_percent": 84.2,
            "tokens_per_request": 533.3,
            "cost_usd_per_1000_requests": 3.92,
            "sections_fallback_percent": 0.2,
            "totals": {
                "requests": 120,
                "hits": 101,
                "requests_aborted": 1,
                "input_tokens": 41000,
                "output_tokens": 23000,
                "cost_usd": 0.47,
                "sections_total": 1440,
                "sections_fallback": 3,
            },
            "requests_by_chapter": [{"chapter_id": "chapter-02", "requests": 120}],
            "response_time": [
                {**RESPONSE_TIME, "cached": True, "requests": 101},
                {
                    **RESPONSE_TIME,
                    "cached": False,
                    "requests": 19,
                    "avg_ms": 5210.0,
                    "p50_ms": 4900.0,
                    "p95_ms": 8100.0,
                    "p99_ms": 9400.0,
                },
            ],
            "providers": [
                {
                    "llm_provider": "claude",
                    "requests": 120,
                    "input_tokens": 41000,
                    "output_tokens": 23000,
                    "sections_fallback": 3,
                }
            ],
            "days": [USE_OF_DAY],
        }
    )

    requests_total: int
    hit_rate_percent: float | None
    tokens_per_request: float | None
    cost_usd_per_1000_requests: float | None
    sections_fallback_percent: float | None
    totals: TotalsResponse
    requests_by_chapter: list[ChapterRequests]
    response_time: list[ResponseTimeResponse]
    providers: list[ProviderUse]
    days: list[UseOfDayResponse]


ItemT = TypeVar("ItemT", bound=FromDomain)


def _show_one_item(schema: JsonDict, page: type[BaseModel]) -> None:
    """The example of a page is the example of its item."""
    (item,) = get_args(page.model_fields["items"].annotation)
    (example,) = item.model_json_schema()["examples"]
    schema["examples"] = [{"total": 1, "limit": 100, "offset": 0, "items": [example]}]


class PageResponse(BaseModel, Generic[ItemT]):
    """A part of the rows; `total` is how many there are."""

    model_config = ConfigDict(json_schema_extra=_show_one_item)

    total: int
    limit: int
    offset: int
    items: list[ItemT]


class ModelPageResponse(PageResponse[ModelUseResponse]):
    """Models, and the days' bills against the budget."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 1,
                    "limit": 100,
                    "offset": 0,
                    "items": [MODEL_USE],
                    "budget": [
                        {
                            "day": "2026-11-21",
                            "billed_usd": 0.61,
                            "daily_limit_usd": 10.0,
                            "used_percent": 6.1,
                        }
                    ],
                }
            ]
        }
    )

    budget: list[BudgetDayResponse]
