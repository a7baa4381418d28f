"""Refresh tokens: they rotate, forgive two tabs, and end the family when replayed."""

import asyncio
from datetime import timedelta

from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.administration import service as administration
from server.learners.accounts.sessions.tokens import hash_token
from server.settings import Settings
from tests.factories import create_account
from tests.learners.accounts.conftest import age_rotations, age_sessions, ask_token, renew

EMAIL = "ada@example.com"


async def start_session(client: AsyncClient, session: AsyncSession) -> str:
    await create_account(session, email=EMAIL)
    return str((await ask_token(client, EMAIL)).json()["refresh_token"])


async def next_token(client: AsyncClient, token: str) -> str:
    answer = await renew(client, token)
    assert answer.status_code == 200
    return str(answer.json()["refresh_token"])


async def test_renewing_gives_a_new_pair_that_works(
    client: AsyncClient, session: AsyncSession
) -> None:
    first = await start_session(client, session)
    answer = await renew(client, first)
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] != first
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    assert (await client.get("/api/v1/me", headers=headers)).json() == answer.json()["user"]


async def test_two_tabs_with_one_token_each_get_a_usable_pair(
    client: AsyncClient, session: AsyncSession
) -> None:
    shared = await start_session(client, session)
    one, other = await next_token(client, shared), await next_token(client, shared)
    assert one != other
    await next_token(client, one)
    await next_token(client, other)


async def test_two_tabs_at_the_same_moment_each_get_a_usable_pair(
    settings: Settings, committed_sessions: Sessions
) -> None:
    app = create_app(settings, sessions=committed_sessions)
    async with (
        AsyncClient(transport=ASGITransport(app), base_url="http://test") as client,
        committed_sessions() as session,
    ):
        shared = await start_session(client, session)
        pairs = await asyncio.gather(*(next_token(client, shared) for _ in range(3)))
        assert len(set(pairs)) == 3
        await next_token(client, pairs[0])


async def test_after_the_grace_the_predecessor_ends_the_family(
    client: AsyncClient, session: AsyncSession
) -> None:
    first = await start_session(client, session)
    second = await next_token(client, first)
    await age_rotations(session, timedelta(seconds=29))
    await next_token(client, first)
    await age_rotations(session, timedelta(seconds=1))
    assert (await renew(client, first)).status_code == 401
    assert (await renew(client, second)).status_code == 401


async def test_a_token_older_than_the_predecessor_ends_the_family_at_once(
    client: AsyncClient, session: AsyncSession
) -> None:
    first = await start_session(client, session)
    second = await next_token(client, first)
    third = await next_token(client, second)
    assert (await renew(client, first)).status_code == 401
    assert (await renew(client, third)).status_code == 401


async def test_the_end_of_one_family_leaves_other_sessions_alone(
    client: AsyncClient, session: AsyncSession
) -> None:
    stolen = await start_session(client, session)
    elsewhere = (await ask_token(client, EMAIL)).json()["refresh_token"]
    await next_token(client, stolen)
    await age_rotations(session, timedelta(seconds=30))
    assert (await renew(client, stolen)).status_code == 401
    await next_token(client, elsewhere)


async def test_an_expired_token_is_refused_and_forgotten(
    client: AsyncClient, session: AsyncSession
) -> None:
    first = await start_session(client, session)
    await age_sessions(session, timedelta(days=30))
    assert (await renew(client, first)).status_code == 401
    await ask_token(client, EMAIL)
    assert await session.scalar(text("SELECT count(*) FROM refresh_token")) == 1


async def test_renewing_prolongs_the_session(client: AsyncClient, session: AsyncSession) -> None:
    token = await start_session(client, session)
    for _ in range(3):
        await age_sessions(session, timedelta(days=20))
        token = await next_token(client, token)


async def test_a_token_that_never_was_is_refused(client: AsyncClient) -> None:
    for token in ("", "guess", "x" * 10_000, "nul\u0000"):
        assert (await renew(client, token)).status_code == 401
    assert (await client.post("/api/v1/auth/refresh", json={})).status_code == 422


async def test_signing_out_ends_the_whole_family(
    client: AsyncClient, session: AsyncSession
) -> None:
    first = await start_session(client, session)
    second = await next_token(client, first)
    answer = await client.post("/api/v1/auth/logout", json={"refresh_token": first})
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await renew(client, second)).status_code == 401
    again = await client.post("/api/v1/auth/logout", json={"refresh_token": first})
    assert again.status_code == 204


async def test_a_deactivated_account_cannot_renew(
    client: AsyncClient, session: AsyncSession
) -> None:
    token = await start_session(client, session)
    await session.execute(text("UPDATE users SET is_active = false"))
    await session.commit()
    assert (await renew(client, token)).status_code == 401


async def test_an_administrators_new_password_ends_every_session(
    client: AsyncClient, session: AsyncSession
) -> None:
    token = await start_session(client, session)
    await administration.set_password(session, EMAIL, "a whole new password")
    await session.commit()
    assert (await renew(client, token)).status_code == 401
    assert (await ask_token(client, EMAIL, "a whole new password")).status_code == 200


async def test_only_hashes_of_tokens_are_stored(client: AsyncClient, session: AsyncSession) -> None:
    token = await start_session(client, session)
    stored = (await session.execute(text("SELECT * FROM refresh_token"))).mappings().one()
    assert stored["token_hash"] == hash_token(token)
    assert token not in str(dict(stored))
