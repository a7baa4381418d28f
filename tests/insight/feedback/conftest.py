"""The whole application with a small book, and people of every role."""

from collections.abc import AsyncIterator

import pytest
from httpx import AsyncClient
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.generation.renditions.classroom import Classroom, open_classroom
from tests.insight.feedback.school import CHAPTER, Person
from tests.stand_in import StandIn


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.docs_dir.mkdir(parents=True)
    (settings.docs_dir / "robots.md").write_text(CHAPTER, encoding="utf-8")
    return settings


@pytest.fixture
async def learner(client: AsyncClient, settings: Settings, session: AsyncSession) -> Person:
    account = await create_account(session, email="ada@example.test")
    return Person(client, sign_in(settings, account))


@pytest.fixture
async def other_learner(client: AsyncClient, settings: Settings, session: AsyncSession) -> Person:
    return Person(client, sign_in(settings, await create_account(session)))


@pytest.fixture
async def instructor(client: AsyncClient, settings: Settings, session: AsyncSession) -> Person:
    account = await create_account(session, role=AccountRole.INSTRUCTOR)
    return Person(client, sign_in(settings, account))


@pytest.fixture
async def classroom(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Classroom]:
    """A committed database, and the stand-in model behind a real SDK."""
    stand_in.behave("simplified")
    with_model = settings.model_copy(
        update={
            "anthropic_api_key": SecretStr("sk-test"),
            "anthropic_base_url": stand_in.anthropic_base_url,
        }
    )
    async with open_classroom(with_model, committed_database_url, stand_in) as classroom:
        yield classroom
