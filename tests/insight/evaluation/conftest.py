"""A workshop for each test, and a browser for those that look at pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.insight.evaluation.book import Workshop, write_book
from tests.stand_in import StandIn
from tests.web.browsing import ARGUMENTS
from tests.web.choices import find_chromium


@pytest.fixture
def workshop(tmp_path: Path, stand_in: StandIn, capsys: pytest.CaptureFixture[str]) -> Workshop:
    write_book(tmp_path)
    stand_in.behave("simplified")
    return Workshop(tmp_path, stand_in, capsys)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()
