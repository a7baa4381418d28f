"""Runs in warnings and exercises are reserved in every dialect, unless the front matter says so."""

from pathlib import Path

import pytest

from server.book.chapters.domain import Dialect, Reserved
from server.book.chapters.library import ChapterLibrary
from server.book.chapters.markdown.reserved import is_exercise_title
from server.book.chapters.sections import LONGEST_SECTION
from server.book.chapters.splitter import context_of, split_chapter, split_section
from server.settings import DialectSetting

ALL = frozenset(Reserved)


def list_reserved(
    text: str, *, mdx: bool = False, rewritable: frozenset[Reserved] = frozenset()
) -> list[str]:
    sections = split_chapter(text, dialect=Dialect.COMMONMARK, mdx=mdx, rewritable=rewritable)
    assert "".join(section.source for section in sections) == text
    return [run.masked for section in sections for run in section.runs if run.reserved]


WARNINGS = {
    "docusaurus": ":::warning[Hot]\n\nKeep off.\n\n- Off.\n\n:::\n",
    "docusaurus, in MDX": ":::danger\n\nKeep off.\n\n- Off.\n\n:::\n",
    "a component, in MDX": '<Admonition type="danger">\n\nKeep off.\n\n- Off.\n\n</Admonition>\n',
    "docusaurus, one inside": "::::caution\n\nKeep off.\n\n:::note\n\n- Off.\n\n:::\n\n::::\n",
    "mkdocs": '!!! warning "Hot"\n    Keep off.\n\n    - Off.\n',
    "mkdocs, folded": "??? danger\n    Keep off.\n\n    - Off.\n",
    "mkdocs, open": "???+ Caution inline end\n    Keep off.\n\n    - Off.\n",
    "myst fence": "```{warning}\n:name: hot\n\nKeep off.\n\n- Off.\n```\n",
    "myst colons": ":::{danger}\n:name: hot\n\nKeep off.\n\n- Off.\n:::\n",
    "myst class": "```{admonition} Hot\n:class: dropdown warning\n\nKeep off.\n\n- Off.\n```\n",
    "pandoc": "::: {.warning}\n\nKeep off.\n\n- Off.\n\n:::\n",
    "github": "> [!WARNING]\n> Keep off.\n>\n> - Off.\n",
    "github, apart": "> [!caution]\n>\n> Keep off.\n>\n> - Off.\n",
    "in a list": "1. First\n\n    !!! danger\n        Keep off.\n\n        - Off.\n\n    then\n",
    "in a quote": "> Said.\n>\n> :::warning\n> Keep off.\n>\n> - Off.\n>\n> :::\n",
}


@pytest.mark.parametrize("name", WARNINGS)
def test_a_warning_is_reserved(name: str) -> None:
    text = f"# Robots\n\nBefore.\n\n{WARNINGS[name]}\nBehind.\n"
    reserved = list_reserved(text, mdx="MDX" in name)
    assert [each for each in reserved if each != "Hot"] == ["Keep off.", "Off."]
    assert ("Hot" in reserved) == ("Hot" in text)
    assert list_reserved(text, rewritable=frozenset({Reserved.WARNINGS})) == []
    assert list_reserved(text, rewritable=frozenset({Reserved.EXERCISES})) == reserved


OTHERS = (
    ":::note\n\nText.\n\n:::\n",
    ":::warnings\n\nText.\n\n:::\n",
    '!!! tip "Warning"\n    Text.\n',
    "> [!NOTE]\n> Text.\n",
    "> A warning [!WARNING] inside.\n",
    "```{note}\nText.\n```\n",
    "```text\n:::warning\nText.\n:::\n```\n",
    ":::warning\n\nNothing closes it.\n",
    "## Problems with drift\n\nText.\n",
    "<details>\n<summary>More</summary>\n\nText.\n\n</details>\n",
    '<Admonition type="info">\n\nText.\n\n</Admonition>\n',
)


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_else_is(text: str) -> None:
    assert list_reserved(f"Before.\n\n{text}\nBehind.\n") == []


EXERCISES = {
    "docusaurus": ":::exercise[Gears]\n\nCount the teeth.\n\n:::\n",
    "docusaurus, a title": ":::details[Solution]\n\nCount the teeth.\n\n:::\n",
    "mkdocs, a title": '??? question "Exercise 2: Gears"\n    Count the teeth.\n',
    "myst": "```{exercise} Gears\n:label: gears\n\nCount the teeth.\n```\n",
    "myst, its solution": "```{solution} gears\n\nCount the teeth.\n```\n",
    "myst, colons": ":::{exercise}\nCount the teeth.\n:::\n",
    "html": "<details>\n<summary>Solution</summary>\n\nCount the teeth.\n\n</details>\n",
    "html, in MDX": "<details>\n<summary>Solution</summary>\n\nCount the teeth.\n\n</details>\n",
    "a heading": "## Exercises\n\nCount the teeth.\n\n## Next\n",
    "an underlined heading": "Exercises {#some}\n---------\n\nCount the teeth.\n\n## Next\n",
    "a lower heading": "### Try it!\n\nCount the teeth.\n\n### Next\n",
}


@pytest.mark.parametrize("name", EXERCISES)
def test_an_exercise_is_reserved(name: str) -> None:
    text = f"# Robots\n\nBefore.\n\n{EXERCISES[name]}\nBehind.\n"
    reserved = list_reserved(text, mdx="MDX" in name)
    assert "Count the teeth." in reserved
    assert not {"Robots", "Before.", "Next", "Behind."} & set(reserved)
    assert list_reserved(text, rewritable=frozenset({Reserved.EXERCISES})) == []


def test_all_that_stands_below_an_exercise_heading_is_one() -> None:
    text = (
        "# A\n\nText.\n\n## Exercises\n\nOne.\n\n### Easy\n\n1. Two.\n\n"
        "<details>\n<summary>Look</summary>\n\n| a |\n|---|\n| Three. |\n\n</details>\n\n"
        "# B\n\nFour.\n"
    )
    assert list_reserved(text) == ["Exercises", "One.", "Easy", "Two.", "Look", "a", "Three."]


def test_a_warning_in_an_exercise_is_both() -> None:
    text = "## Exercises\n\nOne.\n\n:::danger\n\nTwo.\n\n:::\n"
    assert list_reserved(text, rewritable=frozenset({Reserved.EXERCISES})) == ["Two."]
    assert list_reserved(text, rewritable=frozenset({Reserved.WARNINGS})) == [
        "Exercises", "One.", "Two."
    ]  # fmt: skip
    assert list_reserved(text, rewritable=ALL) == []


def test_each_part_of_a_long_exercise_section_is_reserved() -> None:
    text = "## Exercises\n\n" + "".join(
        f"Exercise {number} {'word ' * 60}\n\n" for number in range(60)
    )
    sections = split_chapter(text, dialect=Dialect.COMMONMARK, mdx=False)
    assert len(text) > 2 * LONGEST_SECTION
    assert len(sections) > 2
    assert all(run.reserved for section in sections for run in section.runs)


def test_a_section_that_stands_alone_is_the_same_though_its_heading_is_elsewhere() -> None:
    text = "## Exercises\n\n" + "".join(f"Number {n} {'word ' * 60}\n\n" for n in range(60))
    _, part, *_ = split_chapter(text, dialect=Dialect.COMMONMARK, mdx=False)
    context = context_of(text, dialect=Dialect.COMMONMARK, mdx=False)
    assert split_section(part.source, context, first=False).blocks == part.blocks


@pytest.mark.parametrize(
    "title",
    ["Exercises", "EXERCISE 3", "5.3 Exercises", "Exercise 2.1: Gears", "✏️ Try it", "Solutions",
     "Solution to Exercise 4", "Try it yourself!", "Exercises (optional)", "Quiz — ROS 2"],
)  # fmt: skip
def test_titles_of_exercises(title: str) -> None:
    assert is_exercise_title(title)


@pytest.mark.parametrize(
    "title",
    ["Problem", "Problems with drift", "Solutions for slow networks", "Exercise your judgement",
     "Trying it", "What exercises teach", ""],
)  # fmt: skip
def test_titles_of_other_things(title: str) -> None:
    assert not is_exercise_title(title)


@pytest.mark.parametrize(
    ("said", "reserved"),
    [
        ("rewrite: [exercises, warnings]", []),
        ("rewrite: exercises", ["Hot."]),
        ("rewrite: [warnings, poems, 3]", ["Exercises", "Count."]),
        ("rewrite: true", ["Hot.", "Exercises", "Count."]),
        ("title: A", ["Hot.", "Exercises", "Count."]),
    ],
)
def test_the_front_matter_gives_them_away(tmp_path: Path, said: str, reserved: list[str]) -> None:
    text = f"---\n{said}\n---\n# A\n\n> [!WARNING]\n> Hot.\n\n## Exercises\n\nCount.\n"
    (tmp_path / "a.md").write_text(text, encoding="utf-8")
    chapter = ChapterLibrary(tmp_path, DialectSetting.AUTO).load_chapter("a")
    runs = [run for section in chapter.sections for run in section.runs]
    assert [run.masked for run in runs if run.reserved] == reserved
