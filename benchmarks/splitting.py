"""How long splitting and verifying take as chapters grow: `python -m benchmarks.splitting`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from benchmarks.chapters import make_dense, make_real
from benchmarks.measuring import Cost, measure, take_median
from server.book.chapters.domain import Dialect, Run, RunKind
from server.book.chapters.splitter import context_of, split_chapter
from server.generation.rewriting.domain import Brief
from server.generation.rewriting.verification.domain import Candidate
from server.generation.rewriting.verification.service import find_differences
from tests.generation.rewriting.samples import make_brief

ROUNDS = {30_000: 9, 100_000: 5, 1_000_000: 3}
TEXTS: dict[str, Callable[[int], str]] = {"dense": make_dense, "the book": make_real}
ONE_LINE_KINDS = frozenset({RunKind.HEADING, RunKind.CELL, RunKind.LABEL})
# Each round has answers of its own, so that nothing can be remembered from the one before.
WORDS = ("indeed", "also", "too", "again", "then", "still", "here", "now", "once")


@dataclass(frozen=True, slots=True)
class Line:
    """What one text costs: to split, and to verify honest answers to all of its sections."""

    name: str
    size: int
    split: Cost
    verify: Cost

    @property
    def cpu_per_character(self) -> float:
        return (self.split + self.verify).cpu_ms / self.size


def measure_text(name: str, text: str, rounds: int) -> Line:
    splits, verifications = list[Cost](), list[Cost]()
    for word in WORDS[:rounds]:
        splits.append(measure(lambda: split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=True)))
        brief = make_brief(text, mdx=True, dialect=Dialect.DOCUSAURUS)
        candidates = answer_honestly(brief, word)
        context_of.cache_clear()
        verifications.append(measure(lambda: verify(candidates)))  # noqa: B023 - it runs at once
    return Line(name, len(text), take_median(splits), take_median(verifications))


def answer_honestly(brief: Brief, word: str) -> list[Candidate]:
    """Return every section with a word more in each run that is not bound to one line."""
    return [
        Candidate(section, {i: _add_word(run, word) for i, run in enumerate(section.runs)}, brief)
        for section in brief.chapter.sections
    ]


def _add_word(run: Run, word: str) -> str:
    return run.masked if run.kind in ONE_LINE_KINDS else f"{run.masked} {word}"


def verify(candidates: Sequence[Candidate]) -> None:
    for candidate in candidates:
        differences = find_differences(candidate)
        if differences:
            raise AssertionError(f"an honest answer was rejected: {differences}")


def print_growth(name: str, make: Callable[[int], str]) -> None:
    base: Line | None = None
    for size, rounds in ROUNDS.items():
        line = measure_text(name, make(size), rounds)
        base = base or line
        growth = line.cpu_per_character / base.cpu_per_character
        both = line.split + line.verify
        print(f"{name:>9} {line.size:11,} {line.split} {line.verify} {both}   ×{growth:.2f}")


def main() -> None:
    measure_text("warm-up", make_dense(1_000), 1)
    print("Milliseconds of processor (and of the clock), medians of several runs.")
    print("Growth: the cost of a character, relative to that in the shortest text.")
    print(f"{'text':>9} {'characters':>11} {'split':>22} {'verify':>22} {'both':>22}   growth")
    for name, make in TEXTS.items():
        print_growth(name, make)


if __name__ == "__main__":
    main()
