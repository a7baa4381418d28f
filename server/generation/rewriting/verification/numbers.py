"""Checks of numbers: none invented, none lost, each with its unit (invariant 12).

A number is a value. Where both languages' numbers are read in words too, in English and Urdu, it
may be written in words or digits on either side; in any other language the digits are compared.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from server.generation.rewriting.verification.domain import Candidate, Pair
from server.generation.rewriting.verification.number_words import find_vocabulary, fold_letters
from server.generation.rewriting.verification.quantities import (
    UNITS,
    Quantity,
    Weight,
    collect_readings,
    list_quantities,
    to_ascii_digits,
)
from server.generation.rewriting.verification.spelled_numbers import list_spelled
from server.plan.recipes.domain import Plan

Quantities = Sequence[Quantity]

_NO_COUNTS = frozenset({"0", "1"})
_NEXT_WORD = re.compile(r"[\s-]+([^\W\d_]{3,})")
# The words that may stand for a minus sign.
_MINUS = re.compile(
    r"minus|negativ|below|under|menos|moins|منفی|سالب|ناقص|ऋण|минус|eksi|负|負|マイナス|영하|마이너스",
    re.IGNORECASE,
)
# A unit behind a span, which may be a formula that ends in a number; a plural's s is none.
_SPAN_UNIT = re.compile(
    r"⟦(\d+)⟧[^\S\n]*("
    + "|".join(re.escape(unit) for unit in sorted(UNITS.keys() - {"s"}, key=len, reverse=True))
    + r")(?![\w/²])"
)


def check_numbers(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 12: the numbers of a run are the author's, however they are written.

    Bare whole numbers up to twelve may come and go, but not become one another. A number may come
    from elsewhere in the section or from the fact sheets; under condensing it may go.
    """
    for pair in candidate.changed:
        source, answer = _read(pair, candidate.brief.plan)
        if not source and not answer:
            continue
        if not candidate.condenses:
            for body in _list_lost(source, _collect_found(pair, answer, candidate.brief.plan)):
                yield f"run {pair.number}: the number {body} is missing"
        yield from _list_lost_signs(pair, source, answer)
        strange = _list_strange(pair, source, answer, candidate.brief.plan)
        for body in _list_unknown(strange, candidate):
            yield f"run {pair.number}: the number {body} was added"
        for before, after in _list_replaced(pair, source, answer, candidate):
            yield f"run {pair.number}: the number {before} became {after}"


def check_units(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 12: a number keeps its unit, in Latin letters (`5 V`, `14px`, `20 %`)."""
    for pair in candidate.changed:
        source, answer = _read(pair, candidate.brief.plan)
        units = {one.unit for one in answer}
        for quantity in source:
            if quantity.unit and not _keeps_unit(quantity, answer, units, pair):
                yield f"run {pair.number}: {quantity.body} has lost its unit {quantity.unit}"
        for span, unit in _list_changed_span_units(pair):
            yield f"run {pair.number}: ⟦{span}⟧ has lost its unit {unit}"


def _list_changed_span_units(pair: Pair) -> Iterator[tuple[str, str]]:
    """Spans with their units, where another unit stands behind them now; `kB` and `KB` are one."""
    answered = dict(_SPAN_UNIT.findall(pair.answer))
    for span, unit in _SPAN_UNIT.findall(pair.run.masked):
        if UNITS[answered.get(span, unit)] != UNITS[unit]:
            yield span, unit


def _read(pair: Pair, plan: Plan) -> tuple[Quantities, Quantities]:
    if _compares_words(plan.source_language, plan.language):
        return (
            _list_numbers(pair.source, plan.source_language),
            _list_numbers(pair.text, plan.language),
        )
    return (
        list_quantities(pair.source, plan.source_language),
        list_quantities(pair.text, plan.language),
    )


@lru_cache(maxsize=64)
def _compares_words(source: str, target: str) -> bool:
    return find_vocabulary(source) is not None and find_vocabulary(target) is not None


@lru_cache(maxsize=1024)
def _list_numbers(text: str, language: str) -> Quantities:
    """All numbers of a text; digits that belong to a number in words are part of it."""
    plain = _fold(text)
    spelled = list_spelled(plain, language)
    digits = list_quantities(plain, language)
    if not spelled:
        return digits
    taken = {place for one in spelled for place in range(*one.span)}
    return (*spelled, *(one for one in digits if one.span[0] not in taken))


def _fold(text: str) -> str:
    return fold_letters(to_ascii_digits(text))


def _collect_words(text: str, language: str) -> frozenset[str]:
    """What the text says in words, where only digits are compared."""
    return collect_readings(list_spelled(_fold(text), language))


def _collect_found(pair: Pair, answer: Quantities, plan: Plan) -> frozenset[str]:
    found = collect_readings(answer)
    if _compares_words(plan.source_language, plan.language):
        return found
    return found | _collect_words(pair.text, plan.language)


def _list_lost(source: Quantities, found: frozenset[str]) -> list[str]:
    lost = (one.body for one in source if one.weight is Weight.EXACT and not one.is_in(found))
    return list(dict.fromkeys(lost))


def _list_lost_signs(pair: Pair, source: Quantities, answer: Quantities) -> Iterator[str]:
    signed = collect_readings(one for one in answer if one.is_signed)
    found = collect_readings(answer)
    for one in source:
        is_bare = one.is_signed and one.is_in(found) and not one.is_in(signed)
        if is_bare and not _MINUS.search(pair.text):
            yield f"run {pair.number}: −{one.body} has lost its sign"


def _list_strange(pair: Pair, source: Quantities, answer: Quantities, plan: Plan) -> list[Quantity]:
    """The answer's numbers that the run has neither in digits nor in words."""
    known = collect_readings(source)
    strange = [one for one in answer if one.weight is Weight.EXACT and not one.is_in(known)]
    if not strange:
        return strange
    words = known | _collect_words(pair.source, plan.source_language)
    return [one for one in strange if not one.is_in(words)]


def _list_unknown(strange: Quantities, candidate: Candidate) -> list[str]:
    """Those that stand nowhere in the section, its blocks and spans, nor in the references."""
    if not strange:
        return []
    plan = candidate.brief.plan
    section = candidate.section
    text = _fold(f"{section.source}\n{candidate.brief.find_needs(section).references}")
    known = collect_readings(list_quantities(text, plan.source_language))
    known |= collect_readings(list_spelled(text, plan.source_language))
    unknown = (one.body for one in strange if not _stands_in(one, text) and not one.is_in(known))
    return list(dict.fromkeys(unknown))


def _stands_in(quantity: Quantity, text: str) -> bool:
    return quantity.body.isascii() and quantity.body[0].isdigit() and quantity.body in text


def _list_replaced(
    pair: Pair, source: Quantities, answer: Quantities, candidate: Candidate
) -> Iterator[tuple[str, str]]:
    """Small numbers that became others: the only one of the run, or one before the same word."""
    before, after = _list_small(source), _list_small(answer)
    known, found = collect_readings(source), collect_readings(answer)
    lost = [one for one in before if not one.is_in(found)]
    added = [one for one in after if not one.is_in(known)]
    if not lost or not added:
        return
    is_alone = len(_collect_values(before)) == len(_collect_values(after)) == 1
    for one in lost:
        for other in added:
            if (is_alone or _counts_the_same(one, other, pair)) and _list_unknown(
                [other], candidate
            ):
                yield one.body, other.body


def _list_small(quantities: Quantities) -> list[Quantity]:
    """Counts up to twelve; one is an article more often."""
    return [one for one in quantities if one.weight is Weight.SMALL and not one.is_in(_NO_COUNTS)]


def _collect_values(quantities: Iterable[Quantity]) -> set[frozenset[str]]:
    return {one.readings[0] for one in quantities}


def _counts_the_same(one: Quantity, other: Quantity, pair: Pair) -> bool:
    counted = _NEXT_WORD.match(_fold(pair.source), one.span[1])
    again = _NEXT_WORD.match(_fold(pair.text), other.span[1])
    return counted is not None and again is not None and counted[1].lower() == again[1].lower()


def _keeps_unit(quantity: Quantity, answer: Quantities, units: set[str | None], pair: Pair) -> bool:
    """Whether the unit stands behind the number, or the number's range ends in it.

    A number that is not there at all is another check's affair.
    """
    same = [one for one in answer if any(one.is_in(reading) for reading in quantity.readings)]
    if not same or any(one.unit == quantity.unit for one in same):
        return True
    if any(one.unit is None for one in same) and quantity.unit in units:
        return True
    spelled = UNITS[quantity.unit or "%"]
    return re.search(rf"\b(?:{spelled})\b", pair.text, re.IGNORECASE) is not None
