"""Views: a chapter's text, as long as it is, in which only what a check looks for is left."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.book.chapters.domain import Piece, Protected, Run, Section, Span

_PLACEHOLDER = re.compile(r"⟦\d+⟧")
_NOT_LINE_END = re.compile(r"[^\r\n]")
_COMMENT_START = re.compile(r"<!--|\{/\*")
# What looks like markup in these is none.
_CODE_PIECES = frozenset({"code", "math", "esm", "front_matter", "definition"})
_TEMPLATE_SIGNS = ("{{", "{%")
_CODE_SPANS = frozenset({"code", "math", "expression", "escape", "template"})


@dataclass(frozen=True, slots=True)
class PlacedPiece:
    """A piece and where in the file it begins."""

    start: int
    piece: Piece
    block_kind: str


@dataclass(frozen=True, slots=True)
class Views:
    prose: str  # only what a rewrite may change
    markup: str  # no code, formulas, imports, comments or front matter
    with_comments: str  # the same with its comments


def place_pieces(sections: Sequence[Section]) -> Iterator[PlacedPiece]:
    """Yield every piece with its offset: the pieces' sources joined are the file."""
    at = 0
    for section in sections:
        for block in section.blocks:
            for piece in block.pieces:
                yield PlacedPiece(at, piece, block.kind)
                at += len(piece.source)


def draw_views(pieces: Sequence[PlacedPiece]) -> Views:
    """Return the views of the text that these pieces make."""
    prose = "".join(_keep_prose(placed.piece) for placed in pieces)
    markup = "".join(_keep_markup(placed.piece) for placed in pieces)
    return Views(prose, _blank_comments(markup), markup)


def find_comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each closed comment of HTML and MDX; a vain search is made only once."""
    last = {closing: text.rfind(closing) for closing in ("-->", "*/}")}
    at = 0
    while opening := _COMMENT_START.search(text, at):
        closing = "-->" if opening[0].startswith("<") else "*/}"
        at = opening.end()
        if last[closing] >= at:
            at = text.index(closing, at) + len(closing)
            yield opening.start(), at


def _blank_comments(text: str) -> str:
    parts = list[str]()
    at = 0
    for start, end in find_comments(text):
        parts += [text[at:start], blank(text[start:end])]
        at = end
    return "".join([*parts, text[at:]])


def blank(text: str) -> str:
    """Return as many spaces as there are characters, with the line ends left."""
    return _NOT_LINE_END.sub(" ", text)


def locate_spans(run: Run) -> Sequence[int] | None:
    """Return where in the run's source each span stands; None where they cannot be told."""
    offsets = list[int]()
    at = 0
    for prose, span in zip(_PLACEHOLDER.split(run.masked), run.spans, strict=False):
        # Before the last line end, masking changed the space and the prefixes of lines.
        _, line_end, tail = prose.rpartition("\n")
        found = run.source.find(tail + span.source, at + len(prose) - len(tail))
        if found < 0 or not (line_end or found == at):
            return None
        offsets.append(found + len(tail))
        at = offsets[-1] + len(span.source)
    return offsets


def _keep_prose(piece: Piece) -> str:
    return _blank_spans(piece, piece.spans) if isinstance(piece, Run) else blank(piece.source)


def _keep_markup(piece: Piece) -> str:
    if isinstance(piece, Run):
        return _blank_spans(piece, [span for span in piece.spans if _hides_markup(span)])
    return blank(piece.source) if _is_code(piece) else piece.source


def _is_code(piece: Piece) -> bool:
    if not isinstance(piece, Protected):
        return False
    is_template = piece.kind == "opaque" and piece.source.startswith(_TEMPLATE_SIGNS)
    return is_template or piece.kind in _CODE_PIECES


def _hides_markup(span: Span) -> bool:
    is_autolink = span.kind == "url" and span.source.startswith("<")
    is_comment = span.source.startswith("{/*")
    return is_autolink or (span.kind in _CODE_SPANS and not is_comment)


def _blank_spans(run: Run, hidden: Sequence[Span]) -> str:
    offsets = locate_spans(run)
    if offsets is None:
        return blank(run.source)
    parts = list[str]()
    at = 0
    for offset, span in zip(offsets, run.spans, strict=True):
        if any(span is each for each in hidden):
            parts += [run.source[at:offset], blank(span.source)]
            at = offset + len(span.source)
    return "".join([*parts, run.source[at:]])
