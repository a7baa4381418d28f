"""The demonstration textbook is complete, its links resolve and its listings are sound."""

import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

import pytest
import yaml

from tests.docs.book import CHAPTERS, DOCS, IMAGES, BookChapter, Listing, read_glossary

EVERY_CHAPTER = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.path.stem)
KNOWN_LANGUAGES = {"bash", "json", "mermaid", "python", "text", "xml", "yaml"}
SVG = "{http://www.w3.org/2000/svg}"
DRAWING_TAGS = {
    "svg", "title", "desc", "defs", "marker", "g", "text",
    "path", "rect", "circle", "polyline",
}  # fmt: skip
ANSWER = re.compile(
    r"\n\n<details>\n<summary>Answer</summary>\n\n(.+?)\n\n</details>\n\n", re.DOTALL
)
ADMONITIONS = {"note", "tip", "info", "warning", "danger"}


def test_book_has_its_eight_chapters_and_nothing_else() -> None:
    expected = {f"chapter-{number:02d}.md" for number in range(1, 9)} | {"glossary.yaml", "img"}
    assert {path.name for path in DOCS.iterdir()} == expected


def test_chapters_stand_in_the_order_of_their_names() -> None:
    assert [c.front_matter["sidebar_position"] for c in CHAPTERS] == list(range(1, 9))


@EVERY_CHAPTER
def test_front_matter_names_and_describes_the_chapter(chapter: BookChapter) -> None:
    assert {"title", "sidebar_position", "description"} <= chapter.front_matter.keys()
    assert len(str(chapter.front_matter["description"])) > 60
    levels = [level for level, _ in chapter.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert chapter.headings[0][1] == chapter.front_matter["title"]


@EVERY_CHAPTER
def test_chapter_has_every_ingredient(chapter: BookChapter) -> None:
    titles = [text for level, text in chapter.headings if level == 2]
    assert titles[0] == "What you will learn"
    assert {"Exercises", "Summary"} <= set(titles)
    assert "**Worked example.**" in chapter.text
    assert chapter.listings_in("python")
    assert chapter.listings_in("mermaid")
    assert chapter.images
    token_types = {token.type for token in chapter.tokens}
    assert {"table_open", "math_block"} <= token_types
    assert "math_inline" in {token.type for token in chapter.inline}
    assert any(target.startswith("./chapter-") for target in chapter.link_targets)


@EVERY_CHAPTER
def test_length_suits_one_sitting(chapter: BookChapter) -> None:
    assert 1500 <= chapter.words <= 3000


@EVERY_CHAPTER
def test_sections_are_short_enough_to_be_rewritten_on_their_own(chapter: BookChapter) -> None:
    too_long = {title: count for title, count in chapter.sections if count > 520}
    assert not too_long


@EVERY_CHAPTER
def test_admonitions_are_known_and_closed_and_stand_apart(chapter: BookChapter) -> None:
    kinds = [kind for _, kind in chapter.directives]
    assert kinds
    assert all(kind in ADMONITIONS for kind in kinds[::2])
    assert all(kind == "" for kind in kinds[1::2])
    assert len(kinds) % 2 == 0
    lines = chapter.text.split("\n")
    for number, _ in chapter.directives:
        assert lines[number - 1] == ""
        assert lines[number + 1] == ""


@EVERY_CHAPTER
def test_every_exercise_has_an_answer(chapter: BookChapter) -> None:
    exercises = chapter.text.split("\n## Exercises\n")[1].split("\n## ")[0]
    numbers = [int(number) for number in re.findall(r"^\*\*(\d+)\.\*\*", exercises, re.MULTILINE)]
    assert len(numbers) >= 3
    assert numbers == list(range(1, len(numbers) + 1))
    answers = ANSWER.findall(exercises + "\n")
    assert len(answers) == len(numbers)
    assert chapter.text.count("<details>") == chapter.text.count("</details>") == len(numbers)


@EVERY_CHAPTER
def test_prose_is_valid_mdx(chapter: BookChapter) -> None:
    """A bare brace or angle bracket would be read as JSX by Docusaurus."""
    for token in chapter.inline:
        if token.type == "text":
            assert not re.search(r"[<{}]", token.content), token.content
    html = [t.content for t in (*chapter.tokens, *chapter.inline) if t.type.startswith("html")]
    tags = {tag for content in html for tag in re.findall(r"<[^>]*>", content)}
    assert tags <= {"<details>", "</details>", "<summary>", "</summary>"}


@EVERY_CHAPTER
def test_relative_links_and_anchors_resolve(chapter: BookChapter) -> None:
    by_name = {other.path.name: other for other in CHAPTERS}
    for target in chapter.link_targets:
        if urlsplit(target).scheme:
            assert target.startswith("https://")
            continue
        address, anchor = urldefrag(unquote(target))
        other = by_name[address.removeprefix("./")] if address else chapter
        assert not anchor or anchor in other.anchors, target


@EVERY_CHAPTER
def test_figures_exist_and_are_described(chapter: BookChapter) -> None:
    for target, alternative in chapter.images:
        assert (DOCS / target).is_file(), target
        assert len(alternative) > 30


@EVERY_CHAPTER
def test_listings_name_a_known_language(chapter: BookChapter) -> None:
    assert {listing.language for listing in chapter.listings} <= KNOWN_LANGUAGES


@EVERY_CHAPTER
def test_python_listings_compile(chapter: BookChapter) -> None:
    for listing in chapter.listings_in("python"):
        compile(listing.text, f"{chapter.path.name}:{listing.line}", "exec")


@pytest.mark.parametrize(
    ("program", "printed"),
    [
        pytest.param(program, printed, id=f"{chapter.path.stem}:{program.line}")
        for chapter in CHAPTERS
        for program, printed in chapter.printing_listings
    ],
)
def test_listings_print_what_the_book_says(program: Listing, printed: Listing) -> None:
    run = subprocess.run(
        [sys.executable, "-c", program.text], capture_output=True, text=True, check=True
    )
    assert run.stdout == printed.text


@EVERY_CHAPTER
def test_data_listings_parse(chapter: BookChapter) -> None:
    for listing in chapter.listings_in("yaml"):
        assert yaml.safe_load(listing.text)
    for listing in chapter.listings_in("json"):
        assert json.loads(listing.text)
    for listing in chapter.listings_in("xml"):
        ElementTree.fromstring(listing.text.strip())  # noqa: S314 — our own text


def test_every_figure_is_used_and_self_contained() -> None:
    used = {(DOCS / target).resolve() for chapter in CHAPTERS for target, _ in chapter.images}
    assert {path.resolve() for path in IMAGES.iterdir()} == used


@pytest.mark.parametrize("path", sorted(IMAGES.iterdir()), ids=lambda path: path.stem)
def test_figure_is_accessible_and_harmless(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)  # noqa: S314 — our own drawing
    assert root.tag == f"{SVG}svg"
    assert root.get("viewBox")
    assert root.findtext(f"{SVG}title")
    assert root.findtext(f"{SVG}desc")
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= DRAWING_TAGS
    attributes = {key for element in root.iter() for key in element.attrib}
    assert not any(key.endswith("href") or key.startswith("on") for key in attributes)
    values = [value for element in root.iter() for value in element.attrib.values()]
    assert not any("//" in value or re.search(r"url\((?!#)", value) for value in values)


def test_glossary_entries_are_complete() -> None:
    entries = read_glossary()
    assert len(entries) >= 40
    for entry in entries:
        assert entry.term
        assert re.fullmatch(r"[A-Z][^.]+\.", entry.definition), "one sentence"
    names = [entry.term.casefold() for entry in entries]
    assert len(names) == len(set(names))


def test_glossary_renders_each_term_in_urdu() -> None:
    for entry in read_glossary():
        urdu = entry.translations["ur"]
        if entry.keep:
            assert urdu == entry.term
        else:
            assert re.fullmatch(r"[\u0600-\u06ff –]+", urdu), urdu


def test_glossary_terms_occur_in_the_book() -> None:
    book = "\n".join(chapter.text for chapter in CHAPTERS).casefold()
    missing = [entry.term for entry in read_glossary() if entry.term.casefold() not in book]
    assert not missing
