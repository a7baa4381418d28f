"""The wire of `chapterwise check --json`: version 1, to which keys are only ever added."""

import json
from collections.abc import Iterable, Mapping

from server.book.checking.domain import BookReport, ChapterReport, Problem, Severity
from server.book.checking.files import show

VERSION = 1

Json = dict[str, object]


def write_json(report: BookReport) -> str:
    """The whole report; its own `problems` are those of files that are no chapters."""
    counts = [each.counts for each in report.chapters]
    written = {
        "version": VERSION,
        "directory": show(report.directory),
        "dialect": report.dialect,
        "chapters": [_describe_chapter(each) for each in report.chapters],
        "problems": [_describe_problem(each) for each in report.problems],
        "totals": {
            "chapters": len(report.chapters),
            "sections": sum(each.sections for each in counts),
            "runs": _add_up(each.runs for each in counts),
            "protected_spans": _add_up(each.spans for each in counts),
            "protected_blocks": _add_up(each.blocks for each in counts),
            "opaque": sum(len(each.opaque) for each in report.chapters),
            "errors": report.count(Severity.ERROR),
            "warnings": report.count(Severity.WARNING),
        },
    }
    return json.dumps(written, indent=2, ensure_ascii=False)


def _describe_chapter(report: ChapterReport) -> Json:
    counts = report.counts
    return {
        "chapter_id": report.file.chapter_id,
        "path": report.file.name,
        "title": report.title,
        "sections": counts.sections,
        "locked_sections": counts.locked_sections,
        "runs": _sort(counts.runs),  # stretches of prose, by kind
        "protected_spans": _sort(counts.spans),  # inside prose
        "protected_blocks": _sort(counts.blocks),  # between prose
        "prose_share": round(counts.prose_share, 4),  # of the letters, those a rewrite may change
        "opaque": [
            {
                "line": each.line,
                "column": each.column,
                "characters": each.characters,
                "why": each.why,
                "intended": each.is_intended,  # for the site generator, not for readers
            }
            for each in report.opaque
        ],
        "joins_exactly": report.joins_exactly,
        "splits_alone": report.splits_alone,
        "problems": [_describe_problem(each) for each in report.problems],
    }


def _describe_problem(problem: Problem) -> Json:
    return {
        "path": problem.path,
        "line": problem.line,
        "column": problem.column,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.sentence,
    }


def _sort(counts: Mapping[str, int]) -> Mapping[str, int]:
    return dict(sorted(counts.items()))


def _add_up(counts: Iterable[Mapping[str, int]]) -> int:
    return sum(sum(each.values()) for each in counts)
