"""Neighbours: behind which top-level blocks a component, an element or a directive is open."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from server.book.chapters.domain import RunKind
from server.book.chapters.markdown.drafts import RunDraft, Stretch, Unit
from server.book.chapters.markdown.lines import Layout
from server.book.chapters.markdown.tags import TagScanner, pair_tags

_COLONS = re.compile(r"(:{3,})[ \t]*(\S?)")


def mark_open_units(units: Sequence[Unit], layout: Layout) -> None:
    """Mark each unit behind which something is open that a later unit closes.

    What nothing closes is not open: a lone `<p>` must not keep a whole book in one section.
    """
    changes = [0] * (len(units) + 1)
    tags = ((index, tag) for index, unit in enumerate(units) for tag in list_tags(unit))
    for first, last in (*pair_tags(tags), *pair_directives(_list_directives(units, layout))):
        changes[first] += 1
        changes[last] -= 1
    for unit, depth in zip(units, accumulate(changes), strict=False):
        unit.is_open = depth > 0


def list_tags(unit: Unit) -> Iterator[str]:
    """Yield every tag of a unit; a block of HTML or JSX holds many."""
    for text in unit.tags:
        scanner = TagScanner(text)
        at = text.find("<")
        while at >= 0:
            end = scanner.find_tag_end(at)
            if end is not None:
                yield text[at:end]
            at = text.find("<", at + 1 if end is None else end)


def _list_directives(units: Sequence[Unit], layout: Layout) -> Iterator[tuple[int, str]]:
    for index, unit in enumerate(units):
        if unit.kind == "directive":
            yield index, layout.text[unit.start : unit.end].lstrip(" \t")


def pair_directives(directives: Iterable[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Yield the places of each `:::` line that opens a directive and of the one that closes it."""
    opened = list[tuple[int, int]]()
    for index, text in directives:
        mark = _COLONS.match(text)
        if mark is None:
            continue
        colons = len(mark[1])
        if mark[2]:
            opened.append((colons, index))
            continue
        # A line of bare colons closes the innermost directive that has no more of them.
        while opened and opened[-1][0] > colons:
            opened.pop()
        if opened:
            yield opened.pop()[1], index


def mark_terms(units: Sequence[Unit], layout: Layout) -> None:
    """Make each term a run of its own, and let nothing come between it and its definition."""
    for unit, following in pairwise(units):
        if following.kind != "definition" or not _is_definition(following, layout):
            continue
        unit.is_open = unit.is_open or unit.kind in {"prose", "definition"}
        if unit.kind == "prose":
            unit.stretches = list(_rename(unit.stretches))


def _is_definition(unit: Unit, layout: Layout) -> bool:
    return layout.text[unit.start : unit.end].lstrip(" \t").startswith((": ", ":\t"))


def _rename(stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    for stretch in stretches:
        if not isinstance(stretch.content, RunDraft):
            yield stretch
        elif any("\n" in part for part in stretch.content.parts if isinstance(part, str)):
            # Several terms share the definition; rewrapped, they would be one.
            yield replace(stretch, content="opaque")
        else:
            yield replace(stretch, content=replace(stretch.content, kind=RunKind.LABEL))
