"""Print all that splitter and oracle find on all pages: `python -m tests.oracle`."""

import sys
from collections import Counter

from tests.oracle.answering import (
    Judgement,
    Pick,
    Way,
    answer_all,
    answer_one,
    judge_page,
    list_faults,
    list_honest,
)
from tests.oracle.books import Page, list_cases, list_corpus, list_docs
from tests.oracle.coverage import compare
from tests.oracle.known import UNDECIDABLE_PAGES, is_known
from tests.oracle.mischief import list_mischief
from tests.oracle.reading import Oracle, install


def main() -> None:
    install()
    books = {"docs": list_docs(), "corpus": list_corpus(), "cases": list_cases()}
    pages = {name: list(book) for name, book in books.items()}
    with Oracle() as oracle:
        _say("book | files | compile | nodes | missed | known | letters | over-protected")
        for name, book in pages.items():
            _report_coverage(name, book, oracle)
        every = [page for book in pages.values() for page in book]
        decidable = [page for page in every if not UNDECIDABLE_PAGES.match(page.name)]
        _say("\nway | rejected | accepted | harmful")
        _report_ways(list_honest(), answer_all, decidable, oracle)
        _report_ways(list_faults() | list_mischief(), answer_one, decidable, oracle)


def _report_coverage(name: str, pages: list[Page], oracle: Oracle) -> None:
    counts = Counter[str]()
    for page in pages:
        coverage = compare(page, oracle)
        letters, protected = coverage.count_letters()
        misses = list(coverage.list_misses())
        known = sum(map(is_known, misses))
        counts["compile"] += coverage.reading.parses
        counts["nodes"] += len(coverage.reading.nodes)
        counts["missed"] += len(misses) - known
        counts["known"] += known
        counts["letters"] += letters
        counts["protected"] += protected
        for miss in misses:
            if not is_known(miss):
                _say(f"  {miss.describe()}")
    share = counts["protected"] / max(1, counts["letters"])
    figures = [counts[key] for key in ("compile", "nodes", "missed", "known", "letters")]
    _say(" | ".join(map(str, [name, len(pages), *figures, f"{share:.1%}"])))


def _report_ways(ways: dict[str, Way], pick: Pick, pages: list[Page], oracle: Oracle) -> None:
    """Page by page, because the pages that are not at hand are split anew."""
    judgements = dict[str, list[Judgement]]()
    for page in pages:
        for name, way in ways.items():
            judgement = judge_page(page, name, way, pick, oracle)
            judgements.setdefault(name, []).append(judgement)
            if judgement.harm:
                _say(f"  {judgement.describe()}")
    for name, judged in judgements.items():
        rejected, accepted = sum(j.rejected for j in judged), sum(j.accepted for j in judged)
        _say(f"{name} | {rejected} | {accepted} | {sum(len(j.harm) for j in judged)}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
