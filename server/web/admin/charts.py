"""The charts of the page of figures, drawn from the rows of their tables."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from server.core.dates import Grain, Part
from server.insight.analytics.domain import ResponseTime
from server.web.admin.report import Figures, ModelRow, Span, TimeRow, UseRow, name_models
from server.web.admin.svg import Axis, Series, draw_lines, draw_stacked_bars

# Names and looks of the sources, from the quickest to the slowest.
SOURCES = {
    "memory": "Memory",
    "cache": "Stored chapter",
    "sections": "Stored sections",
    "llm": "Made on request",
    "original": "The author’s text",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart, and the series whose looks it explains."""

    name: str
    svg: Markup
    legend: Sequence[Series] = ()


def draw_all(
    figures: Figures,
    uses: Sequence[UseRow],
    times: Sequence[TimeRow],
    models: Sequence[ModelRow],
    daily_limit_usd: float | None,
) -> dict[str, Picture]:
    """Draw the charts of the admins' figures: a tenth of a second, for a thread of its own."""
    axis = describe_axis(figures.span)
    limit = daily_limit_usd if figures.span.grain is Grain.DAY else None
    return {
        "sources": _draw_sources(axis, uses),
        "hit_rate": _draw_hit_rate(axis, uses),
        "stored_times": _draw_times(
            "Response times of stored versions", axis, [each.stored for each in times]
        ),
        "made_times": _draw_times(
            "Response times of versions made on request", axis, [each.made for each in times]
        ),
        "cost": _draw_models(
            "Cost by model",
            axis,
            figures,
            models,
            lambda each: float(each.bill.cost_usd),
            show_usd,
            limit,
        ),
        "tokens": _draw_models(
            "Tokens by model", axis, figures, models, _count_tokens, show_number
        ),
    }


def _count_tokens(row: ModelRow) -> int:
    return row.bill.input_tokens + row.bill.output_tokens


def describe_axis(span: Span) -> Axis:
    """Name the days or weeks below an admin's chart."""
    parts = list(span.parts.values())
    short = [_shorten(part.first, span.grain) for part in parts]
    return Axis(short, [name_part(part) for part in parts])


def _shorten(day: date, grain: Grain) -> str:
    match grain:
        case Grain.MONTH:
            return f"{day:%b %Y}"
        case Grain.YEAR:
            return f"{day.year}"
        case _:
            return f"{day.day} {day:%b}"


def name_part(part: Part) -> str:
    """A day, or a week by its first and last."""
    first = f"{part.first.day} {part.first:%b} {part.first.year}"
    last = f"{part.last.day} {part.last:%b} {part.last.year}"
    return first if part.first == part.last else f"{first} – {last}"


def show_number(value: float) -> str:
    """Short enough for an axis: 1,200, 45k, 2.5m."""
    for size, mark in ((1e9, "bn"), (1e6, "m"), (1e4, "k")):
        if abs(value) >= size:
            unit = 1e3 if mark == "k" else size
            return f"{value / unit:,.4g}{mark}"
    return f"{value:,.4g}"


def show_usd(value: float) -> str:
    """Write dollars for a chart."""
    if value and abs(value) < 0.01:  # noqa: PLR2004  # less than a cent
        return f"${value:.2g}"
    return f"${value:,.2f}" if abs(value) < 1000 else f"${show_number(value)}"  # noqa: PLR2004


def show_ms(value: float) -> str:
    """Milliseconds, or seconds from one on."""
    return f"{value / 1000:,.3g} s" if value >= 1000 else f"{value:,.3g} ms"  # noqa: PLR2004


def show_percent(value: float) -> str:
    """Write a percentage for a chart."""
    return f"{value:.4g} %"


def _draw_sources(axis: Axis, uses: Sequence[UseRow]) -> Picture:
    values = {
        "memory": [each.use.requests_memory for each in uses],
        "cache": [each.use.requests_cache for each in uses],
        "sections": [each.use.requests_sections for each in uses],
        "llm": [each.use.requests_llm for each in uses],
        "original": [each.use.requests_original for each in uses],
    }
    series = [Series(SOURCES[source], source, values[source]) for source in SOURCES]
    name = "Requests by source"
    return Picture(name, draw_stacked_bars(name, axis, series, show_number), series)


def _draw_hit_rate(axis: Axis, uses: Sequence[UseRow]) -> Picture:
    rates = Series("stored", "memory", [each.use.hit_rate_percent for each in uses])
    name = "Share served from what was stored"
    return Picture(name, draw_lines(name, axis, [rates], show_percent, top=100))


def _draw_times(name: str, axis: Axis, times: Sequence[ResponseTime | None]) -> Picture:
    series = [
        Series(
            "half were faster than", "median", [each.p50_ms if each else None for each in times]
        ),
        Series("95 % were faster than", "slow", [each.p95_ms if each else None for each in times]),
    ]
    return Picture(name, draw_lines(name, axis, series, show_ms), series)


def _draw_models(
    name: str,
    axis: Axis,
    figures: Figures,
    rows: Sequence[ModelRow],
    measure: Callable[[ModelRow], float],
    format_value: Callable[[float], str],
    limit: float | None = None,
) -> Picture:
    measured = {(each.name, each.part): measure(each) for each in rows}
    parts = figures.span.parts.values()
    series = [
        Series(model, f"model-{place}", [measured.get((model, part), 0) for part in parts])
        for place, model in enumerate(name_models(figures), 1)
    ]
    svg = draw_stacked_bars(name, axis, series, format_value, limit) if series else Markup()
    return Picture(name, svg, series)
