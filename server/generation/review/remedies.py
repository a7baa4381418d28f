"""What is done about findings: sentences for the writer, and the author's runs put back. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from server.book.chapters.domain import Section
from server.generation.review.answers import fold
from server.generation.review.domain import Fault, Finding, Remedy
from server.generation.rewriting.domain import (
    Brief,
    CheckName,
    Difference,
    Note,
    SectionRewrite,
)
from server.generation.rewriting.protocol import run_numbers
from server.generation.rewriting.verification.domain import Candidate, shorten
from server.generation.rewriting.verification.service import find_differences

# A section with the author's run in it may be as long as that run makes it.
NO_LENGTHS = frozenset({CheckName.LENGTH})

_PHRASES: Mapping[Fault, str] = {
    Fault.CHANGED: "says something else than the author",
    Fault.DROPPED: "leaves out what the author says",
    Fault.ADDED: "claims what nothing supports",
    Fault.CONTRADICTS: "contradicts the author",
    Fault.UNCLEAR: "can be understood in a way that the author excludes",
    Fault.LANGUAGE: "is not good language",
}
LONGEST_QUOTE = 300


def write_differences(
    findings: Iterable[Finding], section: Section, rewrite: SectionRewrite
) -> tuple[Difference, ...]:
    """Write what a second reader found, for the writer's repair, by the numbers of its runs."""
    numbers = run_numbers(section)
    sentences = (_write_sentence(each, numbers, rewrite.notes) for each in findings)
    return tuple(Difference(CheckName.REVIEW, sentence) for sentence in sentences)


def _write_sentence(finding: Finding, numbers: Sequence[int], notes: Sequence[Note]) -> str:
    parts = [f"{_name_place(finding, numbers, notes)} {_PHRASES[finding.fault]}"]
    if finding.quote:
        parts.append(f"it says “{shorten(finding.quote, LONGEST_QUOTE)}”")
    if finding.source:
        parts.append(f"the author says “{shorten(finding.source, LONGEST_QUOTE)}”")
    return "; ".join(parts) + (f". {finding.sentence}" if finding.sentence else "")


def _name_place(finding: Finding, numbers: Sequence[int], notes: Sequence[Note]) -> str:
    if finding.run is not None and finding.run < len(numbers):
        return f"run {numbers[finding.run]}"
    if finding.note is not None and finding.note < len(notes):
        return f"the note “{shorten(notes[finding.note].text)}”"
    return "the section"


def carry_over(
    findings: Iterable[Finding], before: SectionRewrite, after: SectionRewrite
) -> tuple[Finding, ...]:
    """The findings as they are after a repair: mended, or standing against what it left.

    One stands where the run, or a note, is word for word as it was, or holds the quote as often as
    before. Whether anything else became good is for the next reading to say.
    """
    return tuple(_carry(finding, before, after) for finding in findings)


def _carry(finding: Finding, before: SectionRewrite, after: SectionRewrite) -> Finding:
    if finding.note is None:
        run = finding.run if finding.run is not None else -1
        text = before.answers.get(run, "")
        is_left = _is_left(finding, text, after.answers.get(run, ""))
        return finding if is_left else replace(finding, remedy=Remedy.MENDED)
    text = before.notes[finding.note].text
    left = (index for index, each in enumerate(after.notes) if _is_left(finding, text, each.text))
    note = next(left, None)
    if note is None:
        return replace(finding, remedy=Remedy.MENDED)
    return replace(finding, note=note)


def _is_left(finding: Finding, before: str, after: str) -> bool:
    was, now, quote = fold(before), fold(after), fold(finding.quote)
    if was == now:
        return True
    if not quote or finding.fault is Fault.DROPPED:
        return False
    return now.count(quote) >= was.count(quote)


def put_back(
    standing: Iterable[Finding], rewrite: SectionRewrite, section: Section, brief: Brief
) -> SectionRewrite | None:
    """The rewrite with the author's runs where findings stand, and without the notes they name.

    None where the section is the author's as a whole: in a translation, where one run in another
    language would stand out, and where the result does not hold together.
    """
    findings = tuple(standing)
    runs = frozenset(each.run for each in findings if each.run is not None)
    notes = frozenset(each.note for each in findings if each.note is not None)
    kept = tuple(note for index, note in enumerate(rewrite.notes) if index not in notes)
    if not runs:
        return replace(rewrite, notes=kept)
    if brief.plan.translates:
        return None
    result = replace(rewrite, answers=dict(_mix(runs, rewrite, section)), notes=kept)
    return result if holds_together(section, result, brief) else None


def _mix(
    runs: frozenset[int], rewrite: SectionRewrite, section: Section
) -> Iterator[tuple[int, str]]:
    for index, answer in rewrite.answers.items():
        yield index, section.runs[index].masked if index in runs else answer


def holds_together(section: Section, rewrite: SectionRewrite, brief: Brief) -> bool:
    """Whether a rewrite with runs put back passes the verifier, without limits of length."""
    candidate = Candidate(section, dict(rewrite.answers), brief)
    return not find_differences(candidate, without=NO_LENGTHS)
