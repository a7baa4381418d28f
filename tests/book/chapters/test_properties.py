"""Whatever the text: it joins back, a section stands alone, and an honest answer fits."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.book.chapters.domain import Dialect, Section
from server.book.chapters.joiner import eol_of, join_section, render_run
from server.book.chapters.masks import keyed_text
from server.book.chapters.splitter import context_of, split_chapter, split_section
from tests.book.chapters.cases import CASES
from tests.book.chapters.shapes import shape_of

SIGNS = [*"#-*+_>|`~$:!?[](){}<>\\/&;'\"=@.,1 a\t\n\r\n\n", "\r\n", "  \n", "\n\n", "⟦", "⟧", "é"]
PIECES = [
    "---\ntitle: Words\n---\n",
    ": ",
    "Term\n: Words\n",
    "```{note}",
    "```{tip} Title\n:class: a\nWords\n```\n",
    ":::{note}\n",
    ":::note[Title]\n",
    '??? tip "Title"\n\n    ',
    "> [!TIP]\n> ",
    "<details>\n<summary>Words</summary>\n",
    "</details>\n\n",
    "<p>Words <b>bold</b></p>\n\n",
    "<table><tr><td>Words</td></tr>\n",
    "<script>",
    "</script>",
    "<pre>",
    "</pre>",
    "<code>a</code>",
    "<br>",
    '<img src="a" alt="Some words">',
    '<Tab label="Some words">\n',
    "</Tab>\n",
    ' title="Words"',
    "![Some words](b)",
    "![a][b]",
    "+---+\n| a |\n+---+\n",
    "| a |\n",
    "==",
    "~",
    "<!-- personalize: off -->",
    "{: .a }",
    "{ref}`a`",
    ":ref:`a`",
    "(a)=\n",
    "+++\n",
    "\\[",
    "\\]",
    "$5 ",
    "\r",
    "\x85",
    "\x0b",
    "\x0c",
    "\u200c",
    "\u200d",
    "\u202b",
    "👩\u200d🚀",
    "سلام ",
    "    ",
    "```",
    "~~~",
    "$$",
    ":::",
    "!!! note",
    '=== "a"',
    "- ",
    "1. ",
    "> ",
    "| a | b |\n|---|---|\n",
    "---\n",
    "===\n",
    "# ",
    "## ",
    "<Tabs>",
    "</Tabs>",
    "<div>",
    "</div>",
    "<!--",
    "-->",
    "<b x='",
    "/>",
    "{/*",
    "*/}",
    "{a}",
    "{#id}",
    "[a](b)",
    "![a](b)",
    "[a]: b\n",
    "[^1]",
    "[^1]: ",
    "[[a]]",
    "`a`",
    "$a$",
    "https://a.b",
    "&amp;",
    "import a from 'b'\n",
    "export const a = {",
    "\\begin{a}",
    "\\end{a}",
    "\\(",
    "\\)",
    "word ",
    "words. ",
    "{% a %}",
    "{{ a }}",
    "[ ] ",
    "[!NOTE]",
    ":a:",
    "\ufeff",
    "\u2028",
]
MARKDOWN = st.lists(st.sampled_from([*SIGNS, *PIECES]), max_size=40).map("".join)
MIXED = st.lists(st.sampled_from(sorted(CASES.values())), min_size=1, max_size=4).map("\n".join)
ANY_TEXT = st.one_of(MARKDOWN, MIXED, st.text(max_size=40))
MDX_OR_NOT = pytest.mark.parametrize("mdx", [True, False], ids=["mdx", "markdown"])


def split(text: str, *, mdx: bool) -> tuple[Section, ...]:
    return split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)


@MDX_OR_NOT
@given(text=ANY_TEXT)
@settings(max_examples=400)
def test_any_text_joins_back(text: str, mdx: bool) -> None:
    sections = split(text, mdx=mdx)
    assert "".join(section.source for section in sections) == text
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    for index, section in enumerate(sections):
        assert split_section(section.source, context, first=index == 0).blocks == section.blocks


@MDX_OR_NOT
@given(text=ANY_TEXT)
def test_an_honest_answer_gives_the_source_back(text: str, mdx: bool) -> None:
    for section in split(text, mdx=mdx):
        answers = {index: run.masked for index, run in enumerate(section.runs)}
        assert join_section(section, answers) == section.source


@MDX_OR_NOT
@given(text=ANY_TEXT, answer=st.one_of(MARKDOWN, st.text(max_size=30)))
def test_any_answer_can_be_rendered_and_split_again(text: str, answer: str, mdx: bool) -> None:
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    for index, section in enumerate(split(text, mdx=mdx)):
        for run in section.runs:
            render_run(run, answer, eol=eol_of(text))
        joined = join_section(section, dict.fromkeys(range(len(section.runs)), answer))
        again = split_section(joined, context, first=index == 0)
        assert again.source == joined


@MDX_OR_NOT
@given(first=ANY_TEXT, second=ANY_TEXT)
def test_equal_keys_mean_equal_masked_runs(first: str, second: str, mdx: bool) -> None:
    seen = dict[str, list[tuple[str, list[str]]]]()
    for section in (*split(first, mdx=mdx), *split(second, mdx=mdx)):
        runs = [(run.masked, [span.kind for span in run.spans]) for run in section.runs]
        assert seen.setdefault(keyed_text(section), runs) == runs


@MDX_OR_NOT
@given(words=st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), min_size=1, max_size=30))
def test_plain_words_around_a_case_keep_its_shape(words: list[str], mdx: bool) -> None:
    text = f"# Head\n\n{' '.join(words)} `x` and [l](u).\n\n- {' '.join(words)}\n"
    (section,) = split(text, mdx=mdx)
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    answers = {
        index: " ".join([*reversed(words), run.masked]) for index, run in enumerate(section.runs)
    }
    again = split_section(join_section(section, answers), context, first=True)
    assert shape_of(again) == shape_of(section)
