"""The wire form of a review: pairs of an original and its rewrite, notes, and blocks to read.

Texts are escaped and hold placeholders as in the protocol of rewriting. A reading is to cost little
beside the writing: what nobody changed stands once, without a number, and where a section has many
short runs, those of a table or a list are a pair together.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from server.book.chapters.domain import Block, Run
from server.generation.review.domain import Draft
from server.generation.rewriting.domain import is_numbered
from server.generation.rewriting.notes.markdown import place_notes
from server.generation.rewriting.protocol import escape, escape_id

# Part of the prompt's digest: a change of the elements changes what readers answer.
PROTOCOL_VERSION = "2"

_BARE_TAGS = re.compile(r"(?:\s*<[^<>]*>)+\s*")
MOST_PAIRS = 6  # of a section; from here on runs that stand together share one


@dataclass(frozen=True, slots=True)
class RunPair:
    """A run as its author wrote it, and as it would be shown."""

    run: int
    original: str
    rewrite: str


@dataclass(frozen=True, slots=True)
class Element:
    """Something to read: changed runs, a note, or a block that nothing is said about."""

    kind: str
    text: str = ""
    note: int | None = None
    runs: tuple[RunPair, ...] = ()

    @property
    def is_asked(self) -> bool:
        """Whether a finding may be about it."""
        return self.note is not None or bool(self.runs)


@dataclass(frozen=True, slots=True)
class Asked:
    """A section that a second reader is asked about, with the numbers of its elements.

    A block has one too, which is not written: nothing is said about it.
    """

    draft: Draft
    elements: Mapping[int, Element]

    @property
    def id(self) -> str:
        return self.draft.section.id

    @property
    def source(self) -> str:
        """All that the author says in the section, as the file has it and as the reader saw it."""
        runs = (run.masked for run in self.draft.section.runs)
        return "\n\n".join((self.draft.section.source, *runs))


def has_changes(draft: Draft) -> bool:
    """Whether there is anything that a reader could object to."""
    return any(each.is_asked for each in list_elements(draft))


def number_elements(drafts: Sequence[Draft]) -> tuple[Asked, ...]:
    """The sections of a call; they share one numbering."""
    asked = list[Asked]()
    first = 1
    for draft in drafts:
        elements = dict(enumerate(list_elements(draft), start=first))
        asked.append(Asked(draft, elements))
        first += len(elements)
    return tuple(asked)


def list_elements(draft: Draft) -> Iterator[Element]:
    """A section in reading order, each note where it will stand."""
    for is_asked, group in groupby(_list_few(draft), key=lambda each: each.is_asked):
        if is_asked:
            yield from group
        else:
            yield Element("block", "\n\n".join(each.text for each in group))


def _list_few(draft: Draft) -> Sequence[Element]:
    """The elements, with pairs joined where they are many: in their blocks, else across them.

    Joined across blocks, they stand without the tags between them, which say nothing.
    """
    stretches = list(_list_stretches(draft))
    elements = [each for stretch in stretches for each in stretch]
    if _has_many(elements):
        elements = [each for stretch in stretches for each in _join_runs(stretch)]
    if _has_many(elements):
        elements = _join_runs([each for each in elements if not _BARE_TAGS.fullmatch(each.text)])
    return elements


def _has_many(elements: Iterable[Element]) -> bool:
    return sum(bool(each.runs) for each in elements) > MOST_PAIRS


def _list_stretches(draft: Draft) -> Iterator[tuple[Element, ...]]:
    """Yield runs of a block that nothing stands between, and everything else by itself."""
    notes = draft.rewrite.notes
    placed = place_notes(draft.section, draft.rewrite)
    numbers = iter(range(len(draft.section.runs)))
    for number, block in enumerate(draft.section.blocks):
        yield from _list_of_block(block, draft, numbers)
        for note in placed.get(number, ()):
            yield (Element(note.kind, note.text, note=notes.index(note)),)


def _list_of_block(
    block: Block, draft: Draft, numbers: Iterator[int]
) -> Iterator[tuple[Element, ...]]:
    pieces = filter(is_numbered, block.pieces)
    for is_run, group in groupby(pieces, key=lambda piece: isinstance(piece, Run)):
        stretch = tuple(
            _make_element(next(numbers), piece, draft)
            if isinstance(piece, Run)
            else Element(piece.kind, piece.source.strip())
            for piece in group
        )
        if is_run:
            yield stretch
        else:
            yield from ((each,) for each in stretch)


def _make_element(index: int, run: Run, draft: Draft) -> Element:
    answer = draft.rewrite.answers.get(index, run.masked)
    if answer == run.masked:
        return Element(run.kind, answer)
    return Element(run.kind, runs=(RunPair(index, run.masked, answer),))


def _join_runs(stretch: Sequence[Element]) -> list[Element]:
    """Neighbouring pairs as one, in their order."""
    joined = list[Element]()
    for is_pair, group in groupby(stretch, key=lambda each: bool(each.runs)):
        elements = tuple(group)
        if is_pair:
            runs = tuple(pair for each in elements for pair in each.runs)
            elements = (Element(elements[0].kind, runs=runs),)
        joined += elements
    return joined


def write_sections(asked: Sequence[Asked]) -> str:
    """Write the message that a second reader gets: pairs, notes and blocks of its sections."""
    return "\n\n".join(_write_section(each) for each in asked)


def measure_marks(asked: Sequence[Asked]) -> int:
    """How many characters of that message are not the texts themselves."""
    elements = (element for each in asked for element in each.elements.values())
    texts = (escape(text) for each in elements for text in _list_texts(each))
    return len(write_sections(asked)) - sum(map(len, texts))


def _list_texts(element: Element) -> Iterator[str]:
    yield element.text
    for pair in element.runs:
        yield pair.original
        yield pair.rewrite


def _write_section(asked: Asked) -> str:
    elements = (_write_element(number, each) for number, each in asked.elements.items())
    return "\n".join((f'<section id="{escape_id(asked.id)}">', *elements, "</section>"))


def _write_element(number: int, element: Element) -> str:
    attributes = f'id="{number}" kind="{escape_id(element.kind)}"'
    if element.note is not None:
        return f"<note {attributes}>{escape(element.text)}</note>"
    if not element.runs:
        return f"<block>{escape(element.text)}</block>"
    original = _write_lines(pair.original for pair in element.runs)
    rewrite = _write_lines(pair.rewrite for pair in element.runs)
    texts = f"<original>{original}</original><rewrite>{rewrite}</rewrite>"
    return f"<pair {attributes}>{texts}</pair>"


def _write_lines(texts: Iterable[str]) -> str:
    return escape("\n".join(texts))
