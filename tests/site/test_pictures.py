"""The pictures of the docs site in the READMEs, taken anew where the run asks for them."""

import pytest
from playwright.sync_api import Browser, expect

from tests.site.reading import PICTURES, DocsSite, read
from tests.web.browsing import PHONE
from tests.web.rehearsed import RehearsedLLM

NAMES = ["light", "changes", "dark", "urdu", "phone"]
MOST_BYTES = 200_000


@pytest.fixture
def model() -> RehearsedLLM:
    return RehearsedLLM()


def test_pictures_of_a_chapter_in_readable_words(
    docs_browser: Browser, docs_site: DocsSite, model: RehearsedLLM
) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.personalize()
        reader.take_picture("light")
        section = reader.page.locator("[data-chapterwise-section]").first
        section.get_by_role("button", name="Rewritten for you").click()
        section.get_by_role("button", name="What changed?").click()
        expect(section.locator("ins").first).to_be_visible()
        reader.take_picture("changes")
    with read(docs_browser, docs_site, dark=True) as reader:
        reader.open()
        reader.sign_in()
        reader.personalize()
        reader.bar.get_by_text("Why this version?").click()
        reader.take_picture("dark")
    with read(docs_browser, docs_site, size=PHONE) as reader:
        reader.open()
        reader.sign_in()
        reader.personalize()
        reader.take_picture("phone")
    model.turn_to_urdu()
    with read(docs_browser, docs_site) as reader:
        reader.open()
        reader.sign_in()
        reader.choose_language("ur")
        reader.personalize()
        reader.take_picture("urdu")


@pytest.mark.parametrize("name", NAMES)
def test_picture_is_there_and_small(name: str) -> None:
    assert 0 < (PICTURES / f"{name}.png").stat().st_size <= MOST_BYTES
