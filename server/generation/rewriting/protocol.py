"""The wire form of a section: runs to answer, blocks to read, a legend; and the reply's reading.

In runs, blocks and legends `&` is written `&amp;` and `<` `&lt;`, both ways; in a section's id
`"` and `>` are escaped too. Text outside the elements is ignored.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from server.book.chapters.domain import Protected, Run, Section, Span
from server.generation.rewriting.domain import (
    GROWTH_SLACK,
    MOST_GROWTH,
    MOST_NOTES,
    Note,
    Reply,
    numbered_pieces,
)

# Part of the prompt's digest: a change of the elements below changes what models answer.
PROTOCOL_VERSION = "3"

LONGEST_LEGEND = 160


@dataclass(frozen=True, slots=True)
class _ElementKind:
    """How an element begins, what its attribute text is, and how it ends."""

    start: re.Pattern[str]
    end: re.Pattern[str]


_SECTION = _ElementKind(
    re.compile(r'<section\s+id="([^"<>]*)"[^<>]*>'), re.compile(r"</section\s*>")
)
_RUN = _ElementKind(re.compile(r'<run\s+id="(\d{1,6})"[^<>]*>'), re.compile(r"</run\s*>"))
_NOTE = _ElementKind(re.compile(r"<note\b([^<>]{0,400})>"), re.compile(r"</note\s*>"))
# A piece's own number, that of the run that a mark is about, or that a note stands behind.
_NUMBER = re.compile(
    r'(<(?:run|block)\s+id="|<as-written run="|<note\b[^<>]{0,400}?\bafter\s*=\s*")'
    r'(\d{1,6})(?=")'
)
ATTRIBUTE = re.compile(r'([a-z]+)\s*=\s*"([^"<>]*)"')
PLACEHOLDER = re.compile(r"⟦(\d{1,6})⟧")


def escape(text: str) -> str:
    """Write text so that it holds none of the protocol's elements."""
    return text.replace("&", "&amp;").replace("<", "&lt;")


def unescape(text: str) -> str:
    """The reverse of `escape`; `&gt;` and `&quot;` too, because models write them for symmetry.

    The author's own entities are protected spans, so none in an answer can be meant as text.
    """
    for written, meant in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(written, meant)
    return text


def escape_id(section_id: str) -> str:
    """A section's id as an attribute's value: an author's own may hold any character."""
    return escape(section_id).replace('"', "&quot;").replace(">", "&gt;")


def write_section(
    section: Section,
    *,
    answerable: bool,
    needs: Iterable[str] = (),
    kept: Collection[int] = (),
    translated: Collection[int] = (),
) -> str:
    """The section as elements; not `answerable` means that it only gets notes: all of it blocks.

    `needs` are elements of what the section needs beside its text. Of its runs, by their index,
    those in `kept` are blocks too, and those in `translated` are marked: nothing else is theirs.
    """
    indices = {n: at for n, at in _run_indices(section).items() if answerable and at not in kept}
    lines = [f'<section id="{escape_id(section.id)}">']
    for number, piece in enumerate(numbered_pieces(section), start=1):
        lines.append(_write_piece(number, piece, answerable=number in indices))
    if legend := _write_legend(section.runs[index] for index in indices.values()):
        lines.append(legend)
    lines += [f'<as-written run="{n}"/>' for n, index in indices.items() if index in translated]
    lines += [*needs, "</section>"]
    return "\n".join(lines)


def _write_piece(number: int, piece: Run | Protected, *, answerable: bool) -> str:
    if isinstance(piece, Protected):
        return f'<block id="{number}" kind="{piece.kind}">{escape(piece.source.strip())}</block>'
    if answerable:
        return f'<run id="{number}" kind="{piece.kind}">{escape(piece.masked)}</run>'
    return f'<block id="{number}" kind="{piece.kind}">{escape(reveal(piece))}</block>'


def write_answer(
    section: Section,
    answers: dict[int, str],
    notes: tuple[Note, ...],
    *,
    answerable: bool,
    kept: Collection[int] = (),
) -> str:
    """A verified rewrite as a model answers it; not `answerable`: only its notes."""
    lines = [f'<section id="{escape_id(section.id)}">']
    for number, index in _run_indices(section).items() if answerable else ():
        if index not in kept:
            lines.append(f'<run id="{number}">{escape(answers.get(index, ""))}</run>')
    for note in notes:
        place = "" if note.after is None else f' after="{note.after}"'
        lines.append(f'<note kind="{escape_id(note.kind)}"{place}>{escape(note.text)}</note>')
    return "\n".join((*lines, "</section>"))


def _write_legend(runs: Iterable[Run]) -> str:
    entries = [
        f"⟦{run.first_span + offset}⟧ = {span.kind}: {escape(_shorten(span))}"
        for run in runs
        for offset, span in enumerate(run.spans)
    ]
    return "<legend>" + "\n".join(entries) + "</legend>" if entries else ""


def _shorten(span: Span) -> str:
    text = " ".join(span.source.split())
    return text if len(text) <= LONGEST_LEGEND else text[:LONGEST_LEGEND] + "…"


def reveal(run: Run) -> str:
    """Return a run as the model's answer has it, with its spans back in place of `⟦k⟧`."""

    def put_back(match: re.Match[str]) -> str:
        offset = int(match[1]) - run.first_span
        return run.spans[offset].source if 0 <= offset < len(run.spans) else match[0]

    return PLACEHOLDER.sub(put_back, run.masked)


def shift_numbers(text: str, by: int) -> str:
    """Return elements with other numbers: each section of a shared call begins its own at 1."""
    return _NUMBER.sub(lambda found: f"{found[1]}{max(0, int(found[2]) + by)}", text)


def list_closed(text: str) -> dict[str, str]:
    """The section elements that are whole so far, by the section's id; the first of each counts."""
    closed: dict[str, str] = {}
    for element in _find_elements(_SECTION, text):
        closed.setdefault(unescape(element.attribute), text[element.start : element.end])
    return closed


def read_reply(text: str, section: Section, *, kept: Collection[int] = ()) -> Reply | None:
    """What the reply says of this section, or None when it says nothing of it.

    What it says of runs that were only to be read is left out.
    """
    elements = _find_elements(_SECTION, text)
    bodies = [each.body for each in elements if unescape(each.attribute) == section.id]
    if not bodies:
        return None
    runs: dict[int, str] = {}
    faults = ["the section was answered more than once"] if len(bodies) > 1 else []
    known = _run_indices(section)
    for element in _find_elements(_RUN, bodies[0]):
        number = int(element.attribute)
        if number not in known:
            faults.append(f"there is no run {number} to answer")
        elif known[number] in kept:
            continue
        elif known[number] in runs:
            faults.append(f"run {number} was answered more than once")
        else:
            runs[known[number]] = unescape(element.body).strip()
    return Reply(runs=runs, notes=_read_notes(bodies[0]), faults=tuple(faults))


@dataclass(frozen=True, slots=True)
class _Element:
    attribute: str
    body: str
    start: int
    end: int


def _find_elements(kind: _ElementKind, text: str) -> Iterator[_Element]:
    """Each element with its end; one that nothing ends, and all behind it, are none."""
    at = 0
    while start := kind.start.search(text, at):
        end = kind.end.search(text, start.end())
        if end is None:
            return
        at = end.end()
        yield _Element(start[1], text[start.end() : end.start()], start.start(), at)


def _drop_runs(body: str) -> str:
    """The text between the runs."""
    parts = list[str]()
    at = 0
    for element in _find_elements(_RUN, body):
        parts.append(body[at : element.start])
        at = element.end
    return "".join((*parts, body[at:]))


def _run_indices(section: Section) -> dict[int, int]:
    """From a run's number in the protocol to its index in `section.runs`."""
    numbers = [
        number
        for number, piece in enumerate(numbered_pieces(section), start=1)
        if isinstance(piece, Run)
    ]
    return {number: index for index, number in enumerate(numbers)}


def run_numbers(section: Section) -> tuple[int, ...]:
    """The protocol number of each run, in order."""
    return tuple(_run_indices(section))


def _read_notes(body: str) -> tuple[Note, ...]:
    """Notes stand between runs; what looks like one inside a run is the run's own text."""
    notes: list[Note] = []
    for element in _find_elements(_NOTE, _drop_runs(body)):
        attributes = dict(ATTRIBUTE.findall(element.attribute))
        after = attributes.get("after", "")
        notes.append(
            Note(
                kind=attributes.get("kind", ""),
                text=unescape(element.body).strip(),
                after=int(after) if after.isdecimal() and len(after) < 7 else None,  # noqa: PLR2004
            )
        )
    return tuple(notes)


EXPLAINED_ELSEWHERE = "explained at first use if needed"  # said of a term that is at home elsewhere
RULES = (
    (Path(__file__).parent / "prompts.md")
    .read_text(encoding="utf-8")
    .format(
        elsewhere=EXPLAINED_ELSEWHERE,
        growth=MOST_GROWTH,
        slack=GROWTH_SLACK,
        notes=MOST_NOTES,
    )
)
