"""What a reader is given: each rewrite as it is, and with each fault that it has a place for. Pure.

Faults are English; of rewrites in other languages only false alarms are counted.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from hashlib import sha256

from server.book.languages.tags import find_primary
from server.generation.review.domain import Draft
from server.generation.review.service import has_changes
from server.generation.rewriting.domain import SectionRewrite
from server.insight.evaluation.domain import Case, CaseResult
from server.insight.evaluation.planted import PlantedKind, plant
from server.insight.evaluation.review.domain import PlantedFault, Trial

PLANTED_LANGUAGE = "en"


def list_trials(results: Iterable[CaseResult], seed: int = 0) -> list[Trial]:
    """The trials of all sections that were rewritten; the same seed gives the same faults."""
    return [
        trial
        for result in results
        for section in result.sections
        if section.rewrite is not None
        for trial in _list_section(result.case, Draft(section.section, section.rewrite), seed)
    ]


def _list_section(case: Case, draft: Draft, seed: int) -> Iterator[Trial]:
    """Where no word differs from the author's, nobody is asked, and so there is no trial."""
    if not has_changes(draft):
        return
    yield Trial(case, draft)
    if find_primary(case.edition.plan.language) != PLANTED_LANGUAGE:
        return
    for kind in PlantedKind:
        if fault := _plant(kind, draft, seed):
            yield Trial(case, replace(draft, rewrite=_spoil(draft.rewrite, fault)), fault)


def _plant(kind: PlantedKind, draft: Draft, seed: int) -> PlantedFault | None:
    """One fault of this kind, in any of the runs that have a place for it."""
    faults = [
        PlantedFault(planted, run)
        for run, text in draft.rewrite.answers.items()
        if (planted := plant(kind, text, seed)) is not None
    ]
    if not faults:
        return None
    digest = sha256(f"{seed}\0{kind}\0{draft.section.source}".encode()).digest()
    return faults[int.from_bytes(digest[:8], "big") % len(faults)]


def _spoil(rewrite: SectionRewrite, fault: PlantedFault) -> SectionRewrite:
    return replace(rewrite, answers={**rewrite.answers, fault.run: fault.planted.text})
