"""What a note may state in numbers: only what is known, however it is written."""

import pytest

from server.generation.rewriting.notes.wording import (
    read_known_quantities,
    states_unknown_number,
    states_unknown_price,
    states_unknown_quantity,
)
from server.generation.rewriting.verification.quantities import list_quantities

KNOWN = (
    "It has 8 or 16 GB, 2,070 TFLOPS and 6.6 Hz; CUDA 13.2 costs $3 or 20 percent, for 5 metres."
)


@pytest.mark.parametrize(
    ("text", "language", "unknown"),
    [
        ("8 GB", "en", False),
        ("8GB or 16-GB", "en", False),
        ("16 gigabytes", "en", False),
        ("۱۶ GB", "ur", False),
        ("2070 TFLOPS", "en", False),
        ("6,6 Hz", "de", False),
        ("20% at 5 m", "en", False),
        ("24 GB", "en", True),
        ("16 TB", "en", True),
        ("16 terabytes", "en", True),
        ("20 Hz", "en", True),
        ("7 of them", "en", False),  # a count claims nothing that can be measured
        ("no number", "en", False),
    ],
)
def test_a_number_with_a_unit_has_to_be_known_with_it(
    text: str, language: str, *, unknown: bool
) -> None:
    assert states_unknown_quantity(text, language, read_known_quantities(KNOWN, "en")) is unknown


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("CUDA 13.2", False), ("CUDA 13.0", True), ("RTX 4090", True), ("", False)],
)
def test_a_version_is_a_number_too(text: str, *, unknown: bool) -> None:
    assert states_unknown_number(text, "en", list_quantities(KNOWN, "en")) is unknown


@pytest.mark.parametrize(
    ("text", "unknown"),
    [("$3", False), ("$499", True), ("499 dollars", True), ("€20", True), ("dear", False)],
)
def test_a_price_has_to_be_known(text: str, *, unknown: bool) -> None:
    assert states_unknown_price(text, KNOWN) is unknown
