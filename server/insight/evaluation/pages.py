"""The pages: the report, the rubric's form, and a comparison; each one file without a network.

Everything that a model, an author or a file wrote is escaped by the templates, and each page's
policy forbids whatever it does not bring along itself.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.book.languages.tags import direction_of, display_name
from server.insight.evaluation.comparison import Comparison
from server.insight.evaluation.domain import SectionOutcome
from server.insight.evaluation.figures import FIGURES, write_change, write_value
from server.insight.evaluation.plots import Plot, Row, Segment, draw_bars
from server.insight.evaluation.ratings import load_rubric
from server.insight.evaluation.report import CaseReport, Measures, Report

TEMPLATES = Path(__file__).parent / "templates"
REPORT = "report.html"
RUBRIC = "rubric.html"

OUTCOMES = {
    SectionOutcome.VERIFIED: "verified at once",
    SectionOutcome.REPAIRED: "repaired",
    SectionOutcome.FALLBACK: "fallback",
    SectionOutcome.UNANSWERED: "unanswered",
    SectionOutcome.ORIGINAL: "left as it is",
    SectionOutcome.SKIPPED: "skipped",
}

_environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_WORDS: Mapping[str, object] = {
    "figures": FIGURES,
    "outcomes": OUTCOMES,
    "direction_of": direction_of,
    "display_name": display_name,
    "value": write_value,
    "change": write_change,
}


def write_pages(report: Report, directory: Path) -> tuple[Path, Path]:
    """Write the report's page and the form beside it."""
    pages = directory / REPORT, directory / RUBRIC
    pages[0].write_text(render_report(report), encoding="utf-8")
    pages[1].write_text(render_form(report), encoding="utf-8")
    return pages


def render_report(report: Report) -> str:
    """Make the page of an evaluation's report."""
    return _environment.get_template("report.html").render(
        _WORDS,
        report=report,
        plots=draw_plots(report),
        rubric=load_rubric(),
        profiles=list(dict.fromkeys(case.profile for case in report.cases)),
    )


def render_form(report: Report) -> str:
    """Make the page on which raters score an evaluation."""
    script = (TEMPLATES / "form.js").read_text(encoding="utf-8")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    return _environment.get_template("rubric.html").render(
        _WORDS,
        report=report,
        rubric=load_rubric(),
        script=script,
        script_digest=digest,
        originals={each.chapter_id: each for each in report.originals},
    )


def render_comparison(comparison: Comparison, names: tuple[str, str]) -> str:
    """Make the page that compares two evaluations."""
    return _environment.get_template("comparison.html").render(
        _WORDS, comparison=comparison, names=names
    )


def draw_plots(report: Report) -> dict[str, Plot]:
    """One plot for each question that a picture answers faster than a table."""
    cases = report.cases
    return {
        "outcomes": draw_bars("How the sections ended, by case", [_draw_ends(c) for c in cases]),
        "reasons": draw_bars(
            "Checks that failed, by number of sections", list(_draw_reasons(report.total))
        ),
        "length": draw_bars(
            "Length after, as a share of the length before",
            [_draw_length(case) for case in cases if case.measures.length_ratio is not None],
        ),
        "levels": draw_bars(
            "School year by Flesch and Kincaid, before and after",
            [row for case in cases for row in _draw_levels(case)],
        ),
        "tokens": draw_bars("Tokens, by case", [_draw_tokens(case) for case in cases]),
    }


def _label(case: CaseReport) -> str:
    return f"{case.chapter_id} · {case.profile}"


def _draw_ends(case: CaseReport) -> Row:
    counts = case.measures.outcomes
    segments = (
        Segment(name, counts.get(outcome, 0), outcome.value) for outcome, name in OUTCOMES.items()
    )
    return Row(_label(case), tuple(segments), f"{case.measures.asked} asked")


def _draw_reasons(total: Measures) -> Iterable[Row]:
    counts = Counter(total.repaired_by) + Counter(total.fallback_by)
    for check, count in counts.most_common():
        repaired, fallen = total.repaired_by.get(check, 0), total.fallback_by.get(check, 0)
        segments = (
            Segment("repaired", repaired, "repaired"),
            Segment("fallback", fallen, "fallback"),
        )
        yield Row(check, segments, str(count))


def _draw_length(case: CaseReport) -> Row:
    ratio = case.measures.length_ratio or 0
    return Row(_label(case), (Segment("length", round(ratio, 3), "after"),), f"× {ratio:.2f}")


def _draw_levels(case: CaseReport) -> Iterable[Row]:
    before, after = case.measures.level_before, case.measures.level_after
    if before is None or after is None or before.grade is None or after.grade is None:
        return
    yield Row(_label(case), (Segment("before", before.grade, "before"),), f"{before.grade:.1f}")
    yield Row("", (Segment("after", after.grade, "after"),), f"{after.grade:.1f}")


def _draw_tokens(case: CaseReport) -> Row:
    tokens = case.measures.tokens
    segments = (
        Segment("input", tokens.input - tokens.cache_read, "before"),
        Segment("input from cache", tokens.cache_read, "original"),
        Segment("output", tokens.output, "after"),
    )
    return Row(_label(case), segments, f"{tokens.input + tokens.output:,}")
