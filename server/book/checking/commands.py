"""The commands `chapterwise check` and `chapterwise anchors`, for site owners and their CI."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from server.book.checking.anchors import BookIds, ChapterIds, IdStyle, plan_ids, write_ids
from server.book.checking.books import ListIds
from server.book.checking.domain import (
    BookReport,
    ChapterReport,
    Code,
    Problem,
    Severity,
    UncheckableBook,
)
from server.book.checking.files import show
from server.book.checking.schemas import write_json
from server.book.checking.service import check_book
from server.settings import DialectSetting

_PROBLEMS_FOUND = 1
_NOTHING_TO_CHECK = 2

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the chapters.")]
DialectOption = Annotated[
    DialectSetting,
    typer.Option(metavar="DIALECT", help="auto, docusaurus, mkdocs or commonmark"),
]


def make_check(list_ids: ListIds) -> Callable[..., None]:
    """The command, which knows the catalogue from whoever makes it."""

    def check(
        directory: Directory,
        *,
        dialect: DialectOption = DialectSetting.AUTO,
        transformations: Annotated[
            Path | None, typer.Option(metavar="DIR", help="The site's own transformations.")
        ] = None,
        strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings too.")] = False,
        as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    ) -> None:
        """Check a book's chapters before learners meet them; needs no database and no model."""
        try:
            report = check_book(directory, dialect, list_ids, transformations)
        except UncheckableBook as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(_NOTHING_TO_CHECK) from error
        if as_json:
            typer.echo(write_json(report))
        else:
            _print(report)
        fails = report.count(Severity.ERROR) or (strict and report.count(Severity.WARNING))
        if fails:
            raise typer.Exit(_PROBLEMS_FOUND)

    return check


def _print(report: BookReport) -> None:
    colours = sys.stdout.isatty()
    for line in list_table(report):
        typer.echo(line)
    typer.echo()
    for line in list_opaque(report):
        typer.echo(line)
    for problem in report.list_problems():
        line = describe(report, problem)
        colour = COLOURS[problem.severity]
        typer.echo(typer.style(line, fg=colour) if colours else line)
    typer.echo(summarise(report))


def anchors(
    directory: Directory,
    *,
    dialect: DialectOption = DialectSetting.AUTO,
    style: Annotated[
        IdStyle, typer.Option(metavar="STYLE", help="auto, braces ({#id}) or comment ({/* #id */})")
    ] = IdStyle.AUTO,
    write: Annotated[bool, typer.Option("--write", help="Write the ids into the files.")] = False,
) -> None:
    """Show the id of each heading that has none of its own, or write it into the files."""
    try:
        book = plan_ids(directory, dialect, style)
        written = list(write_ids(book)) if write else None
    except UncheckableBook as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_NOTHING_TO_CHECK) from error
    for line in list_ids(book):
        typer.echo(line)
    typer.echo(summarise_ids(book, written))
    if write and any(chapter.refusal for chapter in book.chapters):
        raise typer.Exit(_PROBLEMS_FOUND)


_TITLES = ("chapter", "sections", "runs", "spans", "blocks", "prose", "opaque", "join", "problems")
COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def list_table(report: BookReport) -> Iterator[str]:
    """Yield the table of chapters that `chapterwise check` prints, line by line."""
    rows = [_TITLES, *(_list_cells(chapter) for chapter in report.chapters)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_TITLES))]
    for name, *figures in rows:
        padded = [figure.rjust(width) for figure, width in zip(figures, widths[1:], strict=True)]
        yield "  ".join([name.ljust(widths[0]), *padded])


def list_opaque(report: BookReport) -> Iterator[str]:
    """Yield what a reader sees and nobody can rewrite, as lines that an editor can open."""
    folder = show(report.directory).rstrip("/")
    for chapter in report.chapters:
        for each in chapter.opaque:
            if each.is_intended:
                continue
            place = f"{folder}/{chapter.file.name}:{each.line}:{each.column}"
            size = _count(each.characters, "character")
            yield f"{place} opaque: kept whole ({size}): {each.why}."


def describe(report: BookReport, problem: Problem) -> str:
    """Return a problem as one line that an editor or a CI service can open."""
    folder = show(report.directory).rstrip("/")
    # The catalogue stands elsewhere, and says so itself.
    is_elsewhere = problem.code is Code.CATALOGUE
    path = problem.path if is_elsewhere else f"{folder}/{problem.path}"
    place = f"{path}:{problem.line}:{problem.column}"
    return f"{place} {problem.severity.value} {problem.code.value}: {problem.sentence}"


def summarise(report: BookReport) -> str:
    """Return the last line: what was looked at, and what was found."""
    chapters = _count(len(report.chapters), "chapter")
    errors = _count(report.count(Severity.ERROR), "error")
    warnings = _count(report.count(Severity.WARNING), "warning")
    return f"{chapters} read as {report.dialect.value}: {errors}, {warnings}."


def list_ids(book: BookIds) -> Iterator[str]:
    """Yield each heading's id, and what cannot have one, as lines that an editor can open."""
    folder = show(book.directory).rstrip("/")
    for chapter in book.chapters:
        path = f"{folder}/{chapter.file.name}"
        if chapter.refusal:
            yield f"{path}:1:1 refused: {chapter.refusal}"
        if chapter.manuscript is None:
            continue
        marks = [(each.heading, each.mark) for each in chapter.naming.ids]
        reasons = [(each.heading, f"left out: {each.why}") for each in chapter.naming.left_out]
        for heading, what in sorted([*marks, *reasons], key=lambda line: line[0].start):
            place = chapter.manuscript.find_place(heading.start)
            title = f"{'#' * heading.level} {heading.text}"
            yield f"{path}:{place.line}:{place.column} {title} {what}"


def summarise_ids(book: BookIds, written: Sequence[ChapterIds] | None) -> str:
    """Return the last line: what was written, or how to write it."""
    chapters = book.chapters if written is None else written
    number = sum(len(chapter.naming.ids) for chapter in chapters)
    files = _count(sum(bool(chapter.naming.ids) for chapter in chapters), "file")
    if written is not None:
        return f"Wrote {_count(number, 'id')} into {files}."
    hint = " Write with --write." if number else ""
    return f"{_count(number, 'heading')} in {files} without an id written down.{hint}"


def _list_cells(chapter: ChapterReport) -> Sequence[str]:
    counts = chapter.counts
    joins = chapter.joins_exactly and chapter.splits_alone
    return (
        chapter.file.name,
        str(counts.sections),
        str(sum(counts.runs.values())),
        str(sum(counts.spans.values())),
        str(sum(counts.blocks.values())),
        f"{counts.prose_share:.0%}",
        str(sum(not each.is_intended for each in chapter.opaque)),
        "exact" if joins else "INEXACT",
        str(len(chapter.problems)),
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
