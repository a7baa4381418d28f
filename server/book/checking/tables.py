"""Tables: cells that no reader sees, and backticks that pair with nothing."""

from collections.abc import Iterator, Sequence

from server.book.chapters.domain import Protected
from server.book.chapters.markdown.lines import split_row
from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript, lines_of


def check_tables(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield rows with more cells than the header, and cells with a stray backtick."""
    loose = _find_loose_cells(manuscript)
    columns = 0
    within_header = False
    for token in manuscript.parsed.tokens:
        if token.type in ("thead_open", "thead_close"):
            within_header = token.type == "thead_open"
        elif token.type == "tr_open":
            line = lines_of(token)[0]
            cells = _list_cells(manuscript, line)
            columns = len(cells) if within_header else columns
            if _has_extra(cells, columns):
                yield _report_extra(manuscript, cells, columns)
                continue
            offsets = [manuscript.find_offset(start) for start, _ in cells]
            yield from (_report_backtick(offset) for offset in offsets if offset in loose)


def _list_cells(manuscript: Manuscript, line: int) -> Sequence[tuple[int, int]]:
    layout = manuscript.parsed.layout
    return split_row(layout.text, manuscript.parsed.starts[line], layout.line_end(line))


def _has_extra(cells: Sequence[tuple[int, int]], columns: int) -> bool:
    """Whether anything but space stands behind the last column."""
    return len(cells) > columns and cells[columns][0] < cells[-1][1]


def _report_extra(
    manuscript: Manuscript, cells: Sequence[tuple[int, int]], columns: int
) -> Finding:
    row = manuscript.parsed.layout.text[cells[0][0] : cells[-1][1]]
    hint = " (a pipe inside code ends the cell too: write `\\|`)" if "`" in row else ""
    sentence = (
        f"This row has {len(cells)} cells and its header {columns}; "
        f"what is behind the last column is never shown{hint}."
    )
    return Finding(manuscript.find_offset(cells[columns][0]), Code.EXTRA_CELLS, sentence)


def _find_loose_cells(manuscript: Manuscript) -> frozenset[int]:
    """Return where the cells stand that the splitter gave up on for a lone backtick."""
    return frozenset(
        placed.start
        for placed in manuscript.pieces
        if isinstance(placed.piece, Protected)
        and placed.piece.kind == "opaque"
        and placed.piece.source.count("`") % 2
    )


def _report_backtick(offset: int) -> Finding:
    sentence = "A backtick in this cell has no partner; in code, a pipe is written `\\|`."
    return Finding(offset, Code.STRAY_BACKTICK, sentence)
