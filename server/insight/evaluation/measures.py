"""From what came of the sections to the figures of the report. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from statistics import fmean

from server.book.chapters.domain import RunKind
from server.generation.budget.domain import PriceList, cost_of
from server.insight.evaluation.domain import Call, CaseResult, SectionOutcome, SectionResult
from server.insight.evaluation.inventory import compare, count_protected
from server.insight.evaluation.readability import ReadingLevel, read_level
from server.insight.evaluation.report import (
    CaseReport,
    KeptReport,
    LevelReport,
    Measures,
    ReasonReport,
    SectionReport,
    TimeReport,
    TokensReport,
    UntranslatedReport,
)
from server.insight.evaluation.words import compare_numbers, compare_terms, measure_untranslated
from server.plan.recipes.domain import Plan

SENTENCE_KINDS = frozenset({RunKind.PASSAGE, RunKind.ITEM, RunKind.QUOTE})


def report_case(result: CaseResult, prices: PriceList) -> CaseReport:
    """One case with all its figures."""
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
    """What the second count misses in the chapter as it is shown, notes left out."""
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
        tokens=_sum_tokens(result.calls),
        cost_usd=_sum_costs(result.calls, prices),
        seconds=round(sum(seconds), 3) if seconds else None,
    )


def _sum_tokens(calls: Iterable[Call]) -> TokensReport:
    total = Counter[str]()
    for call in calls:
        total.update(asdict(call.tokens))
    return TokensReport(**total)


def _sum_costs(calls: Sequence[Call], prices: PriceList) -> float | None:
    """Nothing was asked: it cost nothing; one model without a price: nobody knows."""
    total = 0.0
    for call in calls:
        price = prices.price_of(call.model)
        if price is None:
            return None
        total += float(cost_of(price, call.tokens))
    return round(total, 6)


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
    return Measures(
        outcomes=_count_outcomes(sections),
        repaired_by=_count_reasons(sections, SectionOutcome.REPAIRED),
        fallback_by=_count_reasons(sections, SectionOutcome.FALLBACK),
        protected_intact=int(not damaged),
        protected_damaged=int(damaged),
        characters_before=sum(each.characters_before for each in sections),
        characters_after=sum(each.characters_after for each in sections),
        numbers=_add_kept(each.numbers for each in sections),
        terms=_add_kept(each.terms for each in sections),
        untranslated=_add_untranslated(each.untranslated for each in sections),
        level_before=_report_level(before),
        level_after=_report_level(after),
        notes=sum(len(each.notes) for each in sections),
        calls=sum(each.calls for each in sections),
        tokens=_add_tokens(each.tokens for each in sections),
        cost_usd=_add_costs(each.cost_usd for each in sections),
        time=_measure_time([result], result.seconds),
    )


def measure_total(
    results: Sequence[CaseResult], cases: Sequence[CaseReport], wall_s: float
) -> Measures:
    """All cases together."""
    measures = [case.measures for case in cases]
    sections = [section for case in cases for section in case.sections]
    return Measures(
        outcomes=_count_outcomes(sections),
        repaired_by=_count_reasons(sections, SectionOutcome.REPAIRED),
        fallback_by=_count_reasons(sections, SectionOutcome.FALLBACK),
        protected_intact=sum(each.protected_intact for each in measures),
        protected_damaged=sum(each.protected_damaged for each in measures),
        characters_before=sum(each.characters_before for each in measures),
        characters_after=sum(each.characters_after for each in measures),
        numbers=_add_kept(each.numbers for each in measures),
        terms=_add_kept(each.terms for each in measures),
        untranslated=_add_untranslated(each.untranslated for each in measures),
        level_before=_mean_level(_list_english(cases, lambda each: each.level_before)),
        level_after=_mean_level(_list_english(cases, lambda each: each.level_after)),
        notes=sum(each.notes for each in measures),
        calls=sum(each.calls for each in measures),
        tokens=_add_tokens(each.tokens for each in measures),
        cost_usd=_add_costs(each.cost_usd for each in measures),
        time=_measure_time(results, wall_s),
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


def _add_tokens(parts: Iterable[TokensReport]) -> TokensReport:
    total = Counter[str]()
    for part in parts:
        total.update(part.model_dump())
    return TokensReport(**total)


def _add_costs(parts: Iterable[float | None]) -> float | None:
    total = 0.0
    for part in parts:
        if part is None:
            return None
        total += part
    return round(total, 6)


def _report_level(level: ReadingLevel | None) -> LevelReport | None:
    return None if level is None else LevelReport(ease=level.ease, grade=level.grade)


def _list_english(
    cases: Iterable[CaseReport], get: Callable[[Measures], LevelReport | None]
) -> list[LevelReport]:
    """One side's levels of the cases that are in English on both."""
    levels: list[LevelReport] = []
    for case in cases:
        level = get(case.measures)
        sides = (case.measures.level_before, case.measures.level_after)
        if level is not None and all(side and side.grade is not None for side in sides):
            levels.append(level)
    return levels


def _mean_level(levels: Sequence[LevelReport]) -> LevelReport | None:
    if not levels:
        return None
    grades = [level.grade for level in levels if level.grade is not None]
    return LevelReport(
        ease=round(fmean(level.ease for level in levels), 1), grade=round(fmean(grades), 1)
    )


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
