"""Placeholders that a model wrote a little differently, and those that are wrong."""

import pytest

from server.rewriting.settling import settle_placeholders
from tests.rewriting.samples import first_section, make_brief

(RUN,) = first_section(make_brief("Use `a` and `b`.\n")).runs


@pytest.mark.parametrize(
    "written",
    [
        "Use [[1]] and [[2]].",
        "Use 〚1〛 and 〚2〛.",
        "Use ⟦ 1 ⟧ and ⟦2⟧.",
        "Use ⟦۱⟧ and ⟦۲⟧.",
        "Use ⟦1⟧ and [[ ۲ ]].",
        "Use ⟦01⟧ and ⟦2⟧.",
    ],
)
def test_a_slip_of_the_pen_is_mended(written: str) -> None:
    assert settle_placeholders(written, RUN) == "Use ⟦1⟧ and ⟦2⟧."


@pytest.mark.parametrize(
    "written", ["Use [[1]].", "Use [[1]] and [[1]].", "⟦1⟧ ⟦2⟧ [[2]]", "[[1]] [[2]] [[3]]", "no"]
)
def test_what_stays_wrong_stays_as_it_came(written: str) -> None:
    assert settle_placeholders(written, RUN) == written
