"""Joining puts answers into the skeleton, and the author's bytes wherever nothing was answered."""

import pytest

from server.book.chapters.domain import Dialect, Run, Section
from server.book.chapters.joiner import eol_of, join_blocks, join_section, render_run
from server.book.chapters.splitter import context_of, split_chapter, split_section
from tests.book.chapters.cases import CASES
from tests.book.chapters.rewrites import REWRITES, merge_paragraphs
from tests.book.chapters.shapes import shape_of

# Two paragraphs of which one has a price and the other a formula: merged, nobody can tell which
# dollar pairs with which.
AMBIGUOUS = {("currency", merge_paragraphs)}


def split_one(text: str) -> Section:
    (section,) = split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=True)
    return section


def first_run(text: str) -> Run:
    return split_one(text).runs[0]


@pytest.mark.parametrize(
    ("text", "eol"), [("a\r\nb\n", "\r\n"), ("a\rb", "\r"), ("a\nb\r\n", "\n"), ("a", "\n")]
)
def test_the_line_end_is_the_one_the_text_uses_first(text: str, eol: str) -> None:
    assert eol_of(text) == eol


def test_without_answers_a_section_is_its_source() -> None:
    section = split_one("# A\r\n\r\nOne `x`  \r\ntwo.\r\n")
    assert join_section(section, {}) == section.source


def test_an_answer_that_changes_nothing_gives_the_author_s_bytes_back() -> None:
    section = split_one("> a `b`\nlazy   \n\n\n- c\\\n  d\n")
    answers = {index: run.masked for index, run in enumerate(section.runs)}
    assert join_section(section, answers) == section.source


def test_only_the_answered_run_changes() -> None:
    section = split_one("# A\n\nOne `x`.\n\n- two\n")
    assert join_section(section, {1: "Now ⟦1⟧!"}) == "# A\n\nNow `x`!\n\n- two\n"


@pytest.mark.parametrize(
    ("text", "answer", "rendered"),
    [
        ("one\n", "a\nb\n\n\nc", "a\nb\n\nc"),
        ("one\n", "  a  \n    b\t", "a\nb"),
        ("> one\n", "a\nb", "a\n> b"),
        ("- one\n", "a\nb\n\nc", "a\n  b\n  c"),
        ("- > one\n", "a\r\nb", "a\n  > b"),
        ("# one\n", "a\nb   c", "a b c"),
        ("| one |\n|---|\n", "a\n\nb", "a b"),
        ("one `x`\n", "⟦1⟧ a ⟦1⟧", "`x` a `x`"),
        ("one `x`\n", "a ⟦2⟧ ⟦99999999999⟧ ⟦ ⟧", "a ⟦2⟧ ⟦99999999999⟧ ⟦ ⟧"),
        ("one `\\1 $&` two\n", "a ⟦1⟧", "a `\\1 $&`"),
        ("one `⟦1⟧` two `x`\n", "⟦2⟧ ⟦1⟧", "`x` `⟦1⟧`"),
        ("> one  \n> two\n", "a ⟦1⟧\nb", "a  \n> b"),
        ("see https://x.y now\n", "⟦1⟧پر", "https://x.y پر"),
        ("one <B/> two\n", "a\n⟦1⟧\nb", "a\n<B/> b"),
        ("one\n", "", ""),
    ],
)
def test_an_answer_is_rendered_as_the_file_would_hold_it(
    text: str, answer: str, rendered: str
) -> None:
    assert render_run(first_run(text), answer, eol="\n") == rendered


def test_an_answer_takes_the_line_ends_of_its_section() -> None:
    section = split_one("> one\r\n\r\ntwo\r\n")
    joined = join_section(section, {0: "a\nb", 1: "c\n\nd"})
    assert joined == "> a\r\n> b\r\n\r\nc\r\n\r\nd\r\n"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("# A\n\ngone\n\n```\nc\n```\n", "# A\n\n```\nc\n```\n"),
        ("# A\ngone\n\n```\nc\n```\n", "# A\n\n```\nc\n```\n"),
        ("# A\r\n\r\n  gone\r\n\r\n\r\n- b\r\n", "# A\r\n\r\n- b\r\n"),
        ("```\nc\n```\n\ngone", "```\nc\n```\n\n"),
        ("```\nc\n```\ngone\n", "```\nc\n```\n"),
        ("gone\n\n- b\n", "- b\n"),
        (":::note\n\ngone\n\n:::\n", ":::note\n\n:::\n"),
    ],
)
def test_a_passage_that_goes_takes_its_blank_lines_along(text: str, joined: str) -> None:
    section = split_one(text)
    (index,) = (number for number, run in enumerate(section.runs) if run.masked == "gone")
    assert join_section(section, {index: " "}) == joined
    assert "".join(join_blocks(section, {index: ""})) == joined


@pytest.mark.parametrize("mdx", [True, False], ids=["mdx", "markdown"])
@pytest.mark.parametrize("name", CASES)
def test_benign_rewrites_keep_the_shape(name: str, mdx: bool) -> None:
    text = CASES[name]
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    sections = split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    for index, section in enumerate(sections):
        for rewrite in REWRITES:
            if (name, rewrite) in AMBIGUOUS:
                continue
            answers = {number: rewrite(run) for number, run in enumerate(section.runs)}
            joined = join_section(section, answers)
            again = split_section(joined, context, first=index == 0)
            assert shape_of(again) == shape_of(section), (rewrite.__name__, joined)
