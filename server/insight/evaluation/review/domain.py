"""The frozen values of a reader's evaluation: what it is given to read, and what it said."""

from dataclasses import dataclass
from enum import StrEnum

from server.generation.review.domain import Draft, Finding, Reading
from server.insight.evaluation.domain import Call, Case
from server.insight.evaluation.planted import Planted


@dataclass(frozen=True)
class PlantedFault:
    """A fault, and the run that it stands in, by its index in the section."""

    planted: Planted
    run: int


@dataclass(frozen=True)
class Trial:
    """A text for the reader: a good rewrite, or the same with one fault in it."""

    case: Case
    draft: Draft
    fault: PlantedFault | None = None


class TrialOutcome(StrEnum):
    """What a second reader made of one trial with or without a planted fault."""

    FINE = "fine"  # nothing planted, nothing found
    FALSE_ALARM = "false_alarm"  # nothing planted, and something found
    FOUND = "found"  # a finding on the run that has the fault
    MISSED = "missed"
    UNANSWERED = "unanswered"  # no answer in time, or none that could be used
    SKIPPED = "skipped"  # no reply was recorded


NOT_READ = frozenset({TrialOutcome.UNANSWERED, TrialOutcome.SKIPPED})


@dataclass(frozen=True)
class TrialResult:
    """What the reader said of a text; `reading` is None where no reply was recorded."""

    trial: Trial
    reading: Reading | None
    calls: tuple[Call, ...] = ()

    @property
    def outcome(self) -> TrialOutcome:
        if self.reading is None:
            return TrialOutcome.SKIPPED
        if not self.reading.is_answered:
            return TrialOutcome.UNANSWERED
        if self.trial.fault is None:
            return TrialOutcome.FALSE_ALARM if self.reading.findings else TrialOutcome.FINE
        return TrialOutcome.FOUND if self.hits else TrialOutcome.MISSED

    @property
    def findings(self) -> tuple[Finding, ...]:
        return self.reading.findings if self.reading else ()

    @property
    def hits(self) -> tuple[Finding, ...]:
        """The findings on the run that a fault was planted into."""
        fault = self.trial.fault
        return tuple(each for each in self.findings if fault and each.run == fault.run)

    @property
    def alarms(self) -> tuple[Finding, ...]:
        """The findings on what nobody spoiled."""
        return tuple(each for each in self.findings if each not in self.hits)
