"""The built site, served beside the real API with the stand-in for its model."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from server.generation.llm.domain import LLM
from server.settings import Settings
from tests.node import NodeMissing
from tests.site.building import BARE, FULL, Edition, build_site
from tests.site.judging import find_violations
from tests.site.reading import API, DocsSite
from tests.site.serving import serve_site
from tests.stand_in import StandIn
from tests.web.browsing import ARGUMENTS, DESKTOP, open_window
from tests.web.choices import find_chromium
from tests.web.site import HOST, open_site, with_model

BareViolations = Callable[..., frozenset[str]]


def build_or_skip(edition: Edition) -> Path:
    """The site's folder; skipped without Node, unless nothing may be skipped."""
    try:
        return build_site(edition)
    except NodeMissing as missing:
        if os.environ.get("REQUIRE_BROWSER", "") not in {"", "0"}:  # noqa: TID251  # no setting of the product
            pytest.fail(f"REQUIRE_BROWSER is set, and the site needs Node: {missing}.")
        pytest.skip(f"The site needs Node 20 or newer: {missing}.")


@pytest.fixture(scope="session")
def built_site() -> Path:
    """The demonstration site."""
    return build_or_skip(FULL)


@pytest.fixture(scope="session")
def bare_site() -> Path:
    """The same site without the theme."""
    return build_or_skip(BARE)


@pytest.fixture
def changes() -> dict[str, object]:
    """Settings that a test wants otherwise: `@pytest.mark.parametrize("changes", [{…}])`."""
    return {}


@pytest.fixture
def book() -> Path:
    """The files that the site was built from."""
    return FULL.docs


@pytest.fixture
def docs_settings(
    settings: Settings, stand_in: StandIn, changes: dict[str, object], book: Path, tmp_path: Path
) -> Settings:
    """An API with files of its own, which a test may edit, and with the stand-in for its model."""
    served = tmp_path / "book"
    shutil.copytree(book, served)
    own = {"docs_dir": served, **changes}
    return with_model(settings, stand_in).model_copy(update=own)


@pytest.fixture(scope="module")
def api_listener() -> Iterator[socket.socket]:
    """Where one API after the other answers, so that one browser serves them all."""
    with socket.create_server((HOST, 0)) as listener:
        yield listener


@pytest.fixture
def model() -> LLM | None:
    """In the place of the settings' model, where a test has one of its own."""
    return None


@pytest.fixture
def docs_site(
    built_site: Path,
    docs_settings: Settings,
    committed_database_url: str,
    stand_in: StandIn,
    api_listener: socket.socket,
    model: LLM | None,
) -> Iterator[DocsSite]:
    """The built site under its content security policy, with a model that simplifies."""
    stand_in.behave("simplified")
    with serve_site(built_site, API) as address:
        allowing = docs_settings.model_copy(update={"cors_origins": (address,)})
        port = api_listener.dup()
        with open_site(allowing, committed_database_url, stand_in, model, at=port) as api:
            yield DocsSite(address, api, docs_settings.docs_dir)


@pytest.fixture(scope="module")
def docs_browser(api_listener: socket.socket) -> Iterator[Browser]:
    """A Chromium that finds the API's name at the port where each test's API answers."""
    port = api_listener.getsockname()[1]
    host = API.removeprefix("http://")
    rules = f"--host-resolver-rules=MAP {host}:80 127.0.0.1:{port}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(), args=[*ARGUMENTS, rules]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def bare_violations(bare_site: Path, docs_browser: Browser) -> BareViolations:
    """What axe finds on a page, light or dark, where the theme is not there."""

    @lru_cache
    def find(path: str, *, dark: bool = False) -> frozenset[str]:
        with serve_site(bare_site, API) as address:
            context = open_window(docs_browser, DESKTOP, dark=dark)
            page = context.new_page()
            page.goto(f"{address}{path}")
            page.locator(".theme-code-block").first.wait_for()
            found = find_violations(page)
            context.close()
        return found

    return find
