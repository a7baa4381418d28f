"""A browser for the run, and for each test a site with the whole book."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import text

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.databases import run_sql
from tests.factories import create_account
from tests.stand_in import StandIn
from tests.web.browsing import ARGUMENTS
from tests.web.choices import find_chromium
from tests.web.guests import Guest
from tests.web.site import BOOK, Site, open_site, with_model
from tests.web.warm_ups import ADD_JOB

Admission = Callable[..., Awaitable[Guest]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def book_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"docs_dir": BOOK})


@pytest.fixture
def site(book_settings: Settings, committed_database_url: str, stand_in: StandIn) -> Iterator[Site]:
    """The book, with a model that simplifies."""
    run_sql(committed_database_url, ADD_JOB)
    stand_in.behave("simplified")
    with open_site(with_model(book_settings, stand_in), committed_database_url, stand_in) as site:
        yield site


@pytest.fixture
def offline_site(
    book_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> Iterator[Site]:
    """The book without any key."""
    with open_site(book_settings, committed_database_url, stand_in) as site:
        yield site


@pytest.fixture
def app(book_settings: Settings, sessions: Sessions) -> FastAPI:
    """The application with the whole book, offline."""
    return create_app(book_settings, sessions=sessions)


@pytest.fixture
async def admit(app: FastAPI, sessions: Sessions) -> AsyncIterator[Admission]:
    """Guests of that application, each with cookies of their own."""
    async with sessions.begin() as session:
        await session.execute(text(ADD_JOB))
    async with AsyncExitStack() as stack:

        async def admit(role: AccountRole | None = None, email: str | None = None) -> Guest:
            transport = ASGITransport(app)
            client = AsyncClient(transport=transport, base_url="http://test")
            guest = Guest(await stack.enter_async_context(client))
            if role is not None:
                async with sessions() as session:
                    account = await create_account(session, role=role, email=email)
                assert account.email is not None
                assert (await guest.sign_in(account.email)).status_code == 303
            return guest

        yield admit
