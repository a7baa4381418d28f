"""Lines: a text's lines, and the way back from the parser's offsets to the author's bytes."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_NEWLINE = re.compile("\n")
_LINE_END = re.compile(r"\r\n|\r|\n")
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the parser stands in the lines of a Markdown text: line and column, from one."""

    line: int
    column: int


class Layout:
    """A text as the parser reads it (plain newlines, no BOM), and as its author wrote it.

    Lines end where Markdown says they do: `str.splitlines` would also cut at U+2028 and others.
    """

    def __init__(self, source: str, *, first: bool) -> None:
        self._source = source
        # Anywhere but at the start of a file, the mark is a character like others.
        self._bom = len(BOM) if first and source.startswith(BOM) else 0
        body = source[self._bom :]
        self._plain = "\r" not in body
        self.text = body if self._plain else _LINE_END.sub("\n", body)
        self.line_starts = [0, *(found.end() for found in _NEWLINE.finditer(self.text))]
        self._source_starts = (
            self.line_starts
            if self._plain
            else [0, *(found.end() for found in _LINE_END.finditer(body))]
        )

    def line_start(self, line: int) -> int:
        """Return where a line starts; the one behind the last starts at the end."""
        starts = self.line_starts
        return starts[line] if line < len(starts) else len(self.text)

    def line_end(self, line: int) -> int:
        """Return where a line ends, in front of its newline."""
        starts = self.line_starts
        return starts[line + 1] - 1 if line + 1 < len(starts) else len(self.text)

    def line_at(self, offset: int) -> int:
        """Return the line that holds the offset."""
        return bisect_right(self.line_starts, offset) - 1

    def source(self, start: int, end: int) -> str:
        """Return the author's characters between two of the parser's offsets."""
        if self._plain:
            return self._source[start + self._bom : end + self._bom]
        return self._source[self.source_offset(start) : self.source_offset(end)]

    @property
    def bom(self) -> str:
        return self._source[: self._bom]

    def source_offset(self, offset: int) -> int:
        """Return where in the author's text one of the parser's offsets is."""
        line = self.line_at(offset)
        return self._source_starts[line] + offset - self.line_starts[line] + self._bom

    def find_place(self, source_offset: int) -> Place:
        """Return the author's line and column, from 1; the mark is no column of its own."""
        offset = max(source_offset - self._bom, 0)
        line = bisect_right(self._source_starts, offset) - 1
        return Place(line + 1, offset - self._source_starts[line] + 1)


def split_row(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Return the bounds of each cell of the row that stands between these offsets.

    Pipes are counted as the parser counts them: one behind a backslash separates nothing, and
    code does not hide a pipe.
    """
    start, end = trim(text, start, end)
    pipes = [
        at for at in range(start, end) if text[at] == "|" and (at == start or text[at - 1] != "\\")
    ]
    bounds = list(zip([start, *(at + 1 for at in pipes)], [*pipes, end], strict=True))
    if bounds and bounds[0][0] == bounds[0][1]:
        bounds.pop(0)
    if bounds and bounds[-1][0] == bounds[-1][1]:
        bounds.pop()
    return [trim(text, *cell) for cell in bounds]


def trim(text: str, start: int, end: int, space: str = " \t") -> tuple[int, int]:
    """Return the bounds without the space at both ends."""
    while start < end and text[start] in space:
        start += 1
    while end > start and text[end - 1] in space:
        end -= 1
    return start, end
