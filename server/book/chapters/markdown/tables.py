"""Tables: where the cells of a row stand in its line."""

from collections.abc import Sequence

_SPACE = " \t"


def split_row(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Return the bounds of each cell of the row that stands between these offsets.

    Pipes are counted as the parser counts them: one behind a backslash separates nothing, and
    code does not hide a pipe.
    """
    start, end = _trim(text, start, end)
    pipes = [
        at for at in range(start, end) if text[at] == "|" and (at == start or text[at - 1] != "\\")
    ]
    bounds = list(zip([start, *(at + 1 for at in pipes)], [*pipes, end], strict=True))
    if bounds and bounds[0][0] == bounds[0][1]:
        bounds.pop(0)
    if bounds and bounds[-1][0] == bounds[-1][1]:
        bounds.pop()
    return [_trim(text, *cell) for cell in bounds]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in _SPACE:
        start += 1
    while end > start and text[end - 1] in _SPACE:
        end -= 1
    return start, end
