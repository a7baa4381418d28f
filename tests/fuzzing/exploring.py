"""Explores a property with a seed: as many trials as asked for, and the first that fails."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzzing.chapters import ANY_BOOK, TIDY_BOOK
from tests.fuzzing.promises import Matching, Noting, Reading, Rewriting, Splitting, Trial
from tests.fuzzing.replies import EDITS, MISCHIEF, TEXTS

_TEXT = st.lists(TEXTS, max_size=6).map("".join)
_NOTE = _TEXT.map(lambda text: f"Mind the heat. {text}")
_NOTES = st.tuples(_NOTE, _TEXT)

PROPERTIES: Mapping[str, st.SearchStrategy[Trial]] = {
    "splitting any text": st.builds(Splitting, ANY_BOOK),
    "reading any reply": st.builds(
        Reading, ANY_BOOK, MISCHIEF, st.lists(EDITS, max_size=5).map(tuple), _TEXT
    ),
    "rewriting any text": st.builds(Rewriting, ANY_BOOK, MISCHIEF, st.just(value=False)),
    "rewriting a tidy chapter": st.builds(Rewriting, TIDY_BOOK, MISCHIEF, st.just(value=True)),
    "notes in any text": st.builds(Noting, ANY_BOOK, MISCHIEF, _NOTES, st.integers(0, 12)),
    "blocks of any text": st.builds(Matching, ANY_BOOK, MISCHIEF, _NOTE),
    "blocks of a tidy chapter": st.builds(Matching, TIDY_BOOK, MISCHIEF, _NOTE),
    "notes in a tidy chapter": st.builds(Noting, TIDY_BOOK, MISCHIEF, _NOTES, st.integers(0, 12)),
}


@dataclass
class Tally:
    """How many trials ran, and how much of what they tried was let through."""

    trials: int = 0
    passed: int = 0
    findings: list[str] = field(default_factory=list[str])


def explore(name: str, *, examples: int, number: int, tally: Tally) -> None:
    """Run a property's trials; a failure is raised with the smallest trial that shows it."""

    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=False,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )
    @given(trial=PROPERTIES[name])
    def run(trial: Trial) -> None:
        tally.trials += 1
        tally.passed += trial.run()

    run()
