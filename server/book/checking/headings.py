"""Headings: ids that two of them share, and levels that are left out."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript, PlacedHeading, list_headings


def check_headings(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield headings that cannot be linked to, or that skip a level."""
    headings = list_headings(manuscript)
    yield from _check_ids(manuscript, headings)
    yield from _check_levels([heading for heading in headings if heading.is_top_level])


def _check_ids(manuscript: Manuscript, headings: Sequence[PlacedHeading]) -> Iterator[Finding]:
    first = dict[str, PlacedHeading]()
    for heading in headings:
        if not heading.id or heading.id not in first:
            first.setdefault(heading.id, heading)
            continue
        other = first[heading.id]
        line = manuscript.lines.find_place(other.start).line
        if heading.is_explicit and other.is_explicit:
            sentence = f"The id `{heading.id}` is that of the heading in line {line} too."
            yield Finding(heading.start, Code.DUPLICATE_HEADING_ID, sentence)
        else:
            sentence = f"This heading and the one in line {line} both get the id `{heading.id}`."
            yield Finding(heading.start, Code.HEADING_ID_COLLISION, sentence)


def _check_levels(headings: Sequence[PlacedHeading]) -> Iterator[Finding]:
    for above, heading in pairwise(headings):
        if heading.level > above.level + 1:
            sentence = (
                f"A heading of level {heading.level} follows one of level {above.level}: "
                f"level {above.level + 1} is left out."
            )
            yield Finding(heading.start, Code.HEADING_JUMP, sentence)
