"""What the tests of accounts share: applications with other settings, sign-ins, ageing rows."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from server.app import create_app
from server.core.database.engine import Sessions, create_sessions, parse_url
from server.settings import Settings
from tests.factories import PASSWORD
from tests.learners.accounts.issuer import AUDIENCE, ISSUER, Issuer, run_issuer

ClientFactory = Callable[[Settings], Awaitable[AsyncClient]]


@pytest.fixture
async def client_for(sessions: Sessions) -> AsyncIterator[ClientFactory]:
    """Clients of applications with the settings that a test needs."""
    async with AsyncExitStack() as stack:

        async def make(settings: Settings) -> AsyncClient:
            transport = ASGITransport(create_app(settings, sessions=sessions))
            return await stack.enter_async_context(
                AsyncClient(transport=transport, base_url="http://test")
            )

        yield make


@pytest.fixture
async def committed_sessions(committed_database_url: str) -> AsyncIterator[Sessions]:
    """Sessions on connections of their own, for what happens at the same time."""
    engine = create_async_engine(parse_url(committed_database_url))
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """An identity provider of the test's own."""
    with run_issuer() as issuer:
        yield issuer


def with_issuer(settings: Settings, issuer: Issuer, *, name: str = ISSUER) -> Settings:
    """The same site, with this identity provider."""
    provider = {
        "auth_jwks_url": issuer.jwks_url,
        "auth_issuer": name,
        "auth_audience": AUDIENCE,
    }
    return settings.model_copy(update=provider)


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def ask_token(client: AsyncClient, email: str | None, password: str = PASSWORD) -> Response:
    """Sign in by password; an account that has no address can only try without one."""
    form = {"username": email or "", "password": password}
    return await client.post("/api/v1/auth/token", data=form)


async def renew(client: AsyncClient, token: str) -> Response:
    return await client.post("/api/v1/auth/refresh", json={"refresh_token": token})


async def age_rotations(session: AsyncSession, by: timedelta) -> None:
    """Let time pass for the tokens that have been exchanged."""
    await session.execute(
        text("UPDATE refresh_token SET rotated_at = rotated_at - :by"), {"by": by}
    )
    await session.commit()


async def age_sessions(session: AsyncSession, by: timedelta) -> None:
    await session.execute(
        text("UPDATE refresh_token SET expires_at = expires_at - :by"), {"by": by}
    )
    await session.commit()


async def age_attempts(session: AsyncSession, by: timedelta) -> None:
    await session.execute(
        text("UPDATE attempt SET first_at = first_at - :by, last_at = last_at - :by"), {"by": by}
    )
    await session.commit()
