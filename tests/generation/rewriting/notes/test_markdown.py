"""Notes: which are admitted, where they stand, and that nothing else of the file changes."""

import pytest

from server.book.chapters.domain import Dialect
from server.book.chapters.joiner import join_section
from server.generation.rewriting.domain import Brief, Note, PlacedNote, SectionRewrite
from server.generation.rewriting.notes.labels import LABELS
from server.generation.rewriting.notes.markdown import join_with_notes
from server.plan.transformations.domain import NOTE_KINDS
from tests.generation.rewriting.samples import TRANSLATE, first_section, make_brief, make_plan

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


@pytest.mark.parametrize("words", ["Run this:", "Run **this:**", "Run this："])
def test_nothing_stands_between_a_colon_and_what_it_announces(words: str) -> None:
    brief = make_brief(f"## Set up\n\n{words}\n\n```bash\ntop\n```\n\nThe end:\n")
    markdown, _ = show(brief, Note("hardware", "Mind the heat.", 2))
    assert markdown.index("```bash") < markdown.index("Mind the heat.") < markdown.index("The end")
    last, _ = show(brief, Note("hardware", "Mind the heat.", 4))
    assert last.index("The end:") < last.index("Mind the heat.")


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


@pytest.mark.parametrize("dialect", list(Dialect))
def test_an_explanation_folds_and_is_read_back_as_it_was_written(dialect: Dialect) -> None:
    text = "- `for x in y:` takes them in turn.\n- `{x}` is its name."
    brief = make_brief(TEXT, dialect=dialect, mdx=dialect is Dialect.DOCUSAURUS)
    markdown, (placed,) = show(brief, Note("analogy", text, 2))

    if dialect is Dialect.MKDOCS:
        first, *lines = placed.markdown.split("\n")
        assert first == '??? note "Like something you know (added for you)"'
        assert "\n".join(line.removeprefix("    ") for line in lines) == f"\n{text}"
    else:
        head = "<details>\n<summary>Like something you know (added for you)</summary>"
        assert placed.markdown == f"{head}\n\n{text}\n\n</details>"
    assert take_out(markdown, (placed,)) == TEXT
    section = brief.split(markdown, first_section(brief))
    assert join_section(section, {}) == markdown
    assert [run.masked for run in section.runs if "in turn" in run.masked] == [
        "⟦2⟧ takes them in turn."
    ]


@pytest.mark.parametrize(("after", "at"), [(1, 0), (2, 0), (3, 0), (4, 1), (5, 1), (None, 1)])
def test_a_walkthrough_stands_behind_a_listing(after: int | None, at: int) -> None:
    listings = ("```python\none()\n```", "```python\ntwo()\n```")
    brief = make_brief(f"## A\n\nRun this:\n\n{listings[0]}\n\nAnd:\n\n{listings[1]}\n\nEnd.\n")
    markdown, (placed,) = show(brief, Note("walkthrough", "It runs.", after))
    assert f"{listings[at]}\n\n{placed.markdown}\n" in markdown


def test_the_label_is_in_the_language_of_the_note() -> None:
    brief = make_brief(TEXT, make_plan(TRANSLATE, language="ur"))

    _, (translated,) = show(brief, NOTE)
    _, (from_a_fact_sheet,) = show(brief, NOTE, provider="offline")

    assert "آپ کا ہارڈویئر" in translated.markdown
    assert "Your hardware" in from_a_fact_sheet.markdown


@pytest.mark.parametrize("dialect", list(Dialect))
@pytest.mark.parametrize("language", LABELS)
def test_every_label_keeps_its_admonition_whole(dialect: Dialect, language: str) -> None:
    plan = make_plan(TRANSLATE, language=language)
    brief = make_brief(TEXT, plan, dialect=dialect, mdx=dialect is Dialect.DOCUSAURUS)

    titles = set[str]()
    for kind in sorted(NOTE_KINDS):
        markdown, (placed,) = show(brief, Note(kind, "Mind the heat.", 2))
        assert take_out(markdown, (placed,)) == TEXT
        title = next(line for line in placed.markdown.split("\n") if line != "<details>")
        assert LABELS[language].title(kind) in title
        titles.add(title)
    assert len(titles) == len(NOTE_KINDS)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de-CH", "Ihre Hardware (für Sie ergänzt)"),
        ("zh-TW", "您的硬體 (為您新增)"),
        ("ur-Latn", "Your hardware (added for you)"),  # the words we know are in another script
        ("sw", "Your hardware (added for you)"),
    ],
)
def test_a_label_is_in_english_where_we_do_not_know_the_words(language: str, title: str) -> None:
    _, (placed,) = show(make_brief(TEXT, make_plan(TRANSLATE, language=language)), NOTE)

    assert title in placed.markdown


def test_no_note_stands_inside_a_component_or_a_directive() -> None:
    text = "## A\n\n:::tip\n\nInside.\n\nMore.\n\n:::\n\nOutside.\n\n<Tabs>\n\nIn.\n\n</Tabs>\n"
    brief = make_brief(text, mdx=True, dialect=Dialect.DOCUSAURUS)
    section = first_section(brief)

    for after in range(1, len(section.runs) + 4):
        markdown, (placed,) = show(brief, Note("hardware", "Mind the heat.", after))
        before, _ = markdown.split(placed.markdown)
        assert before.count("<Tabs>") == before.count("</Tabs>")
        assert before.count(":::tip") == before.count("\n:::\n")


@pytest.mark.parametrize(
    "text",
    [
        "- one\n\n  more of one\n\n- two\n\n  ```text\n  listing\n  ```\n",
        "1. one\n\n   > quoted\n\n2. two\n",
        "| a | b |\n| - | - |\n| c | d |\n",
        "> one\n>\n> two\n",
        "<details>\n<summary>More</summary>\n\nInside.\n\nMore.\n\n</details>\n",
    ],
    ids=["list", "ordered", "table", "quote", "details"],
)
@pytest.mark.parametrize("dialect", list(Dialect))
def test_no_note_parts_what_belongs_together(dialect: Dialect, text: str) -> None:
    brief = make_brief(text, dialect=dialect, mdx=dialect is Dialect.DOCUSAURUS)
    section = first_section(brief)

    for after in range(len(section.runs) + 3):
        markdown, placed = show(brief, Note("hardware", "Mind the heat.", after))
        for note in placed:
            assert markdown.startswith(text.rstrip("\n"))
            assert markdown.index(note.markdown) > len(text.rstrip("\n"))
        assert take_out(markdown, placed).rstrip("\n") == text.rstrip("\n")


def test_where_nothing_may_stand_at_the_end_a_note_stands_before_it() -> None:
    brief = make_brief("## A\n\nSee [it][x].\n\n[x]: https://example.org\n")

    markdown, (placed,) = show(brief, NOTE)

    assert markdown.index("See [it]") < markdown.index(placed.markdown)
    assert markdown.index(placed.markdown) < markdown.index("[x]: https")
