"""Splitting keeps every byte, protects what must never change, and offers the prose."""

import pytest

from server.book.chapters.domain import Dialect, Protected, Run, RunKind, Section
from server.book.chapters.splitter import context_of, split_chapter, split_section
from tests.book.chapters.cases import CASES
from tests.book.chapters.shapes import shape_of

MDX_OR_NOT = pytest.mark.parametrize("mdx", [True, False], ids=["mdx", "markdown"])
EACH_CASE = pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())


def split(text: str, *, mdx: bool = True) -> tuple[Section, ...]:
    return split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)


def list_runs(text: str, *, mdx: bool = True) -> list[tuple[RunKind, str]]:
    return [(run.kind, run.masked) for section in split(text, mdx=mdx) for run in section.runs]


def list_spans(text: str, *, mdx: bool = True) -> list[tuple[str, str]]:
    return [
        (span.kind, span.source)
        for section in split(text, mdx=mdx)
        for run in section.runs
        for span in run.spans
    ]


def list_protected(text: str, *, mdx: bool = True) -> list[tuple[str, str]]:
    return [
        (piece.kind, piece.source)
        for section in split(text, mdx=mdx)
        for piece in section.pieces()
        if isinstance(piece, Protected)
    ]


@MDX_OR_NOT
@EACH_CASE
def test_every_case_joins_back_byte_for_byte(text: str, mdx: bool) -> None:
    for dialect in Dialect:
        sections = split_chapter(text, dialect=dialect, mdx=mdx)
        assert "".join(section.source for section in sections) == text


@MDX_OR_NOT
@EACH_CASE
def test_a_section_alone_splits_as_it_does_in_its_chapter(text: str, mdx: bool) -> None:
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    for index, section in enumerate(split(text, mdx=mdx)):
        alone = split_section(section.source, context, first=index == 0)
        assert alone.blocks == section.blocks
        assert shape_of(alone) == shape_of(section)


@MDX_OR_NOT
@EACH_CASE
def test_masked_text_with_its_spans_is_the_source(text: str, mdx: bool) -> None:
    for section in split(text, mdx=mdx):
        number = 1
        for run in section.runs:
            if run.detached:
                assert (run.source, run.spans) == ("", ())
                continue
            assert run.first_span == number
            number += len(run.spans)
            words = run.masked
            for offset, span in enumerate(run.spans):
                words = words.replace(f"⟦{run.first_span + offset}⟧", span.source, 1)
            assert _letters(words) == _letters(run.source)


def _letters(text: str) -> str:
    """The text without what a container puts in front of a line."""
    return "".join(char for char in text if not char.isspace() and char != ">")


@MDX_OR_NOT
@EACH_CASE
def test_section_ids_are_unique(text: str, mdx: bool) -> None:
    ids = [section.id for section in split(text, mdx=mdx)]
    assert len(ids) == len(set(ids))
    assert all(ids)


def test_a_section_is_what_stands_under_a_heading_of_level_one_or_two() -> None:
    sections = split("lead\n\n# A\n\na\n\n### A1\n\nb\n\nB\n---\n\nc\n")
    assert [(section.id, section.title) for section in sections] == [
        ("intro", "Introduction"),
        ("a", "A"),
        ("b", "B"),
    ]
    assert [(h.level, h.id, h.text) for h in sections[1].headings] == [
        (1, "a", "A"),
        (3, "a1", "A1"),
    ]


def test_what_holds_no_prose_before_the_first_heading_joins_its_section() -> None:
    sections = split('\ufeff---\ntitle: x\n---\n\nimport A from "a"\n\n# A\n\ntext\n')
    assert [section.id for section in sections] == ["a"]
    assert [block.kind for block in sections[0].blocks][:3] == ["blank", "front_matter", "esm"]


@pytest.mark.parametrize(
    ("heading", "anchor", "title"),
    [
        ("## Nodes & Topics", "nodes--topics", "Nodes & Topics"),
        ("## `ros2 run` now", "ros2-run-now", "ros2 run now"),
        ("## A *b* [c](d) ![e](f)", "a-b-c-e", "A b c e"),
        ("## Setup {#own-id}", "own-id", "Setup"),
        ("## Setup {/* #own-id */}", "own-id", "Setup"),
        ("## پہلا قدم", "پہلا-قدم", "پہلا قدم"),
        ("Setup\n---", "setup", "Setup"),
    ],
)
def test_a_heading_keeps_the_anchor_the_site_gives_it(
    heading: str, anchor: str, title: str
) -> None:
    (section,) = split(f"{heading}\n\ntext\n")
    assert (section.id, section.title) == (anchor, title)
    assert section.headings[0].id == anchor


def test_repeated_headings_are_numbered_over_the_whole_chapter() -> None:
    sections = split("## Setup\n\na\n\n### Setup\n\n## Setup\n\nb\n")
    assert [h.id for s in sections for h in s.headings] == ["setup", "setup-1", "setup-2"]


def test_headings_inside_components_and_directives_split_nothing() -> None:
    text = "# A\n\n<Tabs>\n\n# in\n\n</Tabs>\n\n:::note\n\n# in too\n\n:::\n\n# B\n"
    assert [section.id for section in split(text)] == ["a", "b"]


def test_what_nothing_closes_keeps_no_section_open() -> None:
    assert [s.id for s in split("<Tabs>\n\n# A\n\na\n\n:::note\n\n# B\n\nb\n")] == ["a", "b"]


def test_a_long_section_is_cut_at_blocks_and_best_at_headings() -> None:
    part = "word " * 500 + "\n\n"
    text = f"# A\n\n{part}### One\n\n{part}### Two\n\n{part}{part}"
    sections = split(text)
    assert [section.id for section in sections] == ["a", "a--2"]
    assert [section.title for section in sections] == ["A", "A"]
    assert sections[1].headings[0].id == "two"
    assert all(len(section.source) < 7_000 for section in sections)


def test_a_cut_never_falls_into_an_open_component() -> None:
    part = "word " * 500 + "\n\n"
    sections = split(f"# A\n\n{part}<Tabs>\n\n{part}{part}{part}</Tabs>\n\n{part}")
    assert all(s.source.count("<Tabs>") == s.source.count("</Tabs>") for s in sections)


@pytest.mark.parametrize(
    "mark", ["<!-- personalize: off -->", "{/* personalize: off */}", "<!--personalize:off-->"]
)
@MDX_OR_NOT
def test_an_author_can_lock_a_section(mark: str, mdx: bool) -> None:
    first, second = split(f"# A\n\n{mark}\n\ntext\n\n# B\n\ntext\n", mdx=mdx)
    assert (first.locked, second.locked) == (True, False)


def test_consecutive_paragraphs_are_one_passage() -> None:
    assert list_runs("one\ntwo\n\nthree `c`\n\n\nfour\n") == [
        (RunKind.PASSAGE, "one\ntwo\n\nthree ⟦1⟧\n\nfour")
    ]


def test_a_block_between_paragraphs_ends_the_passage() -> None:
    runs = list_runs("one\n\n![](j)\n\ntwo\n\n***\n\nthree\n")
    assert [masked for _, masked in runs] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("- [ ] open\n- done\n  more\n", [("item", "open"), ("item", "done\nmore")]),
        ("> one\n> two\n>\n> three\n", [("quote", "one\ntwo"), ("quote", "three")]),
        ("> [!NOTE]\n> text\n", [("quote", "text")]),
        ("| a | b |\n|---|---|\n| c | 1 |\n", [("cell", "a"), ("cell", "b"), ("cell", "c")]),
        (":::note[Mind *this*]\n\ntext\n\n:::\n", [("label", "Mind *this*"), ("passage", "text")]),
        (":::tip Mind this\n\ntext\n\n:::\n", [("label", "Mind this"), ("passage", "text")]),
        (':::tip{title="x"}\n\ntext\n\n:::\n', [("passage", "text")]),
        ('!!! note "Mind"\n\n    text\n    more\n', [("label", "Mind"), ("item", "text\nmore")]),
        ('=== "Linux"\n\n    text\n', [("label", "Linux"), ("item", "text")]),
        ("a[^1]\n\n[^1]: note\n    more\n", [("passage", "a⟦1⟧"), ("item", "note\nmore")]),
        ("# A {#a}\n\n## *B* ##\n", [("heading", "A"), ("heading", "*B*")]),
        ("![The arm](a 't')\n", [("label", "The arm")]),
        ("- ![The arm](a)\n", [("label", "The arm")]),
        ("> ![The arm][a]\n", [("label", "The arm")]),
        ("Words ==marked== here\n", [("passage", "Words ==marked== here")]),
        (
            ":::{note} Mind this\n:class: tip\ntext\n:::\n",
            [("label", "Mind this"), ("passage", "text")],
        ),
        ("!!! tip\n\n    ??? a\n\n        text\n", [("item", "text")]),
        ("<details>\n\ntext\n\n</details>\n", [("passage", "text")]),
        ("One\ntwo\n===\n", [("heading", "One\ntwo")]),
    ],
)
def test_each_kind_of_prose_is_a_run_of_its_kind(text: str, runs: list[tuple[str, str]]) -> None:
    assert [(kind.value, masked) for kind, masked in list_runs(text)] == runs


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ("Term\n: one\n  two\n", [("label", "Term"), ("item", "one\ntwo")]),
        ("Lead.\n\nTerm\n\n:   one\n", [("passage", "Lead."), ("label", "Term"), ("item", "one")]),
        ("Term\n: one\n\n    two\n", [("label", "Term"), ("item", "one"), ("item", "two")]),
        ("```{note} Mind *x*\ntext\n```\n", [("label", "Mind *x*"), ("item", "text")]),
        ("```{tip}\n:class: a\n\n- text\n```\n", [("item", "text")]),
        ("````{note}\n```{tip}\ntext\n```\n````\n", [("item", "text")]),
        ("```{code-cell}\ntext\n```\n", []),
        ("```{note}\nnever closed\n", []),
        ("| ![The arm](a) |\n|---|\n", [("label", "The arm")]),
    ],
)
def test_markdown_has_prose_that_mdx_has_not(text: str, runs: list[tuple[str, str]]) -> None:
    assert [(kind.value, masked) for kind, masked in list_runs(text, mdx=False)] == runs


def test_terms_that_share_a_definition_keep_their_lines() -> None:
    assert ("opaque", "One\ntwo") in list_protected("One\ntwo\n: both\n", mdx=False)


def test_a_banner_before_the_first_heading_makes_no_section() -> None:
    text = "<p>Words</p>\n\n![The arm](a)\n\n# A\n\ntext\n"
    assert [section.id for section in split(text, mdx=False)] == ["a"]


def test_a_long_chapter_joins_back() -> None:
    text = "\n\n".join(f"## Part {part}\n\n{'word `c` ' * 800}" for part in range(140))
    assert len(text) > 1_000_000
    sections = split(text, mdx=False)
    assert "".join(section.source for section in sections) == text


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("> a\n> b\n", "> "),
        ("- a\n  b\n", "  "),
        ("10. a\n", "    "),
        ("- > a\n", "  > "),
        ("> 1. a\n", ">    "),
        ("- a\n\n  b\n", "  "),
        ("plain\n", ""),
    ],
)
def test_a_run_knows_what_begins_its_further_lines(text: str, prefix: str) -> None:
    (section,) = split(text)
    assert section.runs[-1].prefix == prefix


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a `b` c", [("code", "`b`")]),
        ("a ``b ` c`` d", [("code", "``b ` c``")]),
        ("a $b_c$ d \\(e\\) f", [("math", "$b_c$"), ("math", "\\(e\\)")]),
        ("a $$b$$ c", [("math", "$$b$$")]),
        ('[a](b "t") c', [("link", '(b "t")')]),
        ("[a](b(c)d) e", [("link", "(b(c)d)")]),
        ("[a][b] c\n\n[b]: d", [("link", "[b]")]),
        ("see [b] c\n\n[b]: d", [("link", "[b]")]),
        ("a ![b](c) d", [("image", "![b](c)")]),
        ("[![b](c)](d) e", [("image", "![b](c)"), ("link", "(d)")]),
        ("[a [b](c) d](e) f", [("link", "(c)"), ("link", "(e)")]),
        ("a <https://b.c> d", [("url", "<https://b.c>")]),
        ("a https://b.c/d_(e), f", [("url", "https://b.c/d_(e)")]),
        ("a (https://b.c/d) e", [("url", "https://b.c/d")]),
        ("mail me@x.org now", [("url", "me@x.org")]),
        ("a <b>c</b> d", [("html", "<b>"), ("html", "</b>")]),
        ("a <!-- b --> c", [("html", "<!-- b -->")]),
        ("a <Key n={`}`} m='>'/> b", [("jsx", "<Key n={`}`} m='>'/>")]),
        ("a {b.c} d", [("expression", "{b.c}")]),
        ("a &lt; b \\* c", [("entity", "&lt;"), ("escape", "\\*")]),
        ("a  \nb", [("break", "  \n")]),
        ("a\\\nb", [("break", "\\\n")]),
        ("a[^1] b", [("footnote", "[^1]")]),
        ("a [[b]] c", [("anchor", "[[b]]")]),
        ("a {ref}`b` c", [("expression", "{ref}"), ("code", "`b`")]),
        ("a :ref:`b` c", [("role", ":ref:"), ("code", "`b`")]),
        ("a :robot: b", [("emoji", ":robot:")]),
        ("a {% b %} c", [("expression", "{% b %}")]),
        ("a ⟦1⟧ b", [("bracket", "⟦"), ("bracket", "⟧")]),
    ],
)
def test_what_never_changes_inside_a_run_is_a_span(text: str, spans: list[tuple[str, str]]) -> None:
    assert list_spans(text) == spans


@pytest.mark.parametrize(
    "text", ["a < b and 1 <2", "10:30:45", "a { b", "5 $ or $ 6", "a & b", "x_y_z * 2", "[a] b ]"]
)
def test_ordinary_signs_stay_prose(text: str) -> None:
    assert list_spans(f"{text} words", mdx=False) == []


def test_a_lone_dollar_beside_formulas_protects_all_that_could_be_one() -> None:
    assert list_spans("It is $5 and 4$\\times$ more") == [("math", "$5 and 4$\\times$")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("```py\nx\n\ny\n```", "code"),
        ("~~~\n```\n~~~", "code"),
        ("$$\na\n\nb\n$$", "math"),
        ("\\begin{align}\na\n\\end{align}", "math"),
        ('import A from "a"', "esm"),
        ("<Tabs a={b}>", "jsx"),
        ("[a]: http://b", "definition"),
        (":::note", "directive"),
        ("!!! note", "directive"),
        ("(label)=", "opaque"),
        ("{% raw %}", "opaque"),
        ("![](b)", "image"),
        ("![a `b`](c)", "image"),
        ("![arm.png](b)", "image"),
        ("+---+---+\n| a | b |\n+---+---+", "opaque"),
        ("| a | row | alone |", "opaque"),
    ],
)
@MDX_OR_NOT
def test_what_never_changes_between_runs_is_protected(text: str, kind: str, mdx: bool) -> None:
    assert (kind, text) in list_protected(f"one\n\n{text}\n\ntwo\n", mdx=mdx)


def test_indented_code_is_code_in_markdown_and_prose_in_mdx() -> None:
    text = "one\n\n    two\n\nthree\n"
    assert ("code", "two") in list_protected(text, mdx=False)
    assert list_runs(text) == [(RunKind.PASSAGE, "one\n\ntwo\n\nthree")]


def test_a_fence_deep_in_a_component_is_a_fence() -> None:
    text = "<A>\n      text\n      ```py\n      x\n      ```\n      more\n</A>\n"
    assert [kind for kind, _ in list_protected(text)] == ["jsx", "code", "jsx"]


def test_tags_that_lay_out_the_page_stay_where_they_are() -> None:
    text = "<summary>Click *here*</summary>\n\n<Tip>Some `x` text</Tip>\n\nUse <B>this</B> key\n"
    assert list_runs(text) == [
        (RunKind.LABEL, "Click *here*"),
        (RunKind.LABEL, "Some ⟦1⟧ text"),
        (RunKind.PASSAGE, "Use ⟦2⟧this⟦3⟧ key"),
    ]


def test_cells_that_no_reader_sees_are_protected() -> None:
    text = "| a | b |\n|---|---|\n| c | d | e | f |\n| `x|y` | g |\n"
    assert [masked for _, masked in list_runs(text)] == ["a", "b", "c", "d"]
    assert ("opaque", "e | f") in list_protected(text)
    assert ("opaque", "`x") in list_protected(text)


def test_an_escaped_pipe_stays_escaped() -> None:
    assert list_spans("| a |\n|---|\n| b \\| c |\n") == [("escape", "\\|")]


def test_a_chapter_with_nul_is_one_opaque_block() -> None:
    (section,) = split("# A\n\na\0b\n")
    assert [block.kind for block in section.blocks] == ["opaque"]
    assert section.runs == ()


def test_front_matter_is_only_at_the_start_of_a_chapter() -> None:
    text = "---\ntitle: x\n---\n"
    context = context_of(text, dialect=Dialect.COMMONMARK, mdx=False)
    assert split_section(text, context, first=True).blocks[0].kind == "front_matter"
    assert split_section(text, context, first=False).blocks[0].kind == "rule"


def test_a_section_alone_knows_the_definitions_of_its_chapter() -> None:
    text = "# A\n\nsee [one]\n\n# B\n\n[one]: http://o\n"
    context = context_of(text, dialect=Dialect.COMMONMARK, mdx=False)
    alone = split_section("# A\n\nsee [one]\n\n", context, first=True)
    assert [span.kind for span in alone.runs[1].spans] == ["link"]


def test_a_note_may_only_stand_behind_a_closed_block() -> None:
    text = "# A\n\none\n\n<Tabs>\n\ntwo\n\n</Tabs>\n\nthree\n- four\n\nfive"
    (section,) = split(text)
    assert [(block.kind, block.note_after) for block in section.blocks] == [
        ("heading", True),
        ("prose", True),
        ("jsx", False),
        ("prose", False),
        ("jsx", True),
        ("prose", False),
        ("list", True),
        ("prose", True),
    ]


def test_runs_are_all_that_a_rewrite_can_touch() -> None:
    text = "# A\n\nWords `x`.\n\n| a |\n|---|\n| b |\n"
    (section,) = split(text)
    skeleton = "".join("" if isinstance(p, Run) else p.source for p in section.pieces())
    assert skeleton == "# \n\n\n\n|  |\n|---|\n|  |\n"
