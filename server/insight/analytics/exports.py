"""Answers as CSV (RFC 4180, UTF-8), which spreadsheets open without running anything in it."""

import csv
import io
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# What spreadsheets take for the beginning of a formula, with the forms that they make the same.
FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
TEXT_MARK = "'"
WORDS = TypeAdapter(list[str])


def write_table(row: "type[DataclassInstance]", items: Iterable[object]) -> Iterator[str]:
    """The header, then a line for each item: the fields of the JSON answer, in their order."""
    yield _write_line([each.name for each in fields(row)])
    wire = TypeAdapter[object](row)
    for item in items:
        cells: dict[str, object] = wire.dump_python(item)
        yield _write_line([_show(value) for value in cells.values()])


async def write_parts(
    row: "type[DataclassInstance]", parts: AsyncIterator[Sequence[object]]
) -> AsyncIterator[str]:
    """Write a table of analytics that comes in parts as CSV, each part as one piece."""
    header = True
    async for part in parts:
        lines = write_table(row, part)
        if not header:
            next(lines)
        header = False
        if text := "".join(lines):
            yield text


def _show(value: object) -> str:
    """One cell: nothing for null, ISO 8601 for times, a list's words with semicolons between."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat()
        case list():
            return _neutralise("; ".join(WORDS.validate_python(value)))
        case str():
            return _neutralise(value)
        case _:
            return str(value)


def _neutralise(text: str) -> str:
    """Also behind spaces, which some spreadsheets take off first."""
    return TEXT_MARK + text if text.lstrip(" ").startswith(FORMULA_MARKS) else text


def _write_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()
