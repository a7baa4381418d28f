"""Which check catches which fault, over the corpus.

Printed by `python -m tests.generation.rewriting.measuring`.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

from server.book.chapters.domain import Run
from server.book.chapters.joiner import join_section
from server.generation.rewriting.answers import settle_answer
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.corpus import FILES
from tests.generation.rewriting.corpus import list_protected, load
from tests.generation.rewriting.spoiling import SPOILERS, spoil
from tests.generation.rewriting.test_corpus import FAULTS, choose_runs, spoil_text

MENDED = "(mended)"
HARMLESS = "(harmless)"
PASSED = "(passed)"


def list_faults() -> Iterator[tuple[str, Callable[[Run], str]]]:
    """Every fault by its name, with what it makes of a run."""
    for fault in FAULTS:
        yield fault.value, partial(spoil_text, fault=fault)
    for name in SPOILERS:
        yield name, partial(spoil, name=name)


def measure() -> dict[str, Counter[str]]:
    """For each fault, how often each check was the first to name it."""
    tally = {name: Counter[str]() for name, _ in list_faults()}
    for path in FILES:
        brief = load(path)
        for section, index in choose_runs(brief):
            honest = {number: run.masked for number, run in enumerate(section.runs)}
            wanted = list_protected(section.source)
            run = section.runs[index]
            for name, make in list_faults():
                spoiled = make(run)
                if spoiled == run.masked:  # it holds nothing that the fault could spoil
                    continue
                answers = {**honest, index: settle_answer(spoiled, run, "en")}
                if answers == honest:
                    tally[name][MENDED] += 1
                elif found := find_differences(Candidate(section, answers, brief)):
                    tally[name][found[0].check] += 1
                else:
                    shown = list_protected(join_section(section, answers))
                    tally[name][HARMLESS if shown == wanted else PASSED] += 1
    return tally


def print_tally(tally: dict[str, Counter[str]]) -> None:
    for name, counts in tally.items():
        tried = counts.total()
        seen = tried - counts[HARMLESS] - counts[PASSED]
        share = f"{100 * seen / tried:.1f} %" if tried else "–"
        checks = ", ".join(f"{check} {count}" for check, count in counts.most_common())
        print(f"| {name} | {tried} | {share} | {checks} |")  # noqa: T201


if __name__ == "__main__":
    print_tally(measure())
