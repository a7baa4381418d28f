"""Positions: the line and column of an offset, as editors count them."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from server.book.chapters.markdown.lines import BOM

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Place:
    line: int
    column: int


class LineTable:
    """The lines of a file's text; only CR, LF and CRLF end one, as in Markdown."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(found.end() for found in _LINE_END.finditer(text))]
        self._lead = len(BOM) if text.startswith(BOM) else 0

    def find_place(self, offset: int) -> Place:
        """Return the line and column, from 1; a byte order mark is no column of its own."""
        line = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[line] - (0 if line else self._lead)
        return Place(line + 1, max(column, 0) + 1)

    def find_start(self, line: int) -> int:
        """Return the offset where a line begins (the first is 0), behind a byte order mark."""
        return self._starts[line] if line else self._lead
