"""From what came of the sections to the figures of the report. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from statistics import fmean

from server.book.chapters.domain import RunKind
from server.generation.budget.domain import PriceList, Tokens, cost_of
from server.insight.evaluation.domain import Call, CaseResult, SectionOutcome, SectionResult
from server.insight.evaluation.inventory import compare, count_protected
from server.insight.evaluation.readability import ReadingLevel, read_level
from server.insight.evaluation.report import (
    CaseReport,
    KeptReport,
    Measures,
    ReasonReport,
    SectionReport,
    TimeReport,
    UntranslatedReport,
)
from server.insight.evaluation.words import compare_numbers, compare_terms, measure_untranslated
from server.plan.recipes.domain import Plan

SENTENCE_KINDS = frozenset({RunKind.PASSAGE, RunKind.ITEM, RunKind.QUOTE})


def report_case(result: CaseResult, prices: PriceList) -> CaseReport:
    """Put one case of an evaluation with all its figures into the report's words."""
    case = result.case
    chapter, plan = case.edition.chapter, case.edition.plan
    sections = [_report_section(each, plan, prices) for each in result.sections]
    damage = find_damage(result)
    return CaseReport(
        chapter_id=chapter.id,
        title=chapter.title,
        profile=case.learner.name,
        onboarding=case.learner.profile,
        language=plan.language,
        transformations=list(plan.ids),
        damage=damage,
        measures=_measure_case(result, sections, damaged=bool(damage)),
        sections=sections,
    )


def find_damage(result: CaseResult) -> list[str]:
    """Find what an evaluation's chapter as shown has lost, notes left out."""
    dialect = result.case.edition.chapter.dialect
    before = "".join(each.section.source for each in result.sections)
    after = "".join(_without_notes(each) for each in result.sections)
    return compare(count_protected(before, dialect), count_protected(after, dialect))


def _without_notes(result: SectionResult) -> str:
    text = result.shown
    for note in result.notes:
        text = text.replace(note.markdown, "", 1)
    return text


def _report_section(result: SectionResult, plan: Plan, prices: PriceList) -> SectionReport:
    passages = result.passages
    seconds = [call.seconds for call in result.calls if call.seconds is not None]
    return SectionReport(
        id=result.section.id,
        title=result.section.title,
        outcome=result.outcome,
        reasons=[
            ReasonReport(check=each.check, sentence=each.sentence) for each in result.differences
        ],
        shown=result.shown,
        notes=[note.kind for note in result.notes],
        characters_before=sum(len(passage.before) for passage in passages),
        characters_after=sum(len(passage.after) for passage in passages),
        numbers=compare_numbers(passages),
        terms=compare_terms(passages, plan),
        untranslated=measure_untranslated(passages, plan) if passages else None,
        calls=len(result.calls),
        tokens=add_tokens(call.tokens for call in result.calls),
        cost_usd=add_costs(price_call(call, prices) for call in result.calls),
        seconds=round(sum(seconds), 3) if seconds else None,
    )


def price_call(call: Call, prices: PriceList) -> float | None:
    """Price a call of an evaluation, or None where the model has no price."""
    price = prices.price_of(call.model)
    return None if price is None else float(cost_of(price, call.tokens))


def _measure_case(
    result: CaseResult, sections: Sequence[SectionReport], *, damaged: bool
) -> Measures:
    plan = result.case.edition.plan
    passages = [
        passage
        for section in result.sections
        for passage in section.passages
        if passage.kind in SENTENCE_KINDS
    ]
    before = read_level([passage.before for passage in passages], plan.source_language)
    after = read_level([passage.after for passage in passages], plan.language)
    time = _measure_time([result], result.seconds)
    return _measure(sections, time, damaged=[damaged], levels=(before, after))


def measure_total(
    results: Sequence[CaseResult], cases: Sequence[CaseReport], wall_s: float
) -> Measures:
    """All cases together; a level is the mean of those that are in English on both sides."""
    levels = [(case.measures.level_before, case.measures.level_after) for case in cases]
    graded = [sides for sides in levels if all(side and side.grade is not None for side in sides)]
    return _measure(
        [section for case in cases for section in case.sections],
        _measure_time(results, wall_s),
        damaged=[bool(case.damage) for case in cases],
        levels=(_mean_level(side[0] for side in graded), _mean_level(side[1] for side in graded)),
    )


def _measure(
    sections: Sequence[SectionReport],
    time: TimeReport,
    *,
    damaged: Sequence[bool],
    levels: tuple[ReadingLevel | None, ReadingLevel | None],
) -> Measures:
    return Measures(
        outcomes=_count_outcomes(sections),
        repaired_by=_count_reasons(sections, SectionOutcome.REPAIRED),
        fallback_by=_count_reasons(sections, SectionOutcome.FALLBACK),
        protected_intact=damaged.count(False),
        protected_damaged=damaged.count(True),
        characters_before=sum(each.characters_before for each in sections),
        characters_after=sum(each.characters_after for each in sections),
        numbers=_add_kept(each.numbers for each in sections),
        terms=_add_kept(each.terms for each in sections),
        untranslated=_add_untranslated(each.untranslated for each in sections),
        level_before=levels[0],
        level_after=levels[1],
        notes=sum(len(each.notes) for each in sections),
        calls=sum(each.calls for each in sections),
        tokens=add_tokens(each.tokens for each in sections),
        cost_usd=add_costs(each.cost_usd for each in sections),
        time=time,
    )


def _count_outcomes(sections: Iterable[SectionReport]) -> dict[SectionOutcome, int]:
    counted = Counter(section.outcome for section in sections)
    return {outcome: counted[outcome] for outcome in SectionOutcome if counted[outcome]}


def _count_reasons(sections: Iterable[SectionReport], outcome: SectionOutcome) -> dict[str, int]:
    counted = Counter(
        check
        for section in sections
        if section.outcome is outcome
        for check in {reason.check for reason in section.reasons}
    )
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _add_kept(parts: Iterable[KeptReport]) -> KeptReport:
    parts = list(parts)
    return KeptReport(
        expected=sum(part.expected for part in parts),
        kept=sum(part.kept for part in parts),
        missing=sorted({word for part in parts for word in part.missing}),
    )


def _add_untranslated(parts: Iterable[UntranslatedReport | None]) -> UntranslatedReport | None:
    known = [part for part in parts if part is not None]
    if not known:
        return None
    return UntranslatedReport(
        letters=sum(part.letters for part in known),
        source_letters=sum(part.source_letters for part in known),
        sentences=sum(part.sentences for part in known),
        same_sentences=sum(part.same_sentences for part in known),
    )


def add_tokens(parts: Iterable[Tokens]) -> Tokens:
    """Add the tokens of an evaluation's calls."""
    total = Counter[str](input=0, output=0)
    for part in parts:
        total.update(asdict(part))
    return Tokens(**total)


def add_costs(parts: Iterable[float | None]) -> float | None:
    """Add the costs of an evaluation's calls; with one model without a price nobody knows."""
    total = 0.0
    for part in parts:
        if part is None:
            return None
        total += part
    return round(total, 6)


def _mean_level(levels: Iterable[ReadingLevel | None]) -> ReadingLevel | None:
    known = [(each.ease, each.grade) for each in levels if each and each.grade is not None]
    if not known:
        return None
    ease, grade = (round(fmean(each), 1) for each in zip(*known, strict=True))
    return ReadingLevel(ease, grade)


def _measure_time(results: Iterable[CaseResult], wall_s: float) -> TimeReport:
    seconds = sorted(
        call.seconds
        for result in results
        for section in result.sections
        for call in section.calls
        if call.seconds is not None
    )
    return TimeReport(
        wall_s=round(wall_s, 3),
        call_p50_s=_percentile(seconds, 50),
        call_p95_s=_percentile(seconds, 95),
    )


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest rank."""
    if not ordered:
        return None
    rank = -(-len(ordered) * percent // 100)
    return round(ordered[rank - 1], 3)
