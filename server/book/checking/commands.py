"""The commands `chapterwise check` and `chapterwise anchors`, for site owners and their CI."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from server.book.checking import presenting
from server.book.checking.anchors import IdStyle
from server.book.checking.domain import BookReport, Severity, UncheckableBook
from server.book.checking.exporting import plan_ids, write_ids
from server.book.checking.schemas import BookCheck
from server.book.checking.service import check_book
from server.settings import DialectSetting

_PROBLEMS_FOUND = 1
_NOTHING_TO_CHECK = 2

Directory = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the chapters.")]
DialectOption = Annotated[
    DialectSetting,
    typer.Option(metavar="DIALECT", help="auto, docusaurus, mkdocs or commonmark"),
]


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
        report = check_book(directory, dialect, transformations)
    except UncheckableBook as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(_NOTHING_TO_CHECK) from error
    if as_json:
        typer.echo(BookCheck.of(report).model_dump_json(indent=2))
    else:
        _print(report)
    fails = report.count(Severity.ERROR) or (strict and report.count(Severity.WARNING))
    if fails:
        raise typer.Exit(_PROBLEMS_FOUND)


def _print(report: BookReport) -> None:
    colours = sys.stdout.isatty()
    for line in presenting.list_table(report):
        typer.echo(line)
    typer.echo()
    for line in presenting.list_opaque(report):
        typer.echo(line)
    for problem in report.list_problems():
        line = presenting.describe(report, problem)
        colour = presenting.COLOURS[problem.severity]
        typer.echo(typer.style(line, fg=colour) if colours else line)
    typer.echo(presenting.summarise(report))


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
    for line in presenting.list_ids(book):
        typer.echo(line)
    typer.echo(presenting.summarise_ids(book, written))
    if write and any(chapter.refusal for chapter in book.chapters):
        raise typer.Exit(_PROBLEMS_FOUND)
