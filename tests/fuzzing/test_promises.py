"""A few trials of each property, the same in every run; `python -m tests.fuzzing` goes on."""

import pytest

from tests.fuzzing.exploring import PROPERTIES, Tally, explore


@pytest.mark.parametrize("name", PROPERTIES)
def test_nothing_generated_breaks_what_is_promised(name: str) -> None:
    tally = Tally()

    explore(name, examples=40, number=1, tally=tally)

    # Where nothing gets through, the promise is kept by saying nothing.
    assert tally.passed > 0
