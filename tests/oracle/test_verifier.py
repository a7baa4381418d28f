"""Verifier and oracle judge the same answers: what the verifier accepts, remark finds unharmed."""

import pytest

from server.book.chapters.domain import Dialect, RunKind
from tests.corpus import mark_all
from tests.oracle.answering import (
    Judgement,
    Pick,
    Way,
    answer_all,
    answer_one,
    find_harm,
    judge_page,
    list_faults,
    list_honest,
)
from tests.oracle.books import Page, list_cases, list_corpus, list_docs, sample
from tests.oracle.known import UNDECIDABLE_PAGES
from tests.oracle.mischief import list_mischief
from tests.oracle.reading import Oracle

PAGES = [page for page in (*list_docs(), *list_cases()) if not UNDECIDABLE_PAGES.match(page.name)]
OTHER_BOOKS = [page for page in list_corpus() if not UNDECIDABLE_PAGES.match(page.name)]
SEEN_BY_THE_ORACLE = (
    "drop_placeholder",
    "double_placeholder",
    "add_heading",
    "add_list_item",
    "add_url",
    "add_link",
    "add_code_span",
    "add_fence",
    "add_html",
    "add_raw_script",
    "add_jsx",
    "add_import",
    "add_expression",
)
HONEST = list_honest()
SPOILED = list_faults()
MISCHIEF = list_mischief()


@pytest.fixture(scope="module", params=[*PAGES, *mark_all(OTHER_BOOKS)], ids=lambda page: page.name)
def page(request: pytest.FixtureRequest) -> Page:
    """One page after the other, so that each is split once for all the tests."""
    assert isinstance(request.param, Page)
    return request.param


def judge_ways(page: Page, ways: dict[str, Way], pick: Pick, oracle: Oracle) -> list[Judgement]:
    return [judge_page(page, name, way, pick, oracle) for name, way in ways.items()]


def describe_harm(judgements: list[Judgement]) -> str:
    return "\n".join(judgement.describe() for judgement in judgements if judgement.harm)


def test_an_honest_chapter_has_all_that_the_oracle_protects(page: Page, oracle: Oracle) -> None:
    judgements = judge_ways(page, sample(HONEST, page, count=1), answer_all, oracle)

    assert not describe_harm(judgements)
    assert not any(judgement.rejected for judgement in judgements)


def test_what_passes_of_spoiled_answers_is_harmless(page: Page, oracle: Oracle) -> None:
    judgements = judge_ways(page, sample(SPOILED, page, count=2), answer_one, oracle)

    assert not describe_harm(judgements)


def test_what_passes_of_words_that_look_like_markup_is_harmless(page: Page, oracle: Oracle) -> None:
    judgements = judge_ways(page, sample(MISCHIEF, page, count=2), answer_one, oracle)

    assert not describe_harm(judgements)


@pytest.mark.parametrize("fault", SEEN_BY_THE_ORACLE)
def test_the_oracle_sees_what_an_unverified_answer_destroys(fault: str, oracle: Oracle) -> None:
    """Otherwise the tests above would find everything harmless."""
    text = "# Nodes\n\nRun `ros2 node list` and read [the manual](https://docs.ros.org).\n"
    nodes = Page("nodes", text, mdx=True, dialect=Dialect.DOCUSAURUS)
    (section,) = nodes.brief.chapter.sections
    passage = next(i for i, run in enumerate(section.runs) if run.kind is RunKind.PASSAGE)
    run = section.runs[passage]

    assert list(find_harm(nodes, {0: {passage: SPOILED[fault](run)}}, oracle))
