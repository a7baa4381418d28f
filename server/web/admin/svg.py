"""Charts as SVG that our pages may show: no script, no style of their own, every text escaped.

The one module that knows pygal; its XML is written here and never read. What it draws is stripped
of whatever our Content-Security-Policy forbids; charts.css gives the colours, and hovering shows
each value by SVG's own titles.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Protocol
from xml.etree.ElementTree import Element, SubElement, tostring

from markupsafe import Markup

WIDTH, HEIGHT = 560, 230
MOST_SHOWN_LABELS = 7
FONT_SIZE = 13
# Beyond this many times the highest value, a limit would only press everything to the ground.
FAR_AWAY = 2.5

FormatValue = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One value at each label; None where there is none. The look is a class of charts.css."""

    name: str
    look: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Axis:
    """What stands below a chart: a short word at some places, the whole one on hovering."""

    short: Sequence[str]
    full: Sequence[str]


class _View(Protocol):
    """Where values lie in the drawing."""

    width: float

    def y(self, y: float) -> float: ...


class _Chart(Protocol):
    """What we use of a chart of the library."""

    view: _View

    def add(self, title: str, values: Sequence[object]) -> object: ...
    def render_tree(self) -> Element: ...
    def add_xml_filter(self, callback: Callable[[Element], Element]) -> object: ...


class _MakeChart(Protocol):
    def __call__(self, **options: object) -> _Chart: ...


@dataclass(frozen=True, slots=True)
class _Library:
    stacked_bar: _MakeChart
    line: _MakeChart
    style: Callable[..., object]


def draw_stacked_bars(
    name: str,
    axis: Axis,
    series: Sequence[Series],
    format_value: FormatValue,
    limit: float | None = None,
) -> Markup:
    """Bars that stand on each other; a limit that is not far above them is a line across."""
    highest = max((sum(filter(None, each)) for each in _transpose(series)), default=0)
    shown_limit = limit if limit is not None and is_near(limit, highest) else None
    top = max(highest, shown_limit or 0) or 1
    chart = _load_library().stacked_bar(
        **_describe(axis, format_value), range=(0, top), print_zeroes=False
    )
    return _draw(chart, name, axis, series, format_value, shown_limit)


def draw_lines(
    name: str,
    axis: Axis,
    series: Sequence[Series],
    format_value: FormatValue,
    top: float | None = None,
) -> Markup:
    """Lines from nothing up, interrupted where there is no value."""
    values = [value for each in series for value in each.values if value is not None]
    chart = _load_library().line(
        **_describe(axis, format_value),
        range=(0, top or max(values, default=0) or 1),
        allow_interruptions=True,
        dots_size=3 if len(axis.short) <= 2 * MOST_SHOWN_LABELS else 2,
    )
    return _draw(chart, name, axis, series, format_value, None)


def is_near(limit: float, highest: float) -> bool:
    """Whether a chart with this highest value shows the limit, too."""
    return limit <= highest * FAR_AWAY


@cache
def _load_library() -> _Library:
    """Only once a chart is wanted: most workers serve learners and never draw one.

    Its hook for map plugins makes Python 3.11 warn of every import that fails; we use none.
    """
    library = import_module("pygal")
    sys.meta_path[:] = [each for each in sys.meta_path if type(each).__module__ != "pygal"]
    return _Library(library.StackedBar, library.Line, library.style.Style)


def _describe(axis: Axis, format_value: FormatValue) -> dict[str, object]:
    step = -(-len(axis.short) // MOST_SHOWN_LABELS)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "margin": 6,
        "css": [],
        "js": [],
        "style": _load_library().style(label_font_size=FONT_SIZE, major_label_font_size=FONT_SIZE),
        "show_legend": False,
        "x_labels": list(axis.short),
        "x_labels_major": list(axis.short[::step]) if step else [],
        "show_minor_x_labels": False,
        "truncate_label": -1,
        "value_formatter": format_value,
        "min_scale": 3,
        "max_scale": 6,
    }


def _transpose(series: Sequence[Series]) -> Iterable[tuple[float | None, ...]]:
    return zip(*(each.values for each in series), strict=True)


def _draw(
    chart: _Chart,
    name: str,
    axis: Axis,
    series: Sequence[Series],
    format_value: FormatValue,
    limit: float | None,
) -> Markup:
    for each in series:
        chart.add(each.name, _add_hints(each, axis, format_value))

    def finish(root: Element) -> Element:
        _strip(root)
        _dress(root, [each.look for each in series])
        if limit is not None:
            _add_limit(root, chart.view, limit, format_value)
        return root

    chart.add_xml_filter(finish)
    root = chart.render_tree()
    root.attrib = {
        "xmlns": "http://www.w3.org/2000/svg",
        "class": "chart",
        "viewBox": root.attrib["viewBox"],
        "role": "img",
        "aria-label": name,
    }
    return Markup(tostring(root, encoding="unicode"))  # noqa: S704  # the library's XML is escaped


def _add_hints(series: Series, axis: Axis, format_value: FormatValue) -> list[object]:
    """Each value with what hovering says; what is nothing is not drawn."""
    return [
        {"value": value, "tooltip": f"{label} · {series.name}: {format_value(value)}"}
        if value is not None
        else None
        for value, label in zip(series.values, axis.full, strict=True)
    ]


UNWANTED_TAGS = frozenset({"defs", "desc", "style", "script"})
UNWANTED_GROUPS = frozenset({"plot text-overlay", "plot tooltip-overlay", "titles", "background"})
UNWANTED_ATTRIBUTES = ("style", "id", "rx", "ry")


def _strip(root: Element) -> None:
    """Take out styles, scripts, comments, ids, and what only their tooltips would use."""
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_unwanted(child, is_top=parent is root):
                parent.remove(child)
    for element in root.iter():
        for attribute in UNWANTED_ATTRIBUTES:
            element.attrib.pop(attribute, None)


def _is_unwanted(child: Element, *, is_top: bool) -> bool:
    """A comment's tag is no string; the title of the whole would hide those of its parts."""
    if not isinstance(child.tag, str) or child.tag in UNWANTED_TAGS:  # pyright: ignore[reportUnnecessaryIsInstance]
        return True
    if child.tag == "title" and is_top:
        return True
    is_empty_bar = child.tag == "g" and child.get("class") == "bar" and _has_no_height(child)
    return child.get("class") in UNWANTED_GROUPS or is_empty_bar


def _has_no_height(bar: Element) -> bool:
    return all(float(each.get("height", "0")) == 0 for each in bar.iter("rect"))


NUMBER = re.compile(r"-?\d+\.\d+")
SERIES = re.compile(r"series serie-(\d+) ")


def _dress(root: Element, looks: Sequence[str]) -> None:
    """Our classes, and numbers that are no longer than a screen is fine."""
    for element in root.iter():
        for name, value in element.attrib.items():
            element.attrib[name] = NUMBER.sub(lambda found: f"{float(found[0]):.1f}", value)
        found = SERIES.match(element.get("class", ""))
        if found is not None:
            element.set("class", f"series {looks[int(found[1])]}")
        elif element.tag in {"rect", "circle"}:
            element.attrib.pop("class", None)


def _add_limit(root: Element, view: _View, limit: float, format_value: FormatValue) -> None:
    plot = next(each for each in root.iter("g") if each.get("class") == "plot")
    line = SubElement(plot, "path", {"class": "limit"})
    line.set("d", f"M0 {view.y(limit):.1f} h{view.width:.1f}")
    SubElement(line, "title").text = f"Budget: {format_value(limit)}"
