"""A section piece by piece without its words, finer than the verifier compares it."""

from collections import Counter

from server.book.chapters.domain import Run, Section

Shape = tuple[tuple[str, object], ...]


def shape_of(section: Section) -> Shape:
    """Return what a rewrite may not change: the skeleton, and each run's kind and spans."""
    return tuple(
        (piece.kind.value, frozenset(Counter(piece.spans).items()))
        if isinstance(piece, Run)
        else (type(piece).__name__, piece.source)
        for piece in section.pieces()
    )
