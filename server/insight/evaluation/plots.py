"""Bars: geometry for the page's plots, drawn as SVG by a template. Pure.

The page brings the colours, so that a plot is light, dark and printed like the rest of it. A table
with the same figures stands beside each plot.
"""

from collections.abc import Sequence
from dataclasses import dataclass

ROW_HEIGHT = 26
BAR_HEIGHT = 16
LABEL_WIDTH = 190
BARS_WIDTH = 420
VALUE_WIDTH = 70
LONGEST_LABEL = 30


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a bar in an evaluation's plot; `style` names its colour."""

    name: str
    value: float
    style: str


@dataclass(frozen=True, slots=True)
class Row:
    """A bar made of segments, and the words behind it."""

    label: str
    segments: tuple[Segment, ...]
    value: str


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn segment."""

    x: float
    y: float
    width: float
    style: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """A drawn row's words."""

    y: float
    label: str
    value: str
    value_x: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawn plot; `legend` is style and name of each kind of segment."""

    title: str
    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    legend: tuple[tuple[str, str], ...]


def draw_bars(title: str, rows: Sequence[Row]) -> Plot:
    """Horizontal bars, one a row."""
    longest = max((_length(row) for row in rows), default=0) or 1
    boxes: list[Box] = []
    lines: list[Line] = []
    for index, row in enumerate(rows):
        y = index * ROW_HEIGHT
        boxes += _draw_row(row, y, BARS_WIDTH / longest)
        middle = y + BAR_HEIGHT / 2 + 4
        lines.append(Line(middle, _shorten(row.label), row.value, LABEL_WIDTH + BARS_WIDTH + 8))
    return Plot(
        title=title,
        width=LABEL_WIDTH + BARS_WIDTH + VALUE_WIDTH,
        height=len(rows) * ROW_HEIGHT,
        boxes=tuple(boxes),
        lines=tuple(lines),
        legend=_list_legend(rows),
    )


def _draw_row(row: Row, y: float, scale: float) -> list[Box]:
    boxes: list[Box] = []
    x = float(LABEL_WIDTH)
    for segment in row.segments:
        width = max(0.0, segment.value * scale)
        if width:
            title = f"{row.label}, {segment.name}: {segment.value:g}"
            boxes.append(Box(round(x, 1), y, round(width, 1), segment.style, title))
        x += width
    return boxes


def _length(row: Row) -> float:
    return sum(segment.value for segment in row.segments)


def _list_legend(rows: Sequence[Row]) -> tuple[tuple[str, str], ...]:
    kinds = {
        segment.style: segment.name for row in rows for segment in row.segments if segment.value
    }
    return tuple(kinds.items())


def _shorten(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
