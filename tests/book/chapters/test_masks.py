"""A section's key follows what the prose depends on, and nothing that it does not."""

import pytest

from server.book.chapters.domain import Dialect, Section
from server.book.chapters.joiner import join_section
from server.book.chapters.masks import keyed_text
from server.book.chapters.splitter import split_chapter


def split_one(text: str, *, mdx: bool = False) -> Section:
    (section,) = split_chapter(text, dialect=Dialect.COMMONMARK, mdx=mdx)
    return section


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("see [a](b) c", "see [a](d/e) c"),
        ("see [a](b 't') c", "see [a](<d e> 't') c"),
        ("see ![a](b) c", "see ![a](d) c"),
        ("![a](b)", "![a](d.png)"),
        ("see <https://a.b> c", "see <https://d.e/f> c"),
        ("see https://a.b c", "see https://d.e/f c"),
        ("see <a href='b'>c</a>", "see <a href='d'>c</a>"),
        ('a <img src="b" width=3> c', 'a <img src="d" width=4> c'),
        ("<div class='a'>\nx\n</div>", "<div class='b'>\nx\n</div>"),
        ("[a]: http://b", "[a]: http://d"),
        ("![The arm](b)", "![The arm](d.png)"),
        ("![The arm](b){width=3}", "![The arm](d){width=3}"),
        ('<img src="b" alt="The arm" width=3>', '<img src="d" alt="The arm" width=4>'),
        ("<p class='a'>words</p>", "<p class='b'>words</p>"),
        ("# A {#a}", "# A {#b}"),
        ("# A {/* #a */}", "# A {/* #b */}"),
    ],
)
def test_targets_attributes_and_ids_are_not_in_the_key(one: str, other: str) -> None:
    assert keyed_text(split_one(f"{one}\n\nwords\n")) == keyed_text(
        split_one(f"{other}\n\nwords\n")
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a word", "a term"),
        ("see `a` here", "see `b` here"),
        ("see $a$ here", "see $b$ here"),
        ("see [a](b) c", "see [d](b) c"),
        ("see [a](b 't') c", "see [a](b 'u') c"),
        ("see ![a](b) c", "see ![d](b) c"),
        ("![The arm](b)", "![An arm](b)"),
        ("![The arm](b 't')", "![The arm](b 'u')"),
        ('<img src="b" alt="The arm">', '<img src="b" alt="An arm">'),
        ("<p>words</p>", "<p>terms</p>"),
        ("<p>words</p>", "<div>words</div>"),
        ("```\na\n```", "```\nb\n```"),
        ("$$\na\n$$", "$$\nb\n$$"),
        ("- a", "* a"),
        ("# A", "## A"),
        ("<div>\nx\n</div>", "<div>\ny\n</div>"),
        ("one\n\ntwo", "one\ntwo"),
    ],
)
def test_everything_else_is_in_the_key(one: str, other: str) -> None:
    assert keyed_text(split_one(f"{one}\n")) != keyed_text(split_one(f"{other}\n"))


def test_a_component_s_attributes_are_in_the_key() -> None:
    one = split_one('<Tabs groupId="a">\n\nwords\n\n</Tabs>\n', mdx=True)
    other = split_one('<Tabs groupId="b">\n\nwords\n\n</Tabs>\n', mdx=True)
    assert keyed_text(one) != keyed_text(other)


def test_a_stored_answer_fits_the_text_with_the_new_url() -> None:
    before = split_one("Read [the guide](http://old) and `x`.\n")
    after = split_one("Read [the guide](http://new) and `x`.\n")
    assert keyed_text(before) == keyed_text(after)
    answer = {0: "With ⟦2⟧, read [the guide]⟦1⟧."}
    assert join_section(after, answer) == "With `x`, read [the guide](http://new).\n"
