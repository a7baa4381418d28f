"""The wire form of a review: pairs of an original and its rewrite, notes, and blocks to read.

Texts are escaped and hold placeholders as in the protocol of rewriting.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.book.chapters.domain import Run
from server.generation.review.domain import Draft
from server.generation.rewriting.domain import is_numbered
from server.generation.rewriting.notes.markdown import place_notes
from server.generation.rewriting.protocol import escape, escape_id

# Part of the prompt's digest: a change of the elements changes what readers answer.
PROTOCOL_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Element:
    """Something to read: a changed run, a note, or a block that nothing is said about."""

    kind: str
    text: str
    original: str = ""
    run: int | None = None
    note: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A section of a call, its elements under the numbers that they have in it."""

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
    return any(each.run is not None or each.note is not None for each in list_elements(draft))


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
    notes = draft.rewrite.notes
    placed = place_notes(draft.section, draft.rewrite)
    run = 0
    for number, block in enumerate(draft.section.blocks):
        for piece in filter(is_numbered, block.pieces):
            if isinstance(piece, Run):
                yield _make_pair(run, piece, draft)
                run += 1
            else:
                yield Element(piece.kind, piece.source.strip())
        for note in placed.get(number, ()):
            yield Element(note.kind, note.text, note=notes.index(note))


def _make_pair(index: int, run: Run, draft: Draft) -> Element:
    answer = draft.rewrite.answers.get(index, run.masked)
    if answer == run.masked:
        return Element(run.kind, answer)
    return Element(run.kind, answer, run.masked, run=index)


def write_sections(asked: Sequence[Asked]) -> str:
    """Write the message that a second reader gets: pairs, notes and blocks of its sections."""
    return "\n\n".join(_write_section(each) for each in asked)


def _write_section(asked: Asked) -> str:
    elements = (_write_element(number, each) for number, each in asked.elements.items())
    return "\n".join((f'<section id="{escape_id(asked.id)}">', *elements, "</section>"))


def _write_element(number: int, element: Element) -> str:
    attributes = f'id="{number}" kind="{escape_id(element.kind)}"'
    if element.run is not None:
        original, rewrite = escape(element.original), escape(element.text)
        texts = f"<original>{original}</original><rewrite>{rewrite}</rewrite>"
        return f"<pair {attributes}>{texts}</pair>"
    name = "block" if element.note is None else "note"
    return f"<{name} {attributes}>{escape(element.text)}</{name}>"
