"""The page of a reader's report, as Markdown. Whatever a model or an author wrote is escaped."""

import re
from collections.abc import Iterable, Iterator

from server.insight.evaluation.figures import Form, write_value
from server.insight.evaluation.review.domain import TrialOutcome
from server.insight.evaluation.review.report import (
    CallsReport,
    FindingReport,
    KindReport,
    ReviewReport,
    TrialReport,
)

TITLES = {
    TrialOutcome.MISSED: "Missed",
    TrialOutcome.FALSE_ALARM: "False alarms",
    TrialOutcome.UNANSWERED: "Unanswered",
}
_MARKS = re.compile(r"([\\`*_\[\]<>#|&~])")


def render_review(report: ReviewReport) -> str:
    """Figures first, then every text in which the reader was wrong, or said nothing."""
    parts = [
        "# What the second reader finds",
        _describe(report),
        "## Planted faults",
        _draw_kinds(report),
        "## Good rewrites",
        _describe_unspoiled(report),
        "## Tokens and cost",
        _draw_calls({"reading": report.reading, "writing": report.writing}),
    ]
    for outcome, title in TITLES.items():
        trials = [each for each in report.trials if each.outcome is outcome]
        if trials:
            parts += [f"## {title}", "\n".join(_list_trials(trials))]
    return "\n\n".join(parts) + "\n"


def _describe(report: ReviewReport) -> str:
    models = ", ".join(map(_escape, report.models)) or "nobody answered"
    source = "recorded replies" if report.replayed else _escape(report.provider)
    return (
        f"{len(report.trials)} texts, read by {models} ({source}) with the prompt "
        f"{report.prompt_digest[:12]}; seed {report.seed}; Chapterwise {report.product_version}, "
        f"{report.created_at:%Y-%m-%d %H:%M} UTC."
    )


def _draw_kinds(report: ReviewReport) -> str:
    named = {kind.value: figures for kind, figures in report.kinds.items()}
    rows = (_draw_kind(name, each) for name, each in (*named.items(), ("all", report.total)))
    head = ("| kind | tried | read | found | recall | false alarms |", "|---|--:|--:|--:|--:|--:|")
    return "\n".join((*head, *rows))


def _draw_kind(name: str, kind: KindReport) -> str:
    recall = write_value(kind.recall, Form.PERCENT)
    return (
        f"| {name} | {kind.tried} | {kind.read} | {kind.found} | {recall} | {kind.false_alarms} |"
    )


def _describe_unspoiled(report: ReviewReport) -> str:
    unspoiled = report.unspoiled
    faults = ", ".join(f"{count} × {fault}" for fault, count in unspoiled.findings.items())
    return (
        f"Of {unspoiled.tried} rewrites {unspoiled.read} were read, and {unspoiled.objected} "
        f"objected to ({write_value(unspoiled.share, Form.PERCENT)}): {faults or 'no finding'}. "
        f"{unspoiled.ignored} findings were ignored."
    )


def _draw_calls(calls: dict[str, CallsReport]) -> str:
    head = ("| for | calls | input | from cache | output | cost |", "|---|--:|--:|--:|--:|--:|")
    rows = (
        f"| {name} | {each.calls} | {each.tokens.input:,} | {each.tokens.cache_read:,} | "
        f"{each.tokens.output:,} | {write_value(each.cost_usd, Form.DOLLARS)} |"
        for name, each in calls.items()
    )
    return "\n".join((*head, *rows))


def _list_trials(trials: Iterable[TrialReport]) -> Iterator[str]:
    for trial in trials:
        kind = f" · {trial.planted.kind}" if trial.planted else ""
        yield f"- {_escape(f'{trial.chapter_id} · {trial.profile} · {trial.section_id}')}{kind}"
        if trial.planted:
            yield f"  - “{_escape(trial.planted.before)}” → “{_escape(trial.planted.after)}”"
        yield from (f"  - {_write_finding(each)}" for each in trial.findings)


def _write_finding(finding: FindingReport) -> str:
    place = f"note {finding.note}" if finding.run is None else f"run {finding.run}"
    quotes = (f"“{_escape(each)}”" for each in (finding.source, finding.quote) if each)
    return f"{finding.fault}, {place}: {' → '.join(quotes)} {_escape(finding.sentence)}".rstrip()


def _escape(text: str) -> str:
    """On one line, and with no mark that means anything."""
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
