"""Quantities: what a note states in numbers, held against what is known already."""

import re
from collections.abc import Iterable

from server.generation.rewriting.verification.quantities import (
    UNITS,
    Quantity,
    collect_readings,
    list_quantities,
    to_ascii_digits,
)

_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))
# `8 or 16 GB` states two quantities: what joins numbers is a sign or a short word.
_JOINED = re.compile(
    rf"(\d[\d.,]*)(?=\s*(?:[,/–—-]|\b[^\W\d_]{{1,4}}\b)\s*\d[\d.,]*[\s-]?({_UNIT})(?!\w))"
)
_SPELLED = tuple(
    (re.compile(rf"(?<=\d)[\s-]*(?:{words})(?!\w)", re.IGNORECASE), unit)
    for unit, words in UNITS.items()
)
_MONEY = re.compile(
    r"[$€£¥₹]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£¥₹]|(?:dollars?|euros?|rupees?|USD|EUR|PKR)\b)",
    re.IGNORECASE,
)

Known = frozenset[tuple[str, str]]


def read_known_quantities(text: str, language: str) -> Known:
    """Every number of the text with its unit; generously, for this says what may be claimed."""
    plain = _write_units_short(text)
    joined = _JOINED.sub(r"\g<1>\g<2>", plain)
    found = [*list_quantities(plain, language), *list_quantities(joined, language)]
    return frozenset(
        (value, each.unit)
        for each in found
        if each.unit is not None
        for reading in each.readings
        for value in reading
    )


def states_unknown_quantity(text: str, language: str, known: Known) -> bool:
    """Whether the text gives a number with a unit that is not known."""
    claimed = list_quantities(_write_units_short(text), language)
    return any(each.unit is not None and not _is_among(each, known) for each in claimed)


def states_unknown_number(text: str, language: str, known: Iterable[Quantity]) -> bool:
    """Whether the text gives any number, a version say, that is not known."""
    readings = collect_readings(known)
    return any(not each.is_in(readings) for each in list_quantities(text, language))


def states_unknown_price(text: str, known: str) -> bool:
    return any(price not in known for price in _MONEY.findall(text))


def _is_among(quantity: Quantity, known: Known) -> bool:
    return any(
        all((value, quantity.unit) in known for value in reading) for reading in quantity.readings
    )


def _write_units_short(text: str) -> str:
    """`8 gigabytes` as `8GB`, so that both are the same quantity."""
    short = to_ascii_digits(text)
    for words, unit in _SPELLED:
        short = words.sub(unit, short)
    return short
