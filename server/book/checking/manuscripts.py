"""Manuscripts: one chapter's text as every check reads it, parsed and split once."""

from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from server.book.chapters.domain import Dialect, Section
from server.book.chapters.front_matter import FrontMatter, read_front_matter
from server.book.chapters.headings import find_explicit_id
from server.book.chapters.markdown.parser import Parsed, parse_blocks
from server.book.chapters.splitter import split_chapter
from server.book.checking.positions import LineTable
from server.book.checking.views import PlacedPiece, Views, draw_views, place_pieces


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A chapter's text with its sections, its block tokens and its views."""

    text: str
    dialect: Dialect
    mdx: bool
    front_matter: FrontMatter
    sections: Sequence[Section]
    parsed: Parsed
    lines: LineTable
    pieces: Sequence[PlacedPiece]
    views: Views

    def find_line(self, line: int) -> str:
        """Return one of the parser's lines without the markers of its containers."""
        layout = self.parsed.layout
        return layout.text[self.parsed.starts[line] : layout.line_end(line)]

    def find_offset(self, parsed_offset: int) -> int:
        """Return where in the file one of the parser's offsets is."""
        layout = self.parsed.layout
        line = layout.line_at(parsed_offset)
        return self.lines.find_start(line) + parsed_offset - layout.line_start(line)

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
        lines=LineTable(text),
        pieces=pieces,
        views=draw_views(pieces),
    )


def lines_of(token: Token) -> range:
    """Return the lines that a block token covers."""
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
