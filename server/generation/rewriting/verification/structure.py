"""Checks of the whole: the result is split again and compared with the author's section by value.

Much of what could go wrong needs no rule of its own. The skeleton holds every byte that is no
prose, so its being equal means: heading marks, levels, their order and explicit ids (invariant 4);
list markers and their numbers, task boxes, quote marks and depths, items that own code (5); rows,
cells and the delimiter row (6); front matter (7); block HTML, comments and components (8);
definitions and footnotes with their labels (10); line ends, the BOM, the last line end and indents
(11). What stands inside a run, the spans of each run hold: code, formulas, images, link targets,
references, hard breaks, inline tags. Sections cannot change their number or order (14), for each
is joined from its own skeleton and runs.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from server.book.chapters.domain import Piece, Protected, Run, RunKind, Section
from server.book.chapters.joiner import join_texts, list_remaining, render_answers
from server.generation.rewriting.protocol import PLACEHOLDER
from server.generation.rewriting.verification.domain import Candidate, shorten


@dataclass(frozen=True)
class Result:
    """The section as it would be shown, split again by the verifier, beside the author's."""

    candidate: Candidate
    source: Section
    split: Section
    texts: Mapping[int, str]  # of each answered run, as it stands in the result

    @cached_property
    def gone(self) -> frozenset[int]:
        """The runs that a condensing plan left empty."""
        runs = self.candidate.section.runs
        return frozenset(i for i, text in self.texts.items() if not text and not runs[i].detached)

    @classmethod
    def of(cls, candidate: Candidate) -> "Result":
        brief, section = candidate.brief, candidate.section
        texts = render_answers(section, candidate.answers)
        joined = "".join(join_texts(section, texts))
        return cls(candidate, section, brief.split(joined, section), texts)

    @cached_property
    def is_same(self) -> bool:
        """Whether the two agree piece by piece, which is nearly always so and seen at a glance."""
        wanted, found = list(self.source.pieces()), list(self.split.pieces())
        return len(wanted) == len(found) and all(map(_are_alike, wanted, found))


def _are_alike(piece: Piece, other: Piece) -> bool:
    """Whether two pieces differ in nothing but words."""
    if not isinstance(piece, Run) or not isinstance(other, Run):
        return piece == other
    if piece.kind is not other.kind or len(piece.spans) != len(other.spans):
        return False
    return piece.spans == other.spans or Counter(piece.spans) == Counter(other.spans)


def check_structure(result: Result) -> Iterator[str]:
    """Hold invariants 2, 4 to 8, 10, 11 and 14: the same skeleton, and runs with the same spans."""
    if result.is_same:
        return
    wanted, found = _list_parts(result.source, result.gone), _list_parts(result.split, frozenset())
    for expected, actual in zip(wanted, found, strict=False):
        if expected != actual:
            yield f"the structure changed: {actual.describe()} where {expected.describe()} stood"
            return
    if len(wanted) != len(found):
        yield "the structure changed: something was added or lost at the end"
    elif _list_block_kinds(result.source, result.gone) != _list_block_kinds(
        result.split, frozenset()
    ):
        yield "the structure changed: without the text between them, two blocks became one"


def check_inventory(result: Result) -> Iterator[str]:
    """Hold invariant 1: all that is protected, by kind and exact characters, is there as often."""
    if result.is_same:
        return
    wanted, found = _count_protected(result.source), _count_protected(result.split)
    for kind, source in wanted - found:
        yield f"protected content is lost: {kind} “{shorten(source)}”"
    for kind, source in found - wanted:
        yield f"protected content was added: {kind} “{shorten(source)}”"


def check_idempotence(result: Result) -> Iterator[str]:
    """Hold invariant 15: split again, the section gives the very answers back, word for word."""
    answers = result.candidate.answers
    expected = [
        (result.texts.get(index, run.source), _order_spans(run, answers.get(index, run.masked)))
        for index, run in enumerate(result.candidate.section.runs)
        if not run.detached and index not in result.gone
    ]
    found = [
        (run.source, [span.source for span in run.spans])
        for run in result.split.runs
        if not run.detached
    ]
    for written, again in zip(expected, found, strict=False):
        if written != again:
            yield f"the text does not read back as it was written: “{shorten(written[0])}”"
            return
    if len(expected) != len(found):
        yield "the text does not read back as it was written"


def _order_spans(run: Run, answer: str) -> list[str]:
    if not run.spans:
        return []
    offsets = (int(digits) - run.first_span for digits in PLACEHOLDER.findall(answer))
    return [run.spans[offset].source for offset in offsets]


@dataclass(frozen=True, slots=True)
class _Part:
    """One element of a section's shape: skeleton by value, or a run by kind and protected spans."""

    skeleton: str | None
    kind: RunKind | None
    spans: tuple[tuple[str, str], ...]

    def describe(self) -> str:
        if self.skeleton is not None:
            return f"“{shorten(self.skeleton)}”"
        return f"a {self.kind} with {len(self.spans)} protected spans"


def _list_parts(section: Section, gone: Set[int]) -> list[_Part]:
    """The section without its words; runs named in `gone` are left out."""
    parts: list[_Part] = []
    for index, piece in chain.from_iterable(list_remaining(section, gone)):
        if not isinstance(piece, Run):
            _add_skeleton(parts, piece.source)
        elif index not in gone:
            spans = tuple(sorted((span.kind, span.source) for span in piece.spans))
            parts.append(_Part(None, piece.kind, spans))
    return parts


def _add_skeleton(parts: list[_Part], source: str) -> None:
    """Neighbouring skeleton counts as one, however it was cut."""
    if parts and parts[-1].skeleton is not None:
        parts[-1] = _Part(parts[-1].skeleton + source, None, ())
    elif source:
        parts.append(_Part(source, None, ()))


def _list_block_kinds(section: Section, gone: Set[int]) -> list[str]:
    """The kinds of the blocks of which something is left."""
    kinds: list[str] = []
    index = 0
    for block in section.blocks:
        runs = range(index, index + sum(isinstance(piece, Run) for piece in block.pieces))
        index = runs.stop
        bare = len(runs) > 0 and all(number in gone for number in runs)
        protects = any(isinstance(piece, Protected) for piece in block.pieces)
        if block.kind != "blank" and (protects or not bare):
            kinds.append(block.kind)
    return kinds


def _count_protected(section: Section) -> Counter[tuple[str, str]]:
    counts = Counter[tuple[str, str]]()
    for piece in section.pieces():
        if isinstance(piece, Protected):
            counts[piece.kind, piece.source] += 1
        elif isinstance(piece, Run):
            counts.update((span.kind, span.source) for span in piece.spans)
    return counts
