"""Parts of a page that no Markdown can bring: tabs, components, figures, notes at the foot."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.site.building import PARTS
from tests.site.conftest import build_or_skip
from tests.site.reading import DocsSite, read

ALIVE = "/chapter-01"


@pytest.fixture(scope="session")
def built_site() -> Path:
    return build_or_skip(PARTS)


@pytest.fixture
def book() -> Path:
    return PARTS.docs


def test_living_parts_stay_alive(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        page = reader.page
        reader.enter(ALIVE)
        counter = page.get_by_role("button", name="Pressed")
        windows = page.get_by_role("tab", name="Windows")
        for _ in range(2):
            counter.click()
        windows.click()
        reader.personalize()
        expect(page.get_by_text("In short: Press the button a few times")).to_be_visible()
        expect(counter).to_have_text("Pressed 2 times")
        expect(windows).to_have_attribute("aria-selected", "true")
        counter.click()
        reader.press("Original")
        expect(counter).to_have_text("Pressed 3 times")
        expect(windows).to_have_attribute("aria-selected", "true")
        page.get_by_role("tab", name="Ubuntu").click()
        expect(page.locator(".theme-code-block")).to_contain_text("ros-jazzy-desktop")
        reader.press("For you")
        expect(counter).to_have_text("Pressed 3 times")
        expect(page.locator(".theme-code-block")).to_be_visible()


def test_figures_links_and_small_things_are_the_authors(
    docs_browser: Browser, docs_site: DocsSite
) -> None:
    with read(docs_browser, docs_site) as reader:
        page = reader.page
        reader.enter(ALIVE)
        picture = page.locator("article img")
        source = picture.get_attribute("src")
        reader.personalize()
        expect(picture).to_have_attribute("src", source or "")
        assert picture.evaluate("each => each.naturalWidth") > 0
        article = page.locator("article")
        expect(article.locator("h3#smaller")).to_contain_text("In short: A smaller heading")
        warning = article.locator(".theme-admonition-warning")
        # A warning is as its author wrote it.
        expect(warning).to_contain_text("Mind the arm")
        expect(warning).not_to_contain_text("In short")
        expect(warning).to_contain_text("at 10:30, and with a ratio of 3:1. Press Esc to stop it.")
        expect(warning.locator("kbd")).to_have_text("Esc")
        expect(article.locator("td .katex")).to_have_count(1)
        link = article.get_by_role("link", name="the page about nothing")
        expect(link).to_have_attribute("href", "/chapter-03#nothing-here")
        foot = article.locator("[data-footnote-ref]")
        target = (foot.get_attribute("href") or "").removeprefix("#")
        expect(page.locator(f"[id='{target}']")).to_contain_text("A note at the foot of the page")
        answer = article.locator("details", has_text="An answer")
        answer.locator("summary").click()
        expect(answer.get_by_text("forty-two")).to_be_visible()


def test_title_of_the_front_matter_is_rewritten_too(
    docs_browser: Browser, docs_site: DocsSite
) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter("/chapter-02")
        expect(reader.page.locator("h1")).to_have_text("A title of its own")
        reader.personalize()
        expect(reader.section("the-only-section").locator("h2")).to_contain_text("In short")
        # What its author has locked has neither other words nor a mark.
        locked = reader.section("a-section-to-be-left-alone")
        expect(locked.locator("h2")).not_to_contain_text("In short")
        expect(locked.locator(".theme-chapterwise-mark")).to_have_count(0)
        expect(reader.page.locator("h1")).to_have_count(1)


def test_page_that_opts_out_has_no_bar(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.open("/chapter-02")
        reader.page.get_by_role("link", name="About nothing").first.click()
        expect(reader.page.locator("h1")).to_have_text("About nothing")
        expect(reader.bar).to_have_count(0)
        expect(reader.page.locator("[data-chapterwise-section]")).to_have_count(0)
