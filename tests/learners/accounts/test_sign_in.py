"""Signing in: the right password in any case of the address, and ever slower wrong ones."""

import asyncio
import logging
from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.administration import service as administration
from server.learners.accounts.credentials import CONTEXT
from server.settings import Settings
from tests.factories import PASSWORD, create_account
from tests.learners.accounts.conftest import age_attempts, ask_token

EMAIL = "ada@example.com"


async def count_failures(client: AsyncClient, number: int, email: str = EMAIL) -> None:
    for _ in range(number):
        assert (await ask_token(client, email, "wrong password")).status_code == 401


async def test_signing_in_answers_what_registering_does(
    client: AsyncClient, session: AsyncSession
) -> None:
    account = await create_account(session, email=EMAIL)
    answer = await ask_token(client, " ADA@Example.COM ")
    assert answer.status_code == 200
    assert answer.json()["user"]["id"] == account.id
    assert set(answer.json()) == {
        "access_token",
        "refresh_token",
        "token_type",
        "expires_in",
        "user",
    }


async def test_a_wrong_password_and_an_unknown_account_look_the_same(
    client: AsyncClient, session: AsyncSession
) -> None:
    await create_account(session, email=EMAIL)
    wrong = await ask_token(client, EMAIL, "wrong password")
    unknown = await ask_token(client, "nobody@example.com")
    nonsense = await ask_token(client, "nobody at all\u0000")
    assert {wrong.status_code, unknown.status_code, nonsense.status_code} == {401}
    assert wrong.json() == unknown.json() == nonsense.json()
    assert wrong.headers["www-authenticate"] == "Bearer"


async def test_a_deactivated_account_cannot_sign_in(
    client: AsyncClient, session: AsyncSession
) -> None:
    await create_account(session, email=EMAIL)
    await administration.set_active(session, EMAIL, active=False)
    await session.commit()
    assert (await ask_token(client, EMAIL)).status_code == 401


@pytest.mark.parametrize("password", ["x" * 5000, "pass\u0000word"])
async def test_odd_passwords_are_only_wrong(
    client: AsyncClient, session: AsyncSession, password: str
) -> None:
    await create_account(session, email=EMAIL)
    assert (await ask_token(client, EMAIL, password)).status_code == 401


async def test_a_form_without_a_password_is_named(client: AsyncClient) -> None:
    answer = await client.post("/api/v1/auth/token", data={"username": EMAIL})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["fields"]] == ["body.password"]


async def test_a_hash_with_old_parameters_is_renewed(
    client: AsyncClient, session: AsyncSession
) -> None:
    await create_account(session, email=EMAIL)
    weak = CONTEXT.copy(argon2__rounds=1, argon2__memory_cost=1024).hash(PASSWORD)
    await session.execute(text("UPDATE users SET hashed_password = :weak"), {"weak": weak})
    await session.commit()
    assert (await ask_token(client, EMAIL)).status_code == 200
    renewed = await session.scalar(text("SELECT hashed_password FROM users"))
    assert renewed != weak
    assert (await ask_token(client, EMAIL)).status_code == 200


async def test_repeated_failures_make_an_account_wait_twice_as_long_each_time(
    client: AsyncClient, session: AsyncSession
) -> None:
    await create_account(session, email=EMAIL)
    await count_failures(client, 5)
    waits = list[int]()
    for _ in range(3):
        refused = await ask_token(client, EMAIL)
        assert refused.status_code == 429
        waits.append(int(refused.headers["retry-after"]))
        await age_attempts(session, timedelta(seconds=waits[-1]))
        await count_failures(client, 1)
    assert waits == [1, 2, 4]


async def test_the_wait_never_exceeds_a_quarter_of_an_hour(
    client: AsyncClient, session: AsyncSession
) -> None:
    await count_failures(client, 1)
    await session.execute(text("UPDATE attempt SET count = 100000 WHERE key LIKE 'account:%'"))
    await session.commit()
    assert (await ask_token(client, EMAIL)).headers["retry-after"] == "900"
    await age_attempts(session, timedelta(minutes=15))
    await count_failures(client, 4)


async def test_an_account_that_does_not_exist_waits_too(client: AsyncClient) -> None:
    await count_failures(client, 5, "nobody@example.com")
    assert (await ask_token(client, "nobody@example.com")).status_code == 429


async def test_who_waited_signs_in_and_starts_afresh(
    client: AsyncClient, session: AsyncSession
) -> None:
    await create_account(session, email=EMAIL)
    await count_failures(client, 5)
    await age_attempts(session, timedelta(seconds=1))
    assert (await ask_token(client, EMAIL)).status_code == 200
    await count_failures(client, 4)
    assert (await ask_token(client, EMAIL)).status_code == 200


async def test_failures_are_forgotten_after_a_quarter_of_an_hour(
    client: AsyncClient, session: AsyncSession
) -> None:
    await count_failures(client, 4)
    await age_attempts(session, timedelta(minutes=15))
    await count_failures(client, 4)


async def test_one_accounts_failures_do_not_slow_another(
    client: AsyncClient, session: AsyncSession
) -> None:
    await create_account(session, email=EMAIL)
    await count_failures(client, 5, "bob@example.com")
    assert (await ask_token(client, EMAIL)).status_code == 200


async def test_an_address_that_fails_all_over_waits_as_well(
    client: AsyncClient, session: AsyncSession
) -> None:
    await create_account(session, email=EMAIL)
    await count_failures(client, 1, "somebody@example.com")
    await session.execute(text("UPDATE attempt SET count = 20 WHERE key LIKE 'address:%'"))
    await session.commit()
    refused = await ask_token(client, EMAIL)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    await age_attempts(session, timedelta(seconds=1))
    assert (await ask_token(client, EMAIL)).status_code == 200


async def test_guesses_side_by_side_do_not_slip_past_the_count(
    settings: Settings, committed_sessions: Sessions
) -> None:
    app = create_app(settings, sessions=committed_sessions)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answers = await asyncio.gather(*(ask_token(client, EMAIL, "a guess") for _ in range(9)))
    looked_at = [answer for answer in answers if answer.status_code == 401]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(looked_at) + len(refused) == 9
    assert refused


async def test_neither_password_nor_hash_nor_token_is_ever_logged(
    client: AsyncClient, session: AsyncSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await create_account(session, email=EMAIL)
    tokens = (await ask_token(client, EMAIL)).json()
    await ask_token(client, EMAIL, "wrong password")
    await client.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    for secret in (PASSWORD, "wrong password", "$argon2", tokens["refresh_token"]):
        assert secret not in caplog.text
