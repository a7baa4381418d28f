"""Manuscripts: one chapter's text as every check reads it, parsed and split once."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from server.book.chapters.domain import Dialect, Piece, Protected, Run, Section, Span
from server.book.chapters.front_matter import FrontMatter, read_front_matter
from server.book.chapters.headings import find_explicit_id
from server.book.chapters.markdown.lines import Place
from server.book.chapters.markdown.parser import Parsed, parse_blocks
from server.book.chapters.splitter import split_chapter

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
    """A manuscript with some of it blanked out, for the checks that must not see it."""

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
    """Return the views of a manuscript that these pieces make."""
    prose = "".join(_keep_prose(placed.piece) for placed in pieces)
    markup = "".join(_keep_markup(placed.piece) for placed in pieces)
    return Views(prose, _blank_comments(markup), markup)


def find_comments(text: str) -> Iterator[tuple[int, int]]:
    """Yield the bounds of each closed comment of a manuscript; a vain search is made only once."""
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


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A chapter's text with its sections, its block tokens and its views."""

    text: str
    dialect: Dialect
    mdx: bool
    front_matter: FrontMatter
    sections: Sequence[Section]
    parsed: Parsed
    pieces: Sequence[PlacedPiece]
    views: Views

    def find_line(self, line: int) -> str:
        """Return one of the parser's lines without the markers of its containers."""
        layout = self.parsed.layout
        return layout.text[self.parsed.starts[line] : layout.line_end(line)]

    def find_offset(self, parsed_offset: int) -> int:
        """Return where in the file one of the parser's offsets is."""
        return self.parsed.layout.source_offset(parsed_offset)

    def find_place(self, offset: int) -> Place:
        """Return the line and column of an offset in the file."""
        return self.parsed.layout.find_place(offset)

    def find_line_offset(self, line: int) -> int:
        """Return where in the file a line's own text begins, behind its containers' markers."""
        return self.find_offset(self.parsed.starts[line])


@dataclass(frozen=True, slots=True)
class PlacedHeading:
    """A heading and where it stands; `end` is behind its text, in front of closing marks."""

    level: int
    id: str
    text: str
    is_explicit: bool
    is_top_level: bool
    is_underlined: bool
    start: int
    end: int


def read_manuscript(text: str, *, dialect: Dialect, mdx: bool) -> Manuscript:
    """Parse and split a text that holds no NUL."""
    sections = split_chapter(text, dialect=dialect, mdx=mdx)
    pieces = tuple(place_pieces(sections))
    return Manuscript(
        text=text,
        dialect=dialect,
        mdx=mdx,
        front_matter=read_front_matter(text),
        sections=sections,
        parsed=parse_blocks(text, mdx=mdx, first=True),
        pieces=pieces,
        views=draw_views(pieces),
    )


def lines_of(token: Token) -> range:
    """Return the lines of a manuscript that a block token covers."""
    assert token.map is not None
    return range(*token.map)


def list_headings(manuscript: Manuscript) -> list[PlacedHeading]:
    """Return the chapter's headings in order, with the ids that its sections give them."""
    known = [heading for section in manuscript.sections for heading in section.headings]
    tokens = manuscript.parsed.tokens
    opening = [index for index, token in enumerate(tokens) if token.type == "heading_open"]
    if len(known) != len(opening):
        return []
    headings = list[PlacedHeading]()
    for heading, index in zip(known, opening, strict=True):
        token, inline = tokens[index], tokens[index + 1]
        headings.append(
            PlacedHeading(
                level=heading.level,
                id=heading.id,
                text=heading.text,
                is_explicit=find_explicit_id(inline.content) is not None,
                is_top_level=token.level == 0,
                is_underlined=not token.markup.startswith("#"),
                start=manuscript.find_line_offset(lines_of(token)[0]),
                end=_find_text_end(manuscript, token, inline),
            )
        )
    return headings


def _find_text_end(manuscript: Manuscript, token: Token, inline: Token) -> int:
    """Return the offset behind a heading's text; the last line's where it has several."""
    last_line = lines_of(inline)[-1]
    start = manuscript.parsed.starts[last_line]
    last_text = inline.content.rpartition("\n")[2].strip()
    marks = len(token.markup) if token.markup.startswith("#") else 0
    at = manuscript.parsed.layout.text.find(last_text, start + marks)
    return manuscript.find_offset(at + len(last_text))
