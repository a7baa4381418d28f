"""Where our splitter and the oracle disagree about what a rewrite may reach."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from server.book.chapters.domain import Run, Section
from tests.oracle.books import Page
from tests.oracle.reading import Node, Oracle, Reading

_PLACEHOLDER = re.compile(r"⟦(\d{1,9})⟧")
_CONTEXT = 30  # characters on either side of a miss, for the person who reads the report


class Misaligned(Exception):
    """A run's masked text is not its source with spans and prefixes left out."""


@dataclass(frozen=True, slots=True)
class Miss:
    """Something that the oracle protects and a rewrite could reach."""

    page: str
    kind: str
    text: str  # the protected stretch
    exposed: str  # what of it is in reach
    around: str

    def describe(self) -> str:
        return f"{self.page}: {self.kind} {self.text!r}: {self.exposed!r} in {self.around!r}"


@dataclass(frozen=True)
class Coverage:
    """One page, read twice."""

    page: Page
    reading: Reading
    # By code point, 1 where a rewrite may change the character.
    reachable: bytearray = field(repr=False)

    def list_misses(self) -> Iterator[Miss]:
        for node in self.reading.nodes:
            exposed = self._exposed(node)
            if exposed:
                yield Miss(self.page.name, node.kind, self._text(node), exposed, self._around(node))

    def _exposed(self, node: Node) -> str:
        """The characters in reach; space counts only where space is all there is."""
        text = self._text(node)
        found = "".join(
            char for at, char in enumerate(text, start=node.start) if self.reachable[at]
        )
        return found if not text.strip() else "".join(found.split())

    def _text(self, node: Node) -> str:
        return self.page.text[node.start : node.end]

    def _around(self, node: Node) -> str:
        return self.page.text[max(0, node.start - _CONTEXT) : node.end + _CONTEXT]

    def count_letters(self) -> tuple[int, int]:
        """(letters of the oracle's prose, those of them that we protect)."""
        prose = [
            at
            for start, end in self.reading.words
            for at in range(start, end)
            if self.page.text[at].isalpha()
        ]
        return len(prose), sum(not self.reachable[at] for at in prose)


def compare(page: Page, oracle: Oracle) -> Coverage:
    reading = oracle.read(page.text, mdx=page.mdx, dialect=page.dialect)
    return Coverage(page, reading, mark_reachable(page.brief.chapter.sections))


def mark_reachable(sections: tuple[Section, ...]) -> bytearray:
    """By code point of the whole text, 1 where a rewrite may change the character."""
    marks = bytearray()
    for section in sections:
        for piece in section.pieces():
            marks += _mark_run(piece) if isinstance(piece, Run) else bytes(len(piece.source))
    return marks


def _mark_run(run: Run) -> bytearray:
    """Follow the masked text through the source; what it skips there is not in reach."""
    if not run.source:
        return bytearray()  # the title, which travels beside the text
    marks = bytearray(len(run.source))
    at = 0
    end = 0
    for found in _PLACEHOLDER.finditer(run.masked):
        at = _follow(run, run.masked[end : found.start()], at, marks)
        at = _pass_span(run, int(found[1]), at)
        end = found.end()
    _follow(run, run.masked[end:], at, marks)
    return marks


def _follow(run: Run, words: str, at: int, marks: bytearray) -> int:
    for char in words:
        if char.isspace() and not run.source.startswith(char, at):
            continue
        at = _skip_container(run, char, at)
        marks[at] = 1
        at += 1
    return at


def _pass_span(run: Run, number: int, at: int) -> int:
    span = run.spans[number - run.first_span]
    at = _skip_container(run, span.source, at)
    return at + len(span.source)


def _skip_container(run: Run, wanted: str, at: int) -> int:
    """Only space and the container's marks may stand between two pieces of a run."""
    while not run.source.startswith(wanted, at):
        if at >= len(run.source) or run.source[at] not in f"> \t\r\n{run.prefix}":
            raise Misaligned(f"{wanted!r} is not at {at} of {run.source!r}, masked {run.masked!r}")
        at += 1
    return at
