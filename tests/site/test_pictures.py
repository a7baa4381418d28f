"""The pictures of the docs site in the READMEs, taken anew where the run asks for them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from server.settings import Settings
from tests.site.reading import API, PICTURES, DocsSite, read
from tests.site.serving import serve_site
from tests.stand_in import StandIn
from tests.web.browsing import PHONE
from tests.web.rehearsed import RehearsedLLM
from tests.web.site import open_site

NAMES = ["light", "changes", "dark", "urdu", "phone"]
MOST_BYTES = 200_000


@pytest.fixture
def model() -> RehearsedLLM:
    return RehearsedLLM()


@pytest.fixture
def docs_site(
    built_site: Path,
    docs_settings: Settings,
    committed_database_url: str,
    stand_in: StandIn,
    model: RehearsedLLM,
) -> Iterator[DocsSite]:
    """The site with a model whose words can be read."""
    with serve_site(built_site, API) as address:
        allowing = docs_settings.model_copy(update={"cors_origins": (address,)})
        with open_site(allowing, committed_database_url, stand_in, model) as api:
            yield DocsSite(address, api, docs_settings.docs_dir)


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
