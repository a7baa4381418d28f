"""The verifier: trusts nothing, compares what came back with what the author wrote.

Each check returns the exact differences, in words that a person can read and that the repair turn
sends back to the model. No difference means that the rewrite may be shown.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import dataclass

from server.chapters.domain import Protected, Run, RunKind, Section
from server.chapters.joining import join_section
from server.rewriting.domain import Brief
from server.rewriting.protocol import PLACEHOLDER, run_numbers

# A backslash could open a formula that another section's closes.
COUNTED_CHARACTERS = {character: f"`{character}`" for character in "<{}$|⟦⟧\\"} | {"`": "backtick"}
LONGEST_RATIO = 3.0
SHORTEST_RATIO = 0.2  # Chinese takes a third of the characters that English takes
SHORTEST_CONDENSED_RATIO = 0.1
LENGTH_SLACK = 200  # characters; a three-word run may well become a sentence
ONE_LINE_SLACK = 100
ONE_LINE_KINDS = frozenset({RunKind.HEADING, RunKind.CELL, RunKind.LABEL})

# Controls, bidi controls, line separators, invisible characters, tags, half characters.
FORBIDDEN_CHARACTERS = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    r"\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
LABELLED = re.compile(r"\[[^\[\]]+\]⟦(\d{1,6})⟧")
BLANK_LINE = re.compile(r"\n[ \t\r]*\n")
MDX_STATEMENT = re.compile(r"(?:\A|\n[ \t]*\n)[ \t]*(import|export)\b")
REFUSAL = re.compile(
    r"\s*(?:I(?:'|’)?m sorry\b|I am sorry\b|Sorry, (?:but )?I\b|I can(?:'|’)?t (?:help|assist)\b"
    r"|I cannot (?:help|assist|comply|rewrite)\b|As an AI\b|Here(?: is|'s|’s) (?:the|your) "
    r"(?:rewritten|revised|translated|simplified)\b|Sure[,!] here\b|Certainly[,!] here\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidate:
    """A section and the answers proposed for its runs, by the run's index."""

    section: Section
    answers: dict[int, str]
    brief: Brief

    def pairs(self) -> Iterator[tuple[int, Run, str]]:
        """(protocol number, run, answer) for each run that has an answer."""
        numbers = run_numbers(self.section)
        for index, run in enumerate(self.section.runs):
            if index in self.answers:
                yield numbers[index], run, self.answers[index]

    def may_be_empty(self, run: Run) -> bool:
        """Under a condensing transformation a passage may go, never a protected span with it."""
        return self.brief.plan.condenses and run.kind is RunKind.PASSAGE and not run.spans


def find_differences(candidate: Candidate) -> tuple[str, ...]:
    """All that is wrong; structure is compared only once the words themselves are in order."""
    differences = [difference for check in WORD_CHECKS for difference in check(candidate)]
    return tuple(differences) or tuple(check_structure(candidate))


def check_completeness(candidate: Candidate) -> Iterator[str]:
    numbers = run_numbers(candidate.section)
    for index, run in enumerate(candidate.section.runs):
        answer = candidate.answers.get(index)
        if answer is None:
            yield f"run {numbers[index]} is missing"
        elif not answer.strip() and not candidate.may_be_empty(run):
            yield f"run {numbers[index]} is empty"


def check_placeholders(candidate: Candidate) -> Iterator[str]:
    """Every protected span exactly once, in the run where its author put it."""
    for number, run, answer in candidate.pairs():
        wanted = Counter(range(run.first_span, run.first_span + len(run.spans)))
        found = Counter(int(digits) for digits in PLACEHOLDER.findall(answer))
        for span in sorted((wanted - found).elements()):
            yield f"run {number}: ⟦{span}⟧ is missing"
        for span in sorted((found - wanted).elements()):
            word = "stands too often" if span in wanted else "does not belong here"
            yield f"run {number}: ⟦{span}⟧ {word}"


def check_residue(candidate: Candidate) -> Iterator[str]:
    """No markup that the author did not write may come in with the words."""
    for number, run, answer in candidate.pairs():
        bare, source = PLACEHOLDER.sub("", answer), PLACEHOLDER.sub("", run.masked)
        for character, name in COUNTED_CHARACTERS.items():
            if bare.count(character) > source.count(character):
                yield f"run {number}: a {name} was added"
        if bare.count("**") % 2 and not source.count("**") % 2:
            yield f"run {number}: a ** has no partner"
        if bare.count("](") > source.count("]("):
            yield f"run {number}: a link was added"


def check_labels(candidate: Candidate) -> Iterator[str]:
    """A link's target stays behind its label, and no link stands inside another's label."""
    for number, run, answer in candidate.pairs():
        links = {run.first_span + i for i, span in enumerate(run.spans) if span.kind == "link"}
        wanted = links.intersection(map(int, LABELLED.findall(run.masked)))
        for lost in sorted(wanted.difference(map(int, LABELLED.findall(answer)))):
            yield f"run {number}: ⟦{lost}⟧ has lost its [label], or the label holds another link"


def check_lines(candidate: Candidate) -> Iterator[str]:
    """A heading, a cell and a label are one line; a line break inside a sentence is only a wrap."""
    for number, run, answer in candidate.pairs():
        if run.kind in ONE_LINE_KINDS and BLANK_LINE.search(answer.strip()):
            yield f"run {number}: a {run.kind} stays one line"


def check_statements(candidate: Candidate) -> Iterator[str]:
    """MDX takes a paragraph that begins with `import` or `export` for code."""
    if not candidate.brief.chapter.mdx:
        return
    for number, run, answer in candidate.pairs():
        known = set(MDX_STATEMENT.findall(run.masked))
        for word in sorted(set(MDX_STATEMENT.findall(answer)) - known):
            yield f"run {number}: a paragraph begins with `{word}`, which is code in this file"


def check_characters(candidate: Candidate) -> Iterator[str]:
    for number, run, answer in candidate.pairs():
        added = set(FORBIDDEN_CHARACTERS.findall(answer)) - set(run.masked)
        for character in sorted(added):
            yield f"run {number}: the control character U+{ord(character):04X} was added"


def check_meaning_of_answer(candidate: Candidate) -> Iterator[str]:
    """A refusal or a preamble inside a run is not the author's text rewritten."""
    for number, run, answer in candidate.pairs():
        if REFUSAL.match(answer) and not REFUSAL.match(run.masked):
            yield f"run {number} speaks about the task instead of rewriting the text"


def check_length(candidate: Candidate) -> Iterator[str]:
    for number, run, answer in candidate.pairs():
        slack = ONE_LINE_SLACK if run.kind in ONE_LINE_KINDS else LENGTH_SLACK
        if len(answer) > LONGEST_RATIO * len(run.masked) + slack:
            yield f"run {number} became more than three times as long"
    source = sum(len(run.masked) for _, run, _ in candidate.pairs())
    answered = sum(len(answer) for _, _, answer in candidate.pairs())
    shortest = SHORTEST_CONDENSED_RATIO if candidate.brief.plan.condenses else SHORTEST_RATIO
    if answered < shortest * source - LENGTH_SLACK:
        yield "most of the text is gone"


WORD_CHECKS: tuple[Callable[[Candidate], Iterator[str]], ...] = (
    check_completeness,
    check_placeholders,
    check_residue,
    check_labels,
    check_lines,
    check_statements,
    check_characters,
    check_meaning_of_answer,
    check_length,
)


def check_structure(candidate: Candidate) -> Iterator[str]:
    """Split the result again: the same skeleton, byte for byte, and runs of the same kinds."""
    gone = {index for index, answer in candidate.answers.items() if not answer.strip()}
    source = candidate.brief.split(candidate.section.source, candidate.section)
    joined = join_section(candidate.section, candidate.answers)
    result = candidate.brief.split(joined, candidate.section)
    wanted, found = _shape(source, gone), _shape(result, set())
    for expected, actual in zip(wanted, found, strict=False):
        if expected != actual:
            yield f"the structure changed: {actual.describe()} where {expected.describe()} stood"
            return
    if len(wanted) != len(found):
        yield "the structure changed: something was added or lost at the end"
    elif _block_kinds(source, gone) != _block_kinds(result, set()):
        yield "the structure changed: without the text between them, two blocks became one"


@dataclass(frozen=True, slots=True)
class Part:
    """One element of a section's shape: skeleton by value, or a run by kind and protected spans."""

    skeleton: str | None
    kind: RunKind | None
    spans: tuple[tuple[str, str], ...]

    def describe(self) -> str:
        if self.skeleton is not None:
            return f"“{_shorten(self.skeleton)}”"
        return f"a {self.kind} with {len(self.spans)} protected spans"


def _shape(section: Section, gone: Set[int]) -> list[Part]:
    """The section without its words; runs named in `gone` are left out."""
    shape: list[Part] = []
    index = -1
    for piece in section.pieces():
        if not isinstance(piece, Run):
            _add_skeleton(shape, piece.source)
            continue
        index += 1
        if index not in gone:
            spans = tuple(sorted((span.kind, span.source) for span in piece.spans))
            shape.append(Part(None, piece.kind, spans))
    return shape


def _add_skeleton(shape: list[Part], source: str) -> None:
    """Neighbouring skeleton counts as one, however it was cut."""
    if shape and shape[-1].skeleton is not None:
        shape[-1] = Part(shape[-1].skeleton + source, None, ())
    elif source:
        shape.append(Part(source, None, ()))


def _block_kinds(section: Section, gone: Set[int]) -> list[str]:
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


def _shorten(text: str, longest: int = 60) -> str:
    flat = text.replace("\n", "↵")
    return flat if len(flat) <= longest else flat[:longest] + "…"
