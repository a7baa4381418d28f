"""Measures: what a chapter is made of, what of it is opaque, and whether it holds together."""

from collections import Counter
from collections.abc import Iterator

from server.book.chapters.domain import Protected, Run
from server.book.chapters.sections import LONGEST_SECTION
from server.book.chapters.splitter import context_of, split_section
from server.book.checking.domain import Code, Counts, Finding, OpaqueStretch
from server.book.checking.manuscripts import Manuscript, lines_of

_MOST_SPANS = 30


def count_pieces(manuscript: Manuscript) -> Counts:
    """Count the sections, runs, protected spans and protected blocks."""
    runs, spans, blocks = Counter[str](), Counter[str](), Counter[str]()
    for placed in manuscript.pieces:
        piece = placed.piece
        if isinstance(piece, Run):
            runs[piece.kind.value] += 1
            spans.update(span.kind for span in piece.spans)
        elif isinstance(piece, Protected):
            blocks[piece.kind] += 1
    return Counts(
        sections=len(manuscript.sections),
        locked_sections=sum(section.locked for section in manuscript.sections),
        runs=runs,
        spans=spans,
        blocks=blocks,
        letters=_count_letters(manuscript.text),
        prose_letters=_count_letters(manuscript.views.prose),
    )


def list_opaque(manuscript: Manuscript) -> Iterator[OpaqueStretch]:
    """Yield what is kept whole, and why nobody can say what in it is prose."""
    literal = {
        manuscript.find_line_offset(line)
        for token in manuscript.parsed.tokens
        if token.type == "literal"
        for line in lines_of(token)
    }
    for placed in manuscript.pieces:
        piece = placed.piece
        if not isinstance(piece, Protected) or piece.kind != "opaque":
            continue
        place = manuscript.find_place(placed.start)
        is_literal = placed.start in literal
        why = _explain(placed.block_kind, is_literal=is_literal)
        yield OpaqueStretch(place.line, place.column, len(piece.source), why, is_literal)


def joins_exactly(manuscript: Manuscript) -> bool:
    """Whether the sections joined are the file, byte for byte."""
    return "".join(section.source for section in manuscript.sections) == manuscript.text


def find_unstable(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield each section that is not split the same standing alone as in its chapter."""
    context = context_of(manuscript.text, dialect=manuscript.dialect, mdx=manuscript.mdx)
    at = 0
    for index, section in enumerate(manuscript.sections):
        alone = split_section(section.source, context, first=index == 0)
        if alone.blocks != section.blocks:
            sentence = (
                f"The section `{section.id}` is split differently alone; it is not rewritten."
            )
            yield Finding(at, Code.UNSTABLE_SECTION, sentence)
        at += len(section.source)


def check_sizes(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield sections that cannot be cut, and runs with more spans than a model keeps in order."""
    at = 0
    for section in manuscript.sections:
        if len(section.source) > LONGEST_SECTION and section.has_prose:
            sentence = (
                f"The section `{section.id}` has {len(section.source):,} characters and no place "
                f"to cut it below {LONGEST_SECTION:,}; a heading would give it one."
            )
            yield Finding(at, Code.LONG_SECTION, sentence)
        at += len(section.source)
    for placed in manuscript.pieces:
        if isinstance(placed.piece, Run) and len(placed.piece.spans) > _MOST_SPANS:
            sentence = (
                f"This text holds {len(placed.piece.spans)} protected spans; more than "
                f"{_MOST_SPANS} are hard to keep in order, so break it up."
            )
            yield Finding(placed.start, Code.MANY_SPANS, sentence)


def _count_letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _explain(block_kind: str, *, is_literal: bool) -> str:
    if is_literal:
        return "a line that only the site generator reads"
    if block_kind == "table":
        return "a cell behind the last column, or one with a backtick that has no partner"
    return "its lines would turn into other blocks if they were rewritten"
