"""The splitter: a chapter's text becomes sections of skeleton and runs, and never loses a byte."""

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from server.book.chapters.domain import (
    Block,
    Dialect,
    Markup,
    Piece,
    Protected,
    Reserved,
    Section,
    Span,
)
from server.book.chapters.markdown.drafts import RunDraft, Stretch, Unit
from server.book.chapters.markdown.lines import Layout
from server.book.chapters.markdown.parser import Parsed, parse_blocks, pause_collection
from server.book.chapters.markdown.reserved import mark_reserved
from server.book.chapters.markdown.units import draft_units
from server.book.chapters.sections import (
    LEAD_ID,
    LEAD_TITLE,
    SectionDraft,
    draft_sections,
    name_alone,
)
from server.book.chapters.titles import offer_title

SPLITTER_VERSION = "2"

_LOCK = re.compile(r"(?:<!--\s*personalize:\s*off\s*-->|\{/\*\s*personalize:\s*off\s*\*/\})")
_LOCKING_KINDS = frozenset({"html", "jsx", "opaque"})
_NO_NOTE_BEHIND = frozenset({"front_matter", "esm", "definition", "blank", "opaque"})
_BLANK_LINE_END = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\Z")


@dataclass(frozen=True, slots=True)
class Context:
    """What a section needs to know of its chapter to be split standing alone."""

    dialect: Dialect
    mdx: bool
    definitions: frozenset[str] = frozenset()  # labels of the chapter's link definitions


@lru_cache(maxsize=64)
def context_of(text: str, *, dialect: Dialect, mdx: bool) -> Context:
    """Return what `split_section` needs to know of the whole chapter."""
    if "]:" not in text or "\0" in text:
        return Context(dialect, mdx)
    return Context(dialect, mdx, parse_blocks(text, mdx=mdx, first=True).definitions)


@pause_collection()
def split_chapter(
    text: str, *, dialect: Dialect, mdx: bool, rewritable: Set[Reserved] = frozenset()
) -> tuple[Section, ...]:
    """Split a chapter's text; the sections' sources joined are the text.

    `rewritable` is what its author reserves no more.
    """
    del dialect  # the dialects differ in how notes are written, and in what `mdx` says
    if "\0" in text:
        return (_make_opaque(text),)
    parsed = parse_blocks(text, mdx=mdx, first=True)
    units = draft_units(parsed, mdx=mdx)
    mark_reserved(units, parsed, rewritable)
    drafts = draft_sections(units)
    sections = _share_locks(drafts, [_build(draft, parsed.layout) for draft in drafts])
    return tuple(_finish(parsed, units, sections))


def split_section(text: str, context: Context, *, first: bool) -> Section:
    """Split one section's text standing alone, by the same rules, without cutting it further.

    `first` says that it is the chapter's first, which alone may begin with front matter.
    """
    if "\0" in text:
        return _make_opaque(text)
    parsed = parse_blocks(text, mdx=context.mdx, first=first, definitions=context.definitions)
    units = draft_units(parsed, mdx=context.mdx)
    sections = [_build(name_alone(units), parsed.layout)] if units else []
    finished = _finish(parsed, units, sections)
    return finished[0] if finished else Section(LEAD_ID, LEAD_TITLE, (), ())


def _make_opaque(text: str) -> Section:
    block = Block("opaque", (Protected("opaque", text),), note_after=False)
    return Section(LEAD_ID, LEAD_TITLE, (block,), ())


def _finish(parsed: Parsed, units: Sequence[Unit], sections: list[Section]) -> list[Section]:
    """Give the first section what only a chapter's beginning has."""
    if not sections:
        return _join_lead(parsed, units, sections)
    return _join_lead(parsed, units, [offer_title(sections[0]), *sections[1:]])


def _join_lead(parsed: Parsed, units: Sequence[Unit], sections: list[Section]) -> list[Section]:
    """Put the BOM and the blank lines before the first block into the first section."""
    end = units[0].start if units else len(parsed.layout.text)
    lead = parsed.layout.bom + parsed.layout.source(0, end)
    if not lead:
        return sections
    blank = Block("blank", (Markup(lead),), note_after=False)
    if not sections:
        return [Section(LEAD_ID, LEAD_TITLE, (blank,), ())]
    head = sections[0]
    joined = Section(head.id, head.title, (blank, *head.blocks), head.headings, head.locked)
    return [joined, *sections[1:]]


def _build(draft: SectionDraft, layout: Layout) -> Section:
    """Number the section's spans, and make its units blocks of pieces."""
    builder = _BlockBuilder(layout)
    groups = list(_group_passages(draft.units, layout))
    blocks = [builder.build(group) for group in groups]
    locked = any(_is_lock(piece) for block in blocks for piece in block.pieces)
    blocks[-1] = _allow_note_at_end(blocks[-1], groups[-1][-1])
    return Section(draft.id, draft.title, tuple(blocks), draft.headings, locked)


def _share_locks(drafts: Sequence[SectionDraft], sections: Sequence[Section]) -> list[Section]:
    """An author locks what stands under a heading, into however many parts we have cut it."""
    headings = list(accumulate(0 if draft.goes_on else 1 for draft in drafts))
    parts = list(zip(headings, sections, strict=True))
    locked = {heading for heading, section in parts if section.locked}
    return [
        replace(section, locked=True) if heading in locked else section
        for heading, section in parts
    ]


def _group_passages(units: Sequence[Unit], layout: Layout) -> Iterator[list[Unit]]:
    """Yield units one by one, but consecutive plain paragraphs together."""
    group = list[Unit]()
    for unit in units:
        if group and not (_is_plain(group[-1], layout) and _is_plain(unit, layout)):
            yield group
            group = []
        group.append(unit)
    if group:
        yield group


def _is_plain(unit: Unit, layout: Layout) -> bool:
    """Whether the unit is one paragraph and nothing else but space."""
    run = unit.passage
    if run is None:
        return False
    around = layout.text[unit.start : run.start] + layout.text[run.end : unit.end]
    return not around.strip()


class _BlockBuilder:
    """Makes blocks of one section; spans are numbered from 1 as they come."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._next_span = 1

    def build(self, units: Sequence[Unit]) -> Block:
        start, end = units[0].start, units[-1].end
        stretches = [_join_passage(units)] if len(units) > 1 else units[0].stretches
        pieces = tuple(self._list_pieces(stretches, start, end))
        return Block(units[0].kind, pieces, _allows_note(units[-1], pieces))

    def _list_pieces(self, stretches: Sequence[Stretch], start: int, end: int) -> Iterator[Piece]:
        at = start
        for stretch in stretches:
            if stretch.start > at:
                yield Markup(self._layout.source(at, stretch.start))
            yield self._make_piece(stretch)
            at = stretch.end
        if end > at:
            yield Markup(self._layout.source(at, end))

    def _make_piece(self, stretch: Stretch) -> Piece:
        source = self._layout.source(stretch.start, stretch.end)
        if not isinstance(stretch.content, RunDraft):
            return Protected(stretch.content, source)
        run = stretch.content.number(source, self._next_span)
        self._next_span += len(run.spans)
        return run


def _join_passage(units: Sequence[Unit]) -> Stretch:
    """Return one run for consecutive plain paragraphs, a blank line between two of them."""
    parts = list[str | Span]()
    runs = [run for unit in units if (run := unit.passage)]
    for run in runs:
        assert isinstance(run.content, RunDraft)
        parts += ["\n\n"] if parts else []
        parts += run.content.parts
    first = runs[0].content
    assert isinstance(first, RunDraft)
    return Stretch(runs[0].start, runs[-1].end, replace(first, parts=tuple(parts)))


def _allows_note(last: Unit, pieces: Sequence[Piece]) -> bool:
    """A note may stand behind a closed block that has a blank line behind it."""
    if last.is_open or last.kind in _NO_NOTE_BEHIND:
        return False
    return bool(_BLANK_LINE_END.search(pieces[-1].source))


def _allow_note_at_end(block: Block, last: Unit) -> Block:
    allowed = not last.is_open and last.kind not in _NO_NOTE_BEHIND
    return Block(block.kind, block.pieces, note_after=allowed)


def _is_lock(piece: Piece) -> bool:
    return (
        isinstance(piece, Protected)
        and piece.kind in _LOCKING_KINDS
        and _LOCK.search(piece.source) is not None
    )
