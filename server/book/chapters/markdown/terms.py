"""Terms: the paragraph above a `: definition` is a name, not a passage."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from server.book.chapters.domain import RunKind
from server.book.chapters.markdown.drafts import RunDraft, Stretch, Unit
from server.book.chapters.markdown.lines import Layout


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
