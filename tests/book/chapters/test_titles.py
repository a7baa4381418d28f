"""A title that only the front matter holds is offered, and its bytes stay the author's."""

import pytest

from server.book.chapters.domain import Dialect, RunKind, Section
from server.book.chapters.joiner import join_section
from server.book.chapters.masks import keyed_text
from server.book.chapters.splitter import context_of, split_chapter, split_section
from server.book.chapters.titles import find_title_run

TEXT = "---\nid: arm\ntitle: The arm\n---\n\nIt grips.\n\n## Parts\n\nText.\n"


def split(text: str) -> tuple[Section, ...]:
    return split_chapter(text, dialect=Dialect.DOCUSAURUS, mdx=True)


def read_title(text: str) -> str | None:
    first = split(text)[0]
    index = find_title_run(first)
    return None if index is None else first.runs[index].masked


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (TEXT, "The arm"),
        (f"\ufeff{TEXT}", "The arm"),
        (TEXT.replace("\n", "\r\n"), "The arm"),
        ("---\ntitle: 'Arms: a view'\n---\n\n## A\n", "Arms: a view"),
        ("---\ntitle: x\n---\n\nimport A from 'a'\n\n<A />\n", "x"),
        ("---\ntitle: The arm\n---\n\n# An arm\n", None),
        ("---\ntitle: The arm\n---\n\nAn arm\n===\n", None),
        ("---\ntitle: |\n  two\n  lines\n---\n", None),
        ("---\ntitle: The `arm`\n---\n", None),
        ("---\ntitle: 2024\n---\n", None),
        ("---\ntitle: [a, b]\n---\n", None),
        ("---\ntitle: a: b: c\n---\n", None),
        ("---\nid: x\n---\n\nText.\n", None),
        ("# A\n\n---\ntitle: x\n---\n", None),
    ],
)
def test_the_title_is_offered_where_no_heading_says_it(text: str, title: str | None) -> None:
    assert read_title(text) == title


def test_only_the_first_section_holds_the_title() -> None:
    assert [find_title_run(section) for section in split(TEXT)] == [0, None]


def test_the_title_is_a_label_without_a_place_in_the_text() -> None:
    run = split(TEXT)[0].runs[0]
    assert (run.kind, run.source, run.spans, run.detached) == (RunKind.LABEL, "", (), True)


def test_an_answer_to_the_title_never_reaches_the_text() -> None:
    first = split(TEXT)[0]
    joined = join_section(first, {0: "بازو", 1: "It holds."})
    assert joined == first.source.replace("It grips.", "It holds.")
    context = context_of(TEXT, dialect=Dialect.DOCUSAURUS, mdx=True)
    again = split_section(joined, context, first=True)
    assert again.runs[0] == first.runs[0]


def test_a_changed_title_is_a_changed_key() -> None:
    other = split(TEXT.replace("The arm", "An arm"))
    assert keyed_text(split(TEXT)[0]) != keyed_text(other[0])


def test_a_section_with_nothing_but_a_title_is_asked_for() -> None:
    (section,) = split("---\ntitle: The arm\n---\n\n```py\nx\n```\n")
    assert section.has_prose
