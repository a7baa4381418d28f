"""Checks of numbers: none invented, none lost, each with its unit (invariant 12)."""

import re
from collections.abc import Iterator, Sequence

from server.generation.rewriting.verification.domain import Candidate, Pair
from server.generation.rewriting.verification.quantities import (
    UNITS,
    Quantity,
    collect_readings,
    list_number_words,
    list_quantities,
    to_ascii_digits,
)

Quantities = Sequence[Quantity]

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

    Bare whole numbers up to twelve may become words and come from words. A number may come from
    elsewhere in the section or from the fact sheets; under condensing it may go.
    """
    for pair in candidate.changed:
        source, answer = _read(pair, candidate)
        if not source and not answer:
            continue
        found = collect_readings(answer)
        if not candidate.condenses:
            for body in _list_lost(source, found):
                yield f"run {pair.number}: the number {body} is missing"
        yield from _list_lost_signs(pair, source, answer)
        for body in _list_invented(_list_strange(pair, source, answer), candidate):
            yield f"run {pair.number}: the number {body} was added"


def check_units(candidate: Candidate) -> Iterator[str]:
    """Hold invariant 12: a number keeps its unit, in Latin letters (`5 V`, `14px`, `20 %`)."""
    for pair in candidate.changed:
        source, answer = _read(pair, candidate)
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


def _read(pair: Pair, candidate: Candidate) -> tuple[Quantities, Quantities]:
    plan = candidate.brief.plan
    return (
        list_quantities(pair.source, plan.source_language),
        list_quantities(pair.text, plan.language),
    )


def _list_lost(source: Quantities, found: frozenset[str]) -> list[str]:
    lost = (one.body for one in source if not one.is_spellable and not one.is_in(found))
    return list(dict.fromkeys(lost))


def _list_lost_signs(pair: Pair, source: Quantities, answer: Quantities) -> Iterator[str]:
    signed = collect_readings(one for one in answer if one.is_signed)
    found = collect_readings(answer)
    for one in source:
        is_bare = one.is_signed and one.is_in(found) and not one.is_in(signed)
        if is_bare and not _MINUS.search(pair.text):
            yield f"run {pair.number}: −{one.body} has lost its sign"


def _list_strange(pair: Pair, source: Quantities, answer: Quantities) -> Quantities:
    """The answer's numbers that the run has neither in digits nor in words."""
    known = collect_readings(source)
    strange = [one for one in answer if not one.is_spellable and not one.is_in(known)]
    if not strange:
        return ()
    known |= list_number_words(pair.source)
    return [one for one in strange if not one.is_in(known)]


def _list_invented(strange: Quantities, candidate: Candidate) -> list[str]:
    """Those that stand nowhere in the section, its blocks and spans, nor in the references."""
    if not strange:
        return []
    text = to_ascii_digits(f"{candidate.section.source}\n{candidate.brief.references}")
    known = collect_readings(list_quantities(text, candidate.brief.plan.source_language))
    known |= list_number_words(text)
    invented = (one.body for one in strange if one.body not in text and not one.is_in(known))
    return list(dict.fromkeys(invented))


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
