"""What the build makes: one bar on each chapter, and otherwise the page that was there before."""

import re
from pathlib import Path

import pytest

from tests.web.guests import list_elements, read_text

CHAPTERS = [f"chapter-0{number}" for number in range(1, 9)]
LOCALES = ["", "ur/"]
_TEXT = re.compile(r'<div class="theme-doc-markdown markdown">(.*?)</article>', re.DOTALL)


def read_page(site: Path, path: str) -> str:
    return (site / path / "index.html").read_text(encoding="utf-8")


def list_bars(html: str) -> list[str]:
    classes = [attributes.get("class", "") for _, attributes in list_elements(html)]
    return [each for each in classes if "theme-chapterwise-bar" in each.split()]


@pytest.mark.parametrize("locale", LOCALES)
def test_each_chapter_has_one_bar_and_the_home_page_none(built_site: Path, locale: str) -> None:
    for chapter in CHAPTERS:
        html = read_page(built_site, f"{locale}{chapter}")
        assert len(list_bars(html)) == 1, chapter
        # A closed dialog would be read by search engines as a part of every chapter.
        assert list_elements(html, "dialog") == []
    assert list_bars(read_page(built_site, locale)) == []


def find_chapter(html: str) -> str:
    found = _TEXT.search(html)
    assert found is not None
    return found[1]


def is_of_theme(attributes: dict[str, str]) -> bool:
    """A section, or one of the two elements that it has around its text."""
    classes = attributes.get("class", "").split()
    is_text = any(each.startswith("body_") for each in classes)
    return (
        is_text
        or "theme-chapterwise-section" in classes
        or "data-chapterwise-section" in attributes
    )


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_is_the_same_as_without_the_theme(
    built_site: Path, bare_site: Path, chapter: str
) -> None:
    ours, before = read_page(built_site, chapter), read_page(bare_site, chapter)
    assert "data-chapterwise-section" in ours
    text, text_before = find_chapter(ours), find_chapter(before)
    assert read_text(text) == read_text(text_before)
    elements = [each for each in list_elements(text) if not is_of_theme(each[1])]
    assert elements == list_elements(text_before)
