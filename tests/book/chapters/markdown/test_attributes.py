"""Of a tag's values, those that people read are runs; all others stay the author's."""

import pytest

from server.book.chapters.domain import Dialect, RunKind, Section
from server.book.chapters.joiner import join_section
from server.book.chapters.splitter import context_of, split_chapter, split_section
from tests.book.chapters.shapes import shape_of


def split_one(text: str, *, mdx: bool = True) -> Section:
    (section,) = split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    return section


def list_runs(text: str, *, mdx: bool = True) -> list[str]:
    section = split_one(text, mdx=mdx)
    assert all(run.kind is RunKind.LABEL for run in section.runs)
    return [run.masked for run in section.runs]


@pytest.mark.parametrize(
    ("text", "runs"),
    [
        ('<TabItem value="a b" label="On the desk">', ["On the desk"]),
        ('<Card title="One" description="Two words" caption="Three" />', None),
        ('<img\n  src="a b"\n  alt="The arm, gripping."\n/>', ["The arm, gripping."]),
        ('<Tip title="Mind this">Words</Tip>', ["Mind this", "Words"]),
        ('<A.B summary="Words" c={d}>', ["Words"]),
        ('<Tabs>\n<Tab label="One" />', ["One"]),
    ],
)
def test_values_that_people_read_are_runs(text: str, runs: list[str] | None) -> None:
    assert list_runs(f"{text}\n") == (runs or ["One", "Two words", "Three"])


@pytest.mark.parametrize(
    "text",
    [
        '<div title="Some words">',
        '<Foo name="Some words" />',
        '<Foo title="arm.py" />',
        '<Foo title="src/arm" label="a:b" />',
        '<Foo title="12" alt="" />',
        "<Foo title='Some words' />",
        '<Foo title={"Some words"} />',
        '<Foo title="Say &quot;so&quot;" />',
        '<Foo title="Mind *this*" />',
        '<Foo title="See https://a.b now" />',
        '<Foo title=" Some words" />',
        '<Foo a={{b: "x y"}} title="Some words" />',
        '{`<Foo title="Some words" />`}',
        '{/* <Foo title="Some words" /> */}',
    ],
)
def test_all_other_values_are_protected(text: str) -> None:
    assert list_runs(f"{text}\n") == []


def test_a_tag_inside_a_sentence_stays_whole() -> None:
    assert list_spans('Press <Key title="Some words"/> now.\n') == ['<Key title="Some words"/>']


def list_spans(text: str) -> list[str]:
    return [span.source for run in split_one(text).runs for span in run.spans]


@pytest.mark.parametrize("mdx", [True, False], ids=["mdx", "markdown"])
@pytest.mark.parametrize(
    ("answer", "fits"),
    [
        ("Un bras", True),
        ("L'arm, d'accord!", True),
        ("بازو", True),
        ('a "b" c', False),
        ('a" href="b', False),
        ("a {b} c", False),
        ("a <b> c", False),
        ("a > c", False),
        ("a & c", False),
        ("a \\ c", False),
        ("see https://a.b now", False),
    ],
)
def test_only_plain_answers_fit_between_the_quotes(answer: str, fits: bool, mdx: bool) -> None:
    text = '<img src="a" alt="An arm" />\n'
    section = split_one(text, mdx=mdx)
    context = context_of(text, dialect=Dialect.DOCUSAURUS, mdx=mdx)
    again = split_section(join_section(section, {0: answer}), context, first=True)
    assert (shape_of(again) == shape_of(section)) is fits
