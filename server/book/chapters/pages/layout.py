"""Layout: the top-level elements that a site makes of a chapter, and which of them it must keep.

Docusaurus' reading is the measure, and its own loader the judge (`tests/oracle`). A site has
rendered listings, formulas, figures and components already: those blocks are native to the page.
Every other block is Markdown that a browser can render.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from server.book.chapters.domain import Chapter, RunKind, Span
from server.book.chapters.headings import find_explicit_id
from server.book.chapters.markdown.drafts import RunDraft, Stretch, Unit
from server.book.chapters.markdown.lines import Layout
from server.book.chapters.markdown.links import list_targets, read_definition
from server.book.chapters.markdown.parser import Parsed, parse_blocks, pause_collection
from server.book.chapters.markdown.units import draft_units
from server.book.chapters.pages.elements import continues, count_elements, goes_on, is_hidden
from server.book.chapters.pages.natives import (
    Likeness,
    describe_likeness,
    find_text,
    has_prose,
    is_renderable,
    name_kind,
)
from server.book.chapters.splitter import Context

# Docusaurus takes such a listing for the text of the page itself.
_UNWRAPPED = re.compile(r"^[ \t]*`{3,4}[ \t]*mdx-code-block\b", re.MULTILINE)
_CLOSING_MARKS = re.compile(r"(?:[ \t]+#+)?[ \t]*\Z")


@dataclass(frozen=True, slots=True)
class NativeElement:
    """An element that the page keeps, and the text that it is known by."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A block that is rendered from Markdown."""

    markdown: str
    images: tuple[str, ...]  # their targets


@dataclass(frozen=True, slots=True)
class Native:
    """A block that the page keeps: one without prose, or one that only the site can render."""

    elements: tuple[NativeElement, ...]
    likeness: Likeness  # the same for every rewrite of the block
    prose: Prose | None  # what it is where its words are gone and its author's page had some


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A top-level block: one element of the page, none, or the few that cannot be told apart."""

    elements: int
    content: Native | Prose | None  # None where nothing is shown in its place


@dataclass(frozen=True, slots=True)
class PageSection:
    """A section's blocks, and how many elements and native ones the page has before them."""

    blocks: tuple[PageBlock, ...]
    first_element: int = 0
    first_native: int = 0

    @property
    def elements(self) -> int:
        return sum(block.elements for block in self.blocks)

    @property
    def natives(self) -> int:
        """How many of its elements are native."""
        kept = (each.content for each in self.blocks if isinstance(each.content, Native))
        return sum(len(native.elements) for native in kept)

    @property
    def images(self) -> tuple[str, ...]:
        prose = (each.content for each in self.blocks if isinstance(each.content, Prose))
        return tuple(target for block in prose for target in block.images)


@dataclass(frozen=True, eq=False)
class Page:
    """A chapter as its site shows it; `definitions` are its links', by their keys."""

    sections: tuple[PageSection, ...]
    definitions: Mapping[str, str] = field(default_factory=dict[str, str])


def lay_out_chapter(chapter: Chapter) -> Page | None:
    """Return the page that a site makes of a chapter; None where that cannot be told."""
    lengths = tuple(len(section.source) for section in chapter.sections)
    return _lay_out(chapter.content, lengths, mdx=chapter.mdx)


@lru_cache(maxsize=64)
@pause_collection()
def _lay_out(text: str, lengths: tuple[int, ...], *, mdx: bool) -> Page | None:
    if "\0" in text or _UNWRAPPED.search(text):
        return None
    reader = _PageReader(parse_blocks(text, mdx=mdx, first=True), mdx=mdx)
    sections = _divide(list(reader.list_blocks()), lengths)
    return None if sections is None else Page(tuple(_number(sections)), reader.definitions)


def lay_out_section(
    text: str, context: Context, definitions: Mapping[str, str], *, first: bool
) -> PageSection:
    """Return the blocks of a text that stands in a section's place."""
    parsed = parse_blocks(text, mdx=context.mdx, first=first, definitions=context.definitions)
    reader = _PageReader(parsed, mdx=context.mdx, definitions=definitions)
    return PageSection(tuple(block for _, block in reader.list_blocks()))


def _divide(
    blocks: Sequence[tuple[int, PageBlock]], lengths: Sequence[int]
) -> list[list[PageBlock]] | None:
    """Deal the blocks out to the sections they end in; None where one goes on behind its own."""
    ends = list(accumulate(lengths))
    sections: list[list[PageBlock]] = [[] for _ in lengths]
    number, start = 0, 0
    for end, block in blocks:
        while ends[number] <= start:
            number += 1
        if end > ends[number]:
            return None
        sections[number].append(block)
        start = end
    return sections


def _number(sections: Sequence[Sequence[PageBlock]]) -> Iterator[PageSection]:
    elements, natives = 0, 0
    for blocks in sections:
        section = PageSection(tuple(blocks), elements, natives)
        yield section
        elements += section.elements
        natives += section.natives


class _PageReader:
    """Makes page blocks of a parsed text."""

    def __init__(
        self, parsed: Parsed, *, mdx: bool, definitions: Mapping[str, str] | None = None
    ) -> None:
        self._layout = parsed.layout
        self._mdx = mdx
        self._units = draft_units(parsed, mdx=mdx)
        self.definitions = dict(self._find_definitions()) if definitions is None else definitions

    def list_blocks(self) -> Iterator[tuple[int, PageBlock]]:
        """Yield each block, and the offset in the author's text that it ends at."""
        layout = self._layout
        start = self._units[0].start if self._units else 0
        at = len(layout.bom + layout.source(0, start))
        for units in self._group_units():
            at += len(layout.source(units[0].start, units[-1].end))
            yield at, self._make_block(units)

    def _text(self, unit: Unit) -> str:
        return self._layout.text[unit.start : unit.end]

    def _find_definitions(self) -> Iterator[tuple[str, str]]:
        for unit in self._units:
            if unit.kind == "definition":
                source = self._text(unit).strip()
                if definition := read_definition(source):
                    yield definition[0], source

    def _group_units(self) -> Iterator[list[Unit]]:
        group = list[Unit]()
        for unit in self._units:
            if group and not continues(group[-1], self._text(group[-1]), unit, self._text(unit)):
                yield group
                group = []
            group.append(unit)
        if group:
            yield group

    def _make_block(self, units: Sequence[Unit]) -> PageBlock:
        texts = [self._text(unit) for unit in units]
        counts = list(self._count(units, texts))
        elements = sum(counts)
        if not elements:
            return PageBlock(0, None)
        prose = None
        if is_renderable(units, texts):
            markdown = "".join(self._write_markdown(units, texts))
            prose = Prose(markdown, tuple(self._list_images(units)))
            if has_prose(units, texts):
                return PageBlock(elements, prose)
        kept = tuple(self._list_elements(units, texts, counts))
        return PageBlock(elements, Native(kept, describe_likeness(units, texts), prose))

    def _count(self, units: Sequence[Unit], texts: Sequence[str]) -> Iterator[int]:
        """Yield how many elements each unit adds to its block's."""
        depth = 0
        for index, (unit, text) in enumerate(zip(units, texts, strict=True)):
            count, depth = count_elements(unit, text, mdx=self._mdx, depth=depth)
            is_more = index > 0 and goes_on(units[index - 1], texts[index - 1])
            yield 0 if is_more else count

    def _list_elements(
        self, units: Sequence[Unit], texts: Sequence[str], counts: Sequence[int]
    ) -> Iterator[NativeElement]:
        """Yield each element: a passage's paragraphs have their own texts, others the block's."""
        if any(unit.passage is None for unit in units):
            kind = name_kind(units, texts)
            whole = find_text(kind, self._layout.source(units[0].start, units[-1].end))
            yield from [NativeElement(kind, whole)] * sum(counts)
            return
        for unit, text, count in zip(units, texts, counts, strict=True):
            source = self._layout.source(unit.start, unit.end).strip()
            yield from [NativeElement(name_kind([unit], [text]), source)] * count

    def _write_markdown(self, units: Sequence[Unit], texts: Sequence[str]) -> Iterator[str]:
        """Yield the block's text without the ids of headings and the author's comments."""
        for unit, text in zip(units, texts, strict=True):
            if is_hidden(unit, text):
                continue
            at = unit.start
            for start, end in self._list_heading_ids(unit):
                yield self._layout.source(at, start)
                at = end
            yield self._layout.source(at, unit.end)

    def _list_heading_ids(self, unit: Unit) -> Iterator[tuple[int, int]]:
        layout = self._layout
        for stretch in unit.stretches:
            if isinstance(stretch.content, RunDraft) and stretch.content.kind is RunKind.HEADING:
                end = stretch.end
                behind = layout.text[end : layout.line_end(layout.line_at(end))]
                behind = _CLOSING_MARKS.sub("", behind, count=1)
                if found := find_explicit_id(behind):
                    yield end + found[0], end + len(behind)

    def _list_images(self, units: Sequence[Unit]) -> Iterator[str]:
        for unit in units:
            for stretch in unit.stretches:
                for source in _list_image_sources(stretch, self._layout):
                    yield from list_targets(source, self.definitions)


def _list_image_sources(stretch: Stretch, layout: Layout) -> Iterator[str]:
    content = stretch.content
    if content == "image":
        yield layout.text[stretch.start : stretch.end]
    elif isinstance(content, RunDraft):
        spans = (part for part in content.parts if isinstance(part, Span))
        yield from (span.source for span in spans if span.kind == "image")
