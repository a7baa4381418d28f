"""Splitter and oracle read the same chapters: what remark protects is out of a rewrite's reach."""

import pytest

from tests.corpus import mark_all
from tests.oracle.books import list_cases, list_corpus, list_docs
from tests.oracle.coverage import Coverage, compare
from tests.oracle.known import is_known
from tests.oracle.reading import Oracle

PAGES = (*list_docs(), *list_cases(), *mark_all(list_corpus()))
# Of a page's prose in letters. Measured: 0 in our own book, 8.6 % in MyST's page of optional
# syntax, where every other word is an attribute, 11 % in a page that is no MDX to remark.
MOST_OVER_PROTECTED = 0.15
FEWEST_LETTERS = 1000  # below, one attribute is a large share


@pytest.fixture(scope="module", params=PAGES, ids=lambda page: page.name)
def coverage(request: pytest.FixtureRequest, oracle: Oracle) -> Coverage:
    return compare(request.param, oracle)


def test_what_the_oracle_protects_is_out_of_reach(coverage: Coverage) -> None:
    misses = [miss for miss in coverage.list_misses() if not is_known(miss)]

    assert not misses, "\n".join(miss.describe() for miss in misses)


def test_little_of_the_oracle_s_prose_is_out_of_reach(coverage: Coverage) -> None:
    letters, protected = coverage.count_letters()

    assert letters < FEWEST_LETTERS or protected / letters <= MOST_OVER_PROTECTED
