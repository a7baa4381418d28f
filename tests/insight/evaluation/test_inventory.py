"""The second count: it finds every loss and addition, and is not alarmed by new words."""

from pathlib import Path

import pytest

from server.book.chapters.domain import Dialect
from server.insight.evaluation.inventory import compare, count_protected

SOURCE = """## Setup {#setup}

Install **it** with `apt`, see [the guide](https://example.test/a) and ![a picture](/b.png).

| One | Two |
|---|---|
| $x^2$ | 5 V |

3. first
4. second

> quoted <kbd>Esc</kbd>

:::tip
Costs $5 and $6.
:::

```bash
run --all
```
"""


def damage(after: str, dialect: Dialect = Dialect.COMMONMARK) -> list[str]:
    return compare(count_protected(SOURCE, dialect), count_protected(after, dialect))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("`apt`", "`apt-get`", "code apt"),
        ("https://example.test/a", "https://evil.test", "link https://evil.test"),
        ("![a picture](/b.png)", "a picture", "image /b.png"),
        ("$x^2$", "$x^3$", "formula $x^2$"),
        ("4. second\n", "", "list item"),
        ("3. first", "1. first", "ordered list 3"),
        ("<kbd>", "<b>", "tag <kbd>"),
        (":::tip", ":::danger", "directive :::tip"),
        ("run --all", "run", "code block bash"),
        ("## Setup", "### Setup", "heading h2"),
        ("{#setup}", "{#set-up}", "id {#setup}"),
        ("| $x^2$ | 5 V |", "| $x^2$ | 5 V |\n| a | b |", "added: td (2 times)"),
    ],
)
def test_damage_is_found_and_named(old: str, new: str, said: str) -> None:
    assert old in SOURCE
    assert any(said in sentence for sentence in damage(SOURCE.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Install **it** with", "First, install the whole thing, with"),
        ("the guide", "a longer guide"),
        ("first", "پہلا"),
        ("quoted", "said by somebody else"),
        ("Costs $5 and $6.", "It costs $5, or $6 at most."),
    ],
)
def test_new_words_are_no_damage(old: str, new: str) -> None:
    assert damage(SOURCE.replace(old, new)) == []


def test_indented_prose_of_an_admonition_is_not_code() -> None:
    before, after = "!!! tip\n\n    Old words.\n", "!!! tip\n\n    New words.\n"
    inventories = [count_protected(text, Dialect.MKDOCS) for text in (before, after)]
    assert inventories[0] == inventories[1]
    inventories = [count_protected(text, Dialect.COMMONMARK) for text in (before, after)]
    assert inventories[0] != inventories[1]


def test_every_chapter_of_the_book_has_something_to_count() -> None:
    for path in sorted((Path(__file__).parents[3] / "docs").glob("*.md")):
        kinds = {kind for kind, _ in count_protected(path.read_text(), Dialect.COMMONMARK)}
        assert {"code block", "code", "heading", "link"} <= kinds
