"""Sections: units are gathered into sections, each under a heading and none too long."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.book.chapters.domain import Heading, RunKind
from server.book.chapters.headings import Slugger, make_plain_text, make_slug_text
from server.book.chapters.markdown.drafts import HeadingDraft, RunDraft, Unit

LONGEST_SECTION = 6_000
_LOWEST_SECTION_LEVEL = 2
# No cut makes a section that is shorter than this share of the longest.
_SHORTEST_SHARE = 3
LEAD_ID = "intro"
LEAD_TITLE = "Introduction"


@dataclass(frozen=True, slots=True)
class SectionDraft:
    """The units of a section, with its name."""

    id: str
    title: str
    units: Sequence[Unit]
    headings: tuple[Heading, ...]
    goes_on: bool = False  # a further part of the section before it, which was too long


@dataclass(frozen=True, slots=True)
class _Cut:
    """A place where a long section may be cut, and the size of what stands before it."""

    index: int
    size: int
    is_at_heading: bool


def draft_sections(units: Sequence[Unit]) -> list[SectionDraft]:
    """Gather the units of a chapter into sections with names of their own."""
    slugger = Slugger()
    taken = set[str]()
    sections = list[SectionDraft]()
    for group in _group_by_heading(units):
        headings = [_number_headings(unit, slugger) for unit in group]
        own_heading = _find_own_heading(group, headings)
        section_id = _make_unique(own_heading.id if own_heading else LEAD_ID, taken)
        title = own_heading.text if own_heading else LEAD_TITLE
        start = 0
        for number, end in enumerate(_list_cuts(group), start=1):
            name = section_id if number == 1 else _make_unique(f"{section_id}--{number}", taken)
            inside = tuple(heading for some in headings[start:end] for heading in some)
            sections.append(SectionDraft(name, title, group[start:end], inside, goes_on=number > 1))
            start = end
    return sections


def name_alone(units: Sequence[Unit]) -> SectionDraft:
    """Return the one section that these units are, named without regard to its chapter."""
    slugger = Slugger()
    headings = [_number_headings(unit, slugger) for unit in units]
    own_heading = _find_own_heading(units, headings)
    return SectionDraft(
        (own_heading.id if own_heading else "") or LEAD_ID,
        own_heading.text if own_heading else LEAD_TITLE,
        units,
        tuple(heading for some in headings for heading in some),
    )


def _group_by_heading(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """Yield the units under each heading; what stands before the first joins it unless prose."""
    starts = [
        index
        for index, unit in enumerate(units)
        if _begins_section(unit) and not (index and units[index - 1].is_open)
    ]
    if not starts or _has_prose(units[: starts[0]]):
        starts.insert(0, 0)
    else:
        starts[0] = 0
    for start, end in zip(starts, [*starts[1:], len(units)], strict=True):
        if start < end:
            yield units[start:end]


def _begins_section(unit: Unit) -> bool:
    heading = unit.section_heading
    return heading is not None and heading.level <= _LOWEST_SECTION_LEVEL


def _has_prose(units: Sequence[Unit]) -> bool:
    """Whether there is more to read than the labels of pictures, tabs and banners."""
    return any(
        isinstance(some.content, RunDraft) and some.content.kind is not RunKind.LABEL
        for unit in units
        for some in unit.stretches
    )


def _number_headings(unit: Unit, slugger: Slugger) -> list[Heading]:
    return [_number_heading(draft, slugger) for draft in unit.headings]


def _number_heading(draft: HeadingDraft, slugger: Slugger) -> Heading:
    anchor = draft.id or slugger.take(make_slug_text(draft.text))
    return Heading(draft.level, anchor, make_plain_text(draft.text))


def _find_own_heading(units: Sequence[Unit], headings: Sequence[list[Heading]]) -> Heading | None:
    """Return the heading that opens the section: the first top-level one of level 1 or 2."""
    for unit, found in zip(units, headings, strict=True):
        if _begins_section(unit):
            return found[0]
        if _has_prose([unit]):
            return None
    return None


def _make_unique(name: str, taken: set[str]) -> str:
    unique, number = name or LEAD_ID, 1
    while unique in taken:
        unique = f"{name or LEAD_ID}-{number}"
        number += 1
    taken.add(unique)
    return unique


def _list_cuts(units: Sequence[Unit]) -> list[int]:
    """Return the index behind the last unit of each section that these units make."""
    cuts = list[int]()
    size = 0
    best: _Cut | None = None
    for index, unit in enumerate(units):
        if best is not None and size + unit.size > LONGEST_SECTION:
            cuts.append(best.index)
            size -= best.size
            best = None
        size += unit.size
        cut = _find_cut(units, index, size)
        if cut is not None and (best is None or cut.is_at_heading or not best.is_at_heading):
            best = cut
    return [*cuts, len(units)]


def _find_cut(units: Sequence[Unit], index: int, size: int) -> _Cut | None:
    """Return the cut behind a unit, where nothing is open and enough stands before it."""
    is_last = index + 1 == len(units)
    if is_last or units[index].is_open or units[index].kind == "heading":
        return None
    if size < LONGEST_SECTION // _SHORTEST_SHARE:
        return None
    return _Cut(index + 1, size, is_at_heading=units[index + 1].kind == "heading")
