"""The frozen values of a chapter: sections, top-level blocks, and the pieces they are made of."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from pydantic import ConfigDict

from server.settings import Publish


class Dialect(StrEnum):
    """How a book's Markdown is read and how notes are written into it."""

    DOCUSAURUS = "docusaurus"  # .md is MDX too; notes are ::: directives
    MKDOCS = "mkdocs"  # notes are !!! admonitions
    COMMONMARK = "commonmark"  # notes are block quotes


class RunKind(StrEnum):
    """What a run of a chapter is: a passage, a heading, an item, a cell, a quote, a label."""

    PASSAGE = "passage"  # consecutive plain paragraphs; may be merged, split and reordered
    HEADING = "heading"
    ITEM = "item"
    CELL = "cell"
    QUOTE = "quote"
    LABEL = "label"


class Reserved(StrEnum):
    """What is translated and otherwise left as it is, unless its author says `rewrite: […]`."""

    EXERCISES = "exercises"  # and their solutions
    WARNINGS = "warnings"


@dataclass(frozen=True, slots=True)
class Span:
    """An inline stretch inside a run that never changes; the model sees `⟦k⟧` in its place.

    `kind` is one of: code, math, link (only the `(target)` behind a label), image, url, html, jsx,
    expression, entity, escape, break, footnote, anchor, attribute, role, emoji, template, bracket.
    """

    kind: str
    source: str  # the author's exact characters


@dataclass(frozen=True, slots=True)
class Markup:
    """Skeleton that nobody needs to read: markers, pipes, blank lines, heading marks and ids."""

    source: str


@dataclass(frozen=True, slots=True)
class Protected:
    """Skeleton worth reading: a code block, formula, HTML, component, import, front matter.

    `kind` is one of: code, math, html, jsx, esm, front_matter, definition, table_rule, directive,
    image, opaque.
    """

    kind: str
    source: str


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of prose that may change.

    `source` is the author's bytes, container prefixes included. `masked` is what a model reads:
    no prefixes, `⟦k⟧` for each span. Spans are numbered through the section: `spans[i]` is
    `⟦first_span + i⟧`. `prefix` begins every further line of the run (`> `, an indent, or nothing).
    A `detached` run has no place in the text (its `source` is empty): it is answered like any
    other, and its answer is shown elsewhere. The front matter's title is such a run.
    Of a `reserved` run nothing but the language may change. The chapter says so (the heading may
    stand in an earlier section), so a section that is split standing alone need not know it.
    """

    kind: RunKind
    source: str
    masked: str
    spans: tuple[Span, ...]
    first_span: int
    prefix: str
    detached: bool = False
    reserved: bool = field(default=False, compare=False)


Piece = Markup | Protected | Run


@dataclass(frozen=True, slots=True)
class Block:
    """A top-level block of a chapter's section, with the blank lines behind it.

    `kind` is the block's own: prose (one passage), heading, list, quote, table, code, math, html,
    jsx, esm, directive, front_matter, definition, rule, blank, opaque. `note_after` says whether a
    note may stand behind it (never inside an open component or directive).
    """

    kind: str
    pieces: tuple[Piece, ...]
    note_after: bool

    @property
    def source(self) -> str:
        return "".join(piece.source for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a chapter with the anchor that the site gives it."""

    __pydantic_config__ = ConfigDict(title="HeadingResponse")

    level: int
    id: str  # the anchor the site gives it: explicit, or the slug with its duplicate suffix
    text: str  # plain text


@dataclass(frozen=True)
class Section:
    """The part of a chapter under one heading of level 1 or 2: the unit of rewriting."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    headings: tuple[Heading, ...]
    locked: bool = False  # the author said `<!-- personalize: off -->`

    @cached_property
    def source(self) -> str:
        return "".join(block.source for block in self.blocks)

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        return tuple(piece for piece in self.pieces() if isinstance(piece, Run))

    def pieces(self) -> Iterator[Piece]:
        """Every piece in reading order; their sources joined are the section."""
        for block in self.blocks:
            yield from block.pieces

    @property
    def has_prose(self) -> bool:
        """Whether there is a word that could be rewritten."""
        return any(any(char.isalpha() for char in run.masked) for run in self.runs)


@dataclass(frozen=True)
class Chapter:
    """A chapter as it stands on disk now."""

    id: str  # the path below DOCS_DIR without its ending
    title: str
    content: str  # the whole file, BOM, front matter and line ends included
    source_hash: str  # SHA-256 of the file's bytes, hex
    dialect: Dialect
    mdx: bool  # whether the file is parsed as MDX
    sections: tuple[Section, ...]
    position: float | None  # `sidebar_position`, for the order of the book
    language: str  # BCP-47; the front matter's `lang`, else `en`
    personalize: bool  # the front matter's `personalize: false` opts out
    excluded_transformations: frozenset[str]
    rewritable: frozenset[Reserved] = frozenset()  # `rewrite`, of the chapter or its book
    publish: Publish = Publish.AT_ONCE  # of the chapter or its book

    @property
    def opaque(self) -> bool:
        """A file with NUL bytes is served as it is; nothing of it is rewritten or stored."""
        return "\0" in self.content


@dataclass(frozen=True, slots=True)
class ChapterSummary:
    """A chapter as the list of chapters tells of it."""

    __pydantic_config__ = ConfigDict(title="ChapterSummaryResponse")

    chapter_id: str
    title: str
    position: float | None
    permalink: str | None
    description: str | None
