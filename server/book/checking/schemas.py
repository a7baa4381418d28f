"""The wire of `chapterwise check --json`: version 1, to which keys are only ever added."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from server.book.chapters.domain import Dialect
from server.book.checking.domain import (
    BookReport,
    ChapterReport,
    Code,
    OpaqueStretch,
    Problem,
    Severity,
)
from server.book.checking.files import show

VERSION = 1


class _Reported(BaseModel):
    model_config = ConfigDict(frozen=True)


class ProblemReport(_Reported):
    """One problem; `code` is stable, `message` is a sentence for a person."""

    path: str = Field(description="Below the book's folder, with `/`.")
    line: int = Field(description="From 1; only CR, LF and CRLF end a line.")
    column: int = Field(description="From 1, in characters.")
    severity: Severity
    code: Code
    message: str

    @classmethod
    def of(cls, problem: Problem) -> "ProblemReport":
        return cls(
            path=problem.path,
            line=problem.line,
            column=problem.column,
            severity=problem.severity,
            code=problem.code,
            message=problem.sentence,
        )


class OpaqueReport(_Reported):
    """Text that is kept whole because nobody can say what in it is prose."""

    line: int
    column: int
    characters: int
    why: str
    intended: bool = Field(description="Meant for the site generator, not for readers.")

    @classmethod
    def of(cls, stretch: OpaqueStretch) -> "OpaqueReport":
        return cls(
            line=stretch.line,
            column=stretch.column,
            characters=stretch.characters,
            why=stretch.why,
            intended=stretch.is_intended,
        )


class ChapterCheck(_Reported):
    chapter_id: str
    path: str
    title: str
    sections: int
    locked_sections: int
    runs: dict[str, int] = Field(description="Stretches of prose, by kind.")
    protected_spans: dict[str, int] = Field(description="Protected inside prose, by kind.")
    protected_blocks: dict[str, int] = Field(description="Protected between prose, by kind.")
    prose_share: float = Field(description="Of the file's letters, those a rewrite may change.")
    opaque: list[OpaqueReport]
    joins_exactly: bool = Field(description="The sections joined are the file, byte for byte.")
    splits_alone: bool = Field(description="Each section alone is split as in its chapter.")
    problems: list[ProblemReport]

    @classmethod
    def of(cls, report: ChapterReport) -> "ChapterCheck":
        counts = report.counts
        return cls(
            chapter_id=report.file.chapter_id,
            path=report.file.name,
            title=report.title,
            sections=counts.sections,
            locked_sections=counts.locked_sections,
            runs=_sort(counts.runs),
            protected_spans=_sort(counts.spans),
            protected_blocks=_sort(counts.blocks),
            prose_share=round(counts.prose_share, 4),
            opaque=[OpaqueReport.of(each) for each in report.opaque],
            joins_exactly=report.joins_exactly,
            splits_alone=report.splits_alone,
            problems=[ProblemReport.of(each) for each in report.problems],
        )


class Totals(_Reported):
    chapters: int
    sections: int
    runs: int
    protected_spans: int
    protected_blocks: int
    opaque: int
    errors: int
    warnings: int


class BookCheck(_Reported):
    """The whole report; `problems` are those of files that are no chapters."""

    version: Literal[1]
    directory: str
    dialect: Dialect
    chapters: list[ChapterCheck]
    problems: list[ProblemReport]
    totals: Totals

    @classmethod
    def of(cls, report: BookReport) -> "BookCheck":
        chapters = [ChapterCheck.of(each) for each in report.chapters]
        return cls(
            version=VERSION,
            directory=show(report.directory),
            dialect=report.dialect,
            chapters=chapters,
            problems=[ProblemReport.of(each) for each in report.problems],
            totals=Totals(
                chapters=len(chapters),
                sections=sum(each.sections for each in chapters),
                runs=sum(sum(each.runs.values()) for each in chapters),
                protected_spans=sum(sum(each.protected_spans.values()) for each in chapters),
                protected_blocks=sum(sum(each.protected_blocks.values()) for each in chapters),
                opaque=sum(len(each.opaque) for each in chapters),
                errors=report.count(Severity.ERROR),
                warnings=report.count(Severity.WARNING),
            ),
        )


def _sort(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))
