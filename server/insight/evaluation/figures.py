"""The figures that pages show of some measures, and how each is written."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from server.insight.evaluation.domain import SectionOutcome
from server.insight.evaluation.readability import ReadingLevel
from server.insight.evaluation.report import Measures

NOTHING = "–"
SMALLEST_CHANGE = 0.0005


class Form(StrEnum):
    """How a value is written."""

    PERCENT = "percent"
    RATIO = "ratio"
    NUMBER = "number"
    DOLLARS = "dollars"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class Figure:
    """`better` is 1 where more is better, -1 where less is, 0 where neither can be said."""

    name: str
    form: Form
    better: int
    find: Callable[[Measures], float | None]


def _grade(level: ReadingLevel | None) -> float | None:
    return level.grade if level else None


def _ease(level: ReadingLevel | None) -> float | None:
    return level.ease if level else None


def _letters(measures: Measures) -> float | None:
    return measures.untranslated.letter_share if measures.untranslated else None


def _sentences(measures: Measures) -> float | None:
    return measures.untranslated.sentence_share if measures.untranslated else None


def _share_of(outcome: SectionOutcome) -> Callable[[Measures], float | None]:
    return lambda measures: measures.share_of(outcome)


FIGURES = (
    Figure("Sections asked for", Form.NUMBER, 0, lambda each: each.asked),
    Figure("Verified at once", Form.PERCENT, 1, _share_of(SectionOutcome.VERIFIED)),
    Figure("Repaired", Form.PERCENT, -1, _share_of(SectionOutcome.REPAIRED)),
    Figure("Fallback", Form.PERCENT, -1, _share_of(SectionOutcome.FALLBACK)),
    Figure("Unanswered", Form.PERCENT, -1, _share_of(SectionOutcome.UNANSWERED)),
    Figure("Protected content intact", Form.NUMBER, 1, lambda each: each.protected_intact),
    Figure("Protected content damaged", Form.NUMBER, -1, lambda each: each.protected_damaged),
    Figure("Length", Form.RATIO, 0, lambda each: each.length_ratio),
    Figure("School year before", Form.NUMBER, 0, lambda each: _grade(each.level_before)),
    Figure("School year after", Form.NUMBER, 0, lambda each: _grade(each.level_after)),
    Figure("Reading ease before", Form.NUMBER, 0, lambda each: _ease(each.level_before)),
    Figure("Reading ease after", Form.NUMBER, 0, lambda each: _ease(each.level_after)),
    Figure("Numbers kept", Form.PERCENT, 1, lambda each: each.numbers.share),
    Figure("Glossary terms kept", Form.PERCENT, 1, lambda each: each.terms.share),
    Figure("Letters untranslated", Form.PERCENT, -1, _letters),
    Figure("Sentences untranslated", Form.PERCENT, -1, _sentences),
    Figure("Notes added", Form.NUMBER, 0, lambda each: each.notes),
    Figure("Calls", Form.NUMBER, -1, lambda each: each.calls),
    Figure("Input tokens", Form.NUMBER, -1, lambda each: each.tokens.input),
    Figure("Input tokens from cache", Form.NUMBER, 0, lambda each: each.tokens.cache_read),
    Figure("Output tokens", Form.NUMBER, -1, lambda each: each.tokens.output),
    Figure("Cost", Form.DOLLARS, -1, lambda each: each.cost_usd),
    Figure("Time, all together", Form.SECONDS, -1, lambda each: each.time.wall_s),
    Figure("Time of a call, median", Form.SECONDS, -1, lambda each: each.time.call_p50_s),
    Figure("Time of a call, 95th percentile", Form.SECONDS, -1, lambda each: each.time.call_p95_s),
)


def is_nothing(change: float) -> bool:
    """A change that nobody would see in the figures as they are written."""
    return abs(change) < SMALLEST_CHANGE


def write_value(value: float | None, form: Form | str) -> str:
    """The value for a person; a dash where there is none."""
    if value is None:
        return NOTHING
    if form == Form.PERCENT:
        return f"{value * 100:.1f} %"
    if form == Form.RATIO:
        return f"× {value:.2f}"
    if form == Form.DOLLARS:
        return f"${value:.4f}"
    if form == Form.SECONDS:
        return f"{value:.2f} s"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def write_change(value: float | None, form: Form | str) -> str:
    """A change with its sign; one of a share is in percentage points."""
    if value is None:
        return NOTHING
    sign = "±" if is_nothing(value) else "+" if value > 0 else "−"
    written = write_value(abs(value), form).removeprefix("× ")
    return sign + (written.replace("%", "points") if form == Form.PERCENT else written)
