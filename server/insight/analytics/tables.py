"""The tables of analytics that are also files: what a row is, and where the rows come from."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.errors import FieldError, InvalidInput, NotFound
from server.insight.analytics import service
from server.insight.analytics.domain import FallbackGrain, Grain, ModelUse, Period
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
    return (await service.report_models(session, asked.period, limit, grain)).models


def _choose(kind: type[GrainT], given: str | None, default: GrainT) -> GrainT:
    try:
        return kind(given) if given is not None else default
    except ValueError as error:
        wrong = FieldError("query.by", f"is none of {', '.join(kind)}")
        raise InvalidInput("This table has no such rows.", fields=[wrong]) from error


SUMMARY = Table(UseOfDayResponse, lambda session, asked: service.list_days(session, asked.period))
CHAPTERS = Table(
    ChapterUseResponse, lambda session, asked: service.list_chapters(session, asked.period)
)
LATENCY = Table(
    ResponseTimeResponse,
    lambda session, asked: service.measure_response_times(
        session, asked.period, _choose(Grain, asked.by, Grain.PERIOD)
    ),
)
PROVIDERS = Table(ModelUseResponse, _read_models)
TRANSFORMATIONS = Table(
    TransformationUseResponse,
    lambda session, asked: service.count_transformations(session, asked.period),
)
FALLBACKS = Table(
    FallbackUseResponse,
    lambda session, asked: service.count_fallbacks(
        session, asked.period, _choose(FallbackGrain, asked.by, FallbackGrain.REASON)
    ),
)
FEEDBACK = Table(
    ChapterFeedbackResponse, lambda session, asked: service.count_feedback(session, asked.period)
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
