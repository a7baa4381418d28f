"""From what a reader said to the figures of its report. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from server.generation.budget.domain import PriceList
from server.generation.review.domain import Fault, Finding
from server.insight.evaluation.domain import Call
from server.insight.evaluation.measures import add_costs, add_tokens, price_call
from server.insight.evaluation.planted import PlantedKind
from server.insight.evaluation.review.domain import NOT_READ, TrialOutcome, TrialResult
from server.insight.evaluation.review.report import (
    CallsReport,
    FindingReport,
    KindReport,
    PlantedReport,
    TrialReport,
    UnspoiledReport,
)


def measure_unspoiled(results: Iterable[TrialResult]) -> UnspoiledReport:
    """What was said of the texts without a fault."""
    results = [each for each in results if each.trial.fault is None]
    faults = Counter(finding.fault for each in results for finding in each.findings)
    return UnspoiledReport(
        tried=len(results),
        read=_count_read(results),
        objected=sum(each.outcome is TrialOutcome.FALSE_ALARM for each in results),
        findings={fault: faults[fault] for fault in Fault if faults[fault]},
        ignored=sum(each.reading.ignored for each in results if each.reading is not None),
    )


def measure_kinds(results: Sequence[TrialResult]) -> dict[PlantedKind, KindReport]:
    """Every kind, also one that no text had a place for."""
    return {
        kind: measure_planted(
            each for each in results if each.trial.fault and each.trial.fault.planted.kind is kind
        )
        for kind in PlantedKind
    }


def measure_planted(results: Iterable[TrialResult]) -> KindReport:
    """What was said of the texts with a fault."""
    results = [each for each in results if each.trial.fault is not None]
    return KindReport(
        tried=len(results),
        read=_count_read(results),
        found=sum(each.outcome is TrialOutcome.FOUND for each in results),
        false_alarms=sum(len(each.alarms) for each in results),
    )


def _count_read(results: Iterable[TrialResult]) -> int:
    return sum(each.outcome not in NOT_READ for each in results)


def measure_calls(calls: Sequence[Call], prices: PriceList) -> CallsReport:
    """Add up the calls of a trial of second readers."""
    return CallsReport(
        calls=len(calls),
        tokens=add_tokens(call.tokens for call in calls),
        cost_usd=add_costs(price_call(call, prices) for call in calls),
    )


def report_trial(result: TrialResult) -> TrialReport:
    """Put one trial of a second reader into the report's words."""
    trial, fault = result.trial, result.trial.fault
    planted = fault and PlantedReport(
        kind=fault.planted.kind,
        run=fault.run,
        before=fault.planted.before,
        after=fault.planted.after,
    )
    return TrialReport(
        chapter_id=trial.case.edition.chapter.id,
        profile=trial.case.learner.name,
        section_id=trial.draft.section.id,
        outcome=result.outcome,
        planted=planted,
        findings=[_report_finding(each) for each in result.findings],
    )


def _report_finding(finding: Finding) -> FindingReport:
    told = asdict(finding)
    del told["remedy"]  # nothing is done about it here
    return FindingReport(**told)
