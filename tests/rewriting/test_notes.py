"""Notes: which are admitted, where they stand, and that nothing else of the file changes."""

import pytest

from server.chapters.domain import Dialect
from server.chapters.joining import join_section
from server.rewriting.domain import Brief, Note, PlacedNote, SectionRewrite
from server.rewriting.notes import admit_notes, join_with_notes
from tests.rewriting.samples import (
    HARDWARE,
    TRANSLATE,
    first_section,
    make_brief,
    make_plan,
)

TEXT = """## Set up

Use `top` here.

- one
- two

| a | b |
| - | - |
| c | d |

The end.
"""
NOTE = Note("hardware", "Mind the heat.", None)


def show(
    brief: Brief, *notes: Note, answers: dict[int, str] | None = None, provider: str = "claude"
) -> tuple[str, tuple[PlacedNote, ...]]:
    section = first_section(brief)
    honest = {index: run.masked for index, run in enumerate(section.runs)}
    rewrite = SectionRewrite({**honest, **(answers or {})}, notes, provider, "model")
    return join_with_notes(section, rewrite, brief)


def take_out(markdown: str, notes: tuple[PlacedNote, ...], eol: str = "\n") -> str:
    """Remove the notes with the blank lines that set them apart."""
    for note in notes:
        assert markdown.count(note.markdown) == 1
        before, after = markdown.split(note.markdown)
        markdown = before.removesuffix(eol) + after.removeprefix(eol)
    while eol * 3 in markdown:
        markdown = markdown.replace(eol * 3, eol * 2)
    return markdown


@pytest.mark.parametrize(
    ("after", "before_it", "behind_it"),
    [
        (1, "## Set up\n\n", "\n\nUse `top`"),
        (2, "Use `top` here.\n\n", "\n\n- one"),
        (3, "- one\n- two\n\n", "\n\n| a | b |"),
        (5, "| c | d |\n\n", "\n\nThe end."),
        (9, "The end.\n\n", "\n"),
        (None, "The end.\n\n", "\n"),
        (0, "The end.\n\n", "\n"),
        (77, "The end.\n\n", "\n"),
    ],
)
def test_a_note_stands_at_the_next_block_boundary(
    after: int | None, before_it: str, behind_it: str
) -> None:
    markdown, (placed,) = show(make_brief(TEXT), Note("hardware", "Mind the heat.", after))

    before, behind = markdown.split(placed.markdown)
    assert before.endswith(before_it)
    assert behind.startswith(behind_it)
    assert take_out(markdown, (placed,)) == TEXT


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_without_its_notes_the_text_is_the_verified_one(
    dialect: Dialect, eol: str, end: str
) -> None:
    text = (TEXT.removesuffix("\n") + end).replace("\n", eol)
    brief = make_brief(text, dialect=dialect)
    notes = tuple(
        Note("hardware", f"Note {number}.\r\n\r\nAgain.", after)
        for number, after in enumerate((1, 2, 2, 5, 9))
    )

    markdown, placed = show(brief, *notes, answers={1: "Here ⟦1⟧ is used."})

    assert [note.kind for note in placed] == ["hardware"] * 5
    verified = join_section(first_section(brief), {1: "Here ⟦1⟧ is used."})
    assert take_out(markdown, placed, eol).rstrip("\r\n") == verified.rstrip("\r\n")
    assert markdown[len(markdown.rstrip("\r\n")) :] == end.replace("\n", eol)
    if eol != "\n":
        assert "\n" not in markdown.replace(eol, "")


@pytest.mark.parametrize(
    ("dialect", "written"),
    [
        (Dialect.DOCUSAURUS, ":::note[Your hardware (added for you)]\n\nMind the heat.\n\n:::"),
        (Dialect.MKDOCS, '!!! note "Your hardware (added for you)"\n\n    Mind the heat.'),
        (Dialect.COMMONMARK, "> **Your hardware (added for you)**\n>\n> Mind the heat."),
    ],
)
def test_a_note_is_written_as_the_book_writes_them(dialect: Dialect, written: str) -> None:
    _, (placed,) = show(make_brief(TEXT, dialect=dialect), NOTE)

    assert placed.markdown == written


def test_the_label_is_in_the_language_of_the_note() -> None:
    brief = make_brief(TEXT, make_plan(TRANSLATE, language="ur"))

    _, (translated,) = show(brief, NOTE)
    _, (from_a_fact_sheet,) = show(brief, NOTE, provider="offline")

    assert "آپ کا ہارڈویئر" in translated.markdown
    assert "Your hardware" in from_a_fact_sheet.markdown


def test_no_note_stands_inside_a_component_or_a_directive() -> None:
    text = "## A\n\n:::tip\n\nInside.\n\nMore.\n\n:::\n\nOutside.\n\n<Tabs>\n\nIn.\n\n</Tabs>\n"
    brief = make_brief(text, mdx=True, dialect=Dialect.DOCUSAURUS)
    section = first_section(brief)

    for after in range(1, len(section.runs) + 4):
        markdown, (placed,) = show(brief, Note("hardware", "Mind the heat.", after))
        before, _ = markdown.split(placed.markdown)
        assert before.count("<Tabs>") == before.count("</Tabs>")
        assert before.count(":::tip") == before.count("\n:::\n")


def test_where_nothing_may_stand_at_the_end_a_note_stands_before_it() -> None:
    brief = make_brief("## A\n\nSee [it][x].\n\n[x]: https://example.org\n")

    markdown, (placed,) = show(brief, NOTE)

    assert markdown.index("See [it]") < markdown.index(placed.markdown)
    assert markdown.index(placed.markdown) < markdown.index("[x]: https")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x" * 1201,
        "Run `rm -rf /` now.",
        "See [this](https://evil.example).",
        "See https://evil.example now.",
        "A <b>tag</b>.",
        "An {expression}.",
        "A ⟦1⟧ placeholder.",
        "# Heading",
        "Title\n===",
        "> quote",
        "| a |\n| - |",
        "```\ncode\n```",
        "First.\n\n    sudo reboot",
        ":::danger\n\nBoo\n\n:::",
        '!!! note "x"\n\n    y',
        "import x from 'y'",
        "$x$",
        "---",
        "bell \x07",
        "\u202ereversed",
        "half \ud800",
    ],
)
def test_a_bad_note_is_dropped(text: str) -> None:
    brief = make_brief(TEXT)

    good = Note("hardware", "Mind the heat.", None)
    assert admit_notes([Note("hardware", text, None), good], first_section(brief), brief) == (good,)


def test_a_note_may_show_code_that_the_section_or_the_facts_show() -> None:
    brief = make_brief(TEXT, make_plan(HARDWARE))
    notes = [Note("hardware", f"Run `{code}`.", None) for code in ("top", "tegrastats", "rm")]

    assert admit_notes(notes, first_section(brief), brief) == tuple(notes[:2])


def test_an_unknown_kind_is_dropped() -> None:
    brief = make_brief(TEXT)

    assert admit_notes([Note("danger", "Boo.", None)], first_section(brief), brief) == ()
