"""Figures part by part: the rows of a chart's table, from which the chart is drawn. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from server.core.periods import Part, find_first_day
from server.insight.analytics.domain import ModelUse, ResponseTime, UseOfDay
from server.web.admin.report import Figures, Span

MOST_MODELS = 5
OTHER_MODELS = "other models"


@dataclass(frozen=True, slots=True)
class UseRow:
    part: Part
    use: UseOfDay


@dataclass(frozen=True, slots=True)
class TimeRow:
    """Response times of what was stored and of what was made on request, if there were any."""

    part: Part
    stored: ResponseTime | None
    made: ResponseTime | None


@dataclass(frozen=True, slots=True)
class ModelRow:
    """What was paid for one model in one part."""

    part: Part
    name: str
    calls: int
    input_tokens: int
    output_tokens: int
    usd: Decimal

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens


def list_use(figures: Figures) -> list[UseRow]:
    """Every part, also those in which nobody came."""
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
    return UseOfDay(
        day=day,
        requests=sum(each.requests for each in uses),
        hits=sum(each.hits for each in uses),
        requests_memory=sum(each.requests_memory for each in uses),
        requests_cache=sum(each.requests_cache for each in uses),
        requests_sections=sum(each.requests_sections for each in uses),
        requests_llm=sum(each.requests_llm for each in uses),
        requests_original=sum(each.requests_original for each in uses),
    )


def list_times(figures: Figures) -> list[TimeRow]:
    found = {(each.day, each.cached): each for each in figures.times}
    return [
        TimeRow(part, found.get((name, True)), found.get((name, False)))
        for name, part in figures.span.parts.items()
    ]


def list_models(figures: Figures) -> list[ModelRow]:
    """What was paid, by part and model; models beyond the dearest few are one."""
    names = name_models(figures)
    found = dict[tuple[date, str], list[ModelUse]]()
    for each in figures.models_over_time.models:
        if each.day is not None and each.billed_calls:
            name = name_model(each)
            key = (_name_of(each.day, figures.span), name if name in names else OTHER_MODELS)
            found.setdefault(key, []).append(each)
    order = sorted(found, key=lambda key: (key[0], names.index(key[1])))
    return [_add_up_model(figures.span.parts[key[0]], key[1], found[key]) for key in order]


def name_models(figures: Figures) -> list[str]:
    """The dearest models; the last name stands for all others, if there are more."""
    paid = dict[str, list[ModelUse]]()
    for each in figures.models:
        if each.billed_calls:
            paid.setdefault(name_model(each), []).append(each)
    names = sorted(paid, key=lambda name: _weigh(paid[name]), reverse=True)
    return names if len(names) <= MOST_MODELS else [*names[: MOST_MODELS - 1], OTHER_MODELS]


def _weigh(uses: Iterable[ModelUse]) -> tuple[Decimal, int]:
    """Of one name, by whichever provider: what was paid, and for how many calls."""
    uses = list(uses)
    usd = sum((each.billed_usd for each in uses), Decimal(0))
    return usd, sum(each.billed_calls for each in uses)


def name_model(use: ModelUse) -> str:
    return use.llm_model or use.llm_provider or "no model"


def _add_up_model(part: Part, name: str, uses: Iterable[ModelUse]) -> ModelRow:
    uses = list(uses)
    return ModelRow(
        part=part,
        name=name,
        calls=sum(each.billed_calls for each in uses),
        input_tokens=sum(each.billed_input_tokens for each in uses),
        output_tokens=sum(each.billed_output_tokens for each in uses),
        usd=sum((each.billed_usd for each in uses), Decimal(0)),
    )
