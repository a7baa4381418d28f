"""In HTML the words between the tags may change; the tags, and what is no prose, may not."""

import pytest

from server.book.chapters.domain import Dialect, Protected, RunKind, Section
from server.book.chapters.joiner import join_section
from server.book.chapters.splitter import context_of, split_chapter, split_section
from tests.book.chapters.shapes import shape_of


def split_one(text: str) -> Section:
    (section,) = split_chapter(text, dialect=Dialect.MKDOCS, mdx=False)
    return section


def list_labels(text: str) -> list[str]:
    return [run.masked for run in split_one(text).runs if run.kind is RunKind.LABEL]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("<details>\n<summary>More `x`</summary>\nBody &amp; more\n</details>", None),
        ("<details>\n<summary>More</summary>\n\ntext\n\n</details>", ["More"]),
        ("<p align='center'>Words</p>", ["Words"]),
        ("<div class=a>\ntwo\nlines\n</div>", ["two\nlines"]),
        ("<table>\n<tr><td>a</td><td>3</td><td>b</td></tr>\n</table>", ["a", "b"]),
        ("<figure>\n<figcaption>The arm</figcaption>\n</figure>", ["The arm"]),
        ("<p>A <b>bold</b> word,<br>and <a href='u'>a link</a></p>", None),
        ("<p><i>all of it</i></p>", ["⟦1⟧all of it⟦2⟧"]),
        ("<b>\nhello\n</b>", ["hello"]),
        ("<p>\n<a href='u'>\nsome text\n</a>\n</p>", ["some text"]),
        ("> <div>\n> quoted\n> words\n> </div>", ["quoted\nwords"]),
        ("<div><pre>a b</pre> words</div>", ["words"]),
        ('<p><img src="a" alt="The arm"></p>', ["The arm"]),
    ],
)
def test_the_words_between_tags_are_labels(text: str, labels: list[str] | None) -> None:
    found = list_labels(text)
    if labels is None:
        assert found
        assert not any(sign in label for label in found for sign in "<>&`")
    else:
        assert found == labels


@pytest.mark.parametrize(
    "text",
    [
        "<script>\nlet words = 1\n\n# more\n</script>",
        "<style>\nbody { words: a }\n</style>",
        "<pre>\nwords\n\nmore\n</pre>",
        "<textarea>\nwords\n</textarea>",
        "<div><svg><text>words</text></svg></div>",
        "<div><math><mi>words</mi></math></div>",
        "<!-- words\n\nmore -->",
        "<![CDATA[ words ]]>",
        "<?php words ?>",
        "<!DOCTYPE words>",
        "<div><code>words</code></div>",
        "<div>\n1 < 2 words\n</div>",
        "<div>\nwords <b\n</div>",
        "<div><pre>words",
        "<div>\n- words\n- more\n</div>",
        "<div>\n| words |\n| more |\n</div>",
    ],
)
def test_what_is_no_plain_text_stays_protected(text: str) -> None:
    section = split_one(f"{text}\n")
    assert section.runs == ()
    assert [piece.kind for piece in section.pieces() if isinstance(piece, Protected)] == ["html"]


def test_an_unclosed_script_keeps_all_that_follows() -> None:
    section = split_one("words\n\n<script>\nlet a\n\n## no heading\n\nno words\n")
    assert [run.masked for run in section.runs] == ["words"]


def test_a_comment_in_an_element_still_locks() -> None:
    assert split_one("<div>\n<!-- personalize: off -->\nwords\n</div>\n").locked


def test_raw_elements_inside_a_sentence_are_one_span() -> None:
    section = split_one("Type <code>a *b*</code> and <kbd>Ctrl</kbd>.\n")
    assert section.runs[0].masked == "Type ⟦1⟧ and ⟦2⟧."


def test_an_answer_of_several_lines_stays_inside_its_element() -> None:
    text = "<div>\n  <p>one <b>two</b></p>\n</div>\n"
    section = split_one(text)
    joined = join_section(section, {0: "a\nb ⟦1⟧\n\nc⟦2⟧"})
    assert joined == "<div>\n  <p>a b <b> c</b></p>\n</div>\n"
    context = context_of(text, dialect=Dialect.MKDOCS, mdx=False)
    assert shape_of(split_section(joined, context, first=True)) == shape_of(section)


def test_many_inline_tags_on_one_line_are_read_once() -> None:
    section = split_one("<div>" + "<b>a</b> " * 2_000 + "</div>\n")
    assert len(section.runs[0].spans) == 4_000
