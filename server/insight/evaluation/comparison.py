"""Two reports side by side: the change of each figure, and the sections that differ. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from server.insight.evaluation.figures import FIGURES, Figure, is_nothing
from server.insight.evaluation.report import CaseReport, Measures, Report, SectionReport
from server.settings import ConfigurationError

WORD = re.compile(r"\S+\s*|\s+")
LONGEST_COMPARED = 4_000  # words; beyond that only the two texts are shown


class NothingInCommon(ConfigurationError):
    """The two reports share no chapter for the same learner."""


@dataclass(frozen=True, slots=True)
class ComparedFigure:
    """A figure of both; None where one has none."""

    figure: Figure
    first: float | None
    second: float | None

    @property
    def change(self) -> float | None:
        if self.first is None or self.second is None:
            return None
        return self.second - self.first

    @property
    def verdict(self) -> str:
        """Better, worse or the same; nothing where neither can be said."""
        change = self.change
        if change is None:
            return ""
        if is_nothing(change):
            return "same"
        if self.figure.better == 0:
            return ""
        return "better" if change * self.figure.better > 0 else "worse"


@dataclass(frozen=True, slots=True)
class Change:
    """A stretch of text in the comparison of two evaluations: same, gone or new."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SectionDifference:
    """A section that the two show differently."""

    title: str
    first: SectionReport
    second: SectionReport
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class CaseComparison:
    """What differs between two evaluations of one case."""

    chapter_id: str
    profile: str
    figures: tuple[ComparedFigure, ...]
    sections: tuple[SectionDifference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`only_first` and `only_second` name the cases that the other report does not have."""

    first: Report
    second: Report
    figures: tuple[ComparedFigure, ...]
    cases: tuple[CaseComparison, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]


def compare_reports(first: Report, second: Report) -> Comparison:
    """Everything that can be compared."""
    ones = {_name(case): case for case in first.cases}
    others = {_name(case): case for case in second.cases}
    common = [name for name in ones if name in others]
    if not common:
        raise NothingInCommon("The two reports have no chapter for the same learner in common.")
    return Comparison(
        first=first,
        second=second,
        figures=compare_measures(first.total, second.total),
        cases=tuple(_compare_case(ones[name], others[name]) for name in common),
        only_first=tuple(name for name in ones if name not in others),
        only_second=tuple(name for name in others if name not in ones),
    )


def _name(case: CaseReport) -> str:
    return f"{case.chapter_id} for {case.profile}"


def compare_measures(first: Measures, second: Measures) -> tuple[ComparedFigure, ...]:
    """Each figure that at least one of them has."""
    compared = (
        ComparedFigure(figure, figure.find(first), figure.find(second)) for figure in FIGURES
    )
    return tuple(each for each in compared if (each.first, each.second) != (None, None))


def _compare_case(first: CaseReport, second: CaseReport) -> CaseComparison:
    others = {section.id: section for section in second.sections}
    pairs = [(each, others[each.id]) for each in first.sections if each.id in others]
    return CaseComparison(
        chapter_id=first.chapter_id,
        profile=first.profile,
        figures=compare_measures(first.measures, second.measures),
        sections=tuple(
            SectionDifference(one.title, one, other, tuple(find_changes(one.shown, other.shown)))
            for one, other in pairs
            if (one.shown, one.outcome) != (other.shown, other.outcome)
        ),
    )


def find_changes(first: str, second: str) -> Iterator[Change]:
    """Word by word from one text to the other; nothing for texts too long to compare so."""
    ones, others = WORD.findall(first), WORD.findall(second)
    if len(ones) + len(others) > LONGEST_COMPARED:
        return
    matcher = SequenceMatcher(None, ones, others, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag == "equal":
            yield Change("same", "".join(ones[start:end]))
            continue
        if end > start:
            yield Change("gone", "".join(ones[start:end]))
        if other_end > other_start:
            yield Change("new", "".join(others[other_start:other_end]))
