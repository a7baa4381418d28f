"""Registering: open, by invitation, closed; once for each address; within a limit."""

import asyncio
from datetime import timedelta

import pytest
from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.administration import service as administration
from server.learners.accounts.domain import AccountRole
from server.settings import Registration, Settings
from tests.factories import PASSWORD, create_account
from tests.learners.accounts.conftest import ClientFactory, age_attempts

REGISTER = "/api/v1/auth/register"
ADA = {"email": "Ada@Example.com", "password": PASSWORD}
URDU_LEARNER = {
    "programming_experience": "Beginner",
    "preferred_language": "Urdu",
    "hardware_availability": "Jetson Kit",
}


async def test_registering_signs_in_and_shows_the_profile(client: AsyncClient) -> None:
    answer = await client.post(REGISTER, json={**ADA, "onboarding": URDU_LEARNER})
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    body = answer.json()
    assert body["token_type"] == "bearer"
    assert body["expires_in"] == 15 * 60
    user = body["user"]
    assert user["email"] == "ada@example.com"
    assert user["role"] == "learner"
    assert user["onboarding"] == {
        "role": "Student",
        "programming_experience": "Beginner",
        "robotics_experience": "None",
        "preferred_language": "Urdu",
        "hardware_availability": "Jetson Kit",
        "language_tag": "ur",
    }
    assert user["profile_hash"] == (
        "5bcddc45fa02f6a9bdb2fec9945e297a3fbe149ec1ab69d40a96df0b787ae1b9"
    )
    token = {"Authorization": f"Bearer {body['access_token']}"}
    assert (await client.get("/api/v1/me", headers=token)).json() == user


async def test_only_what_the_learner_said_is_stored(
    client: AsyncClient, session: AsyncSession
) -> None:
    await client.post(REGISTER, json={**ADA, "onboarding": {"role": "Researcher"}})
    stored = await session.scalar(text("SELECT onboarding FROM users"))
    assert stored == {"role": "Researcher"}


async def test_a_taken_address_is_a_conflict_in_any_case(client: AsyncClient) -> None:
    await client.post(REGISTER, json=ADA)
    again = await client.post(REGISTER, json={**ADA, "email": "ADA@EXAMPLE.COM"})
    assert again.status_code == 409
    assert again.headers["content-type"] == "application/problem+json"
    assert again.json()["type"] == "urn:chapterwise:problem:conflict"


async def test_two_at_once_make_one_account(
    settings: Settings, committed_sessions: Sessions
) -> None:
    app = create_app(settings, sessions=committed_sessions)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answers = await asyncio.gather(*(client.post(REGISTER, json=ADA) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    async with committed_sessions() as session:
        assert await session.scalar(text("SELECT count(*) FROM users")) == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "not an address"}, "body.email"),
        ({"email": "nul\u0000@example.com"}, "body.email"),
        ({"email": "a" * 260 + "@example.com"}, "body.email"),
        ({"password": "short"}, "body.password"),
        ({"password": "x" * 1025}, "body.password"),
        ({"password": None}, "body.password"),
        ({"role": "admin"}, "body.role"),
        ({"onboarding": {"role": "Wizard"}}, "body.onboarding.role"),
        ({"onboarding": {"colour": "red"}}, "body.onboarding.colour"),
        ({"onboarding": {"preferred_language": "Other"}}, "body.onboarding.language_tag"),
    ],
)
async def test_what_is_wrong_is_named_and_the_password_never_repeated(
    client: AsyncClient, change: dict[str, object], field: str
) -> None:
    answer = await client.post(REGISTER, json={**ADA, **change})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["fields"]] == [field]
    assert PASSWORD not in answer.text
    assert "x" * 1025 not in answer.text


async def test_addresses_of_test_domains_are_welcome(client: AsyncClient) -> None:
    for email in ("a@example.test", "b@example.org"):
        answer = await client.post(REGISTER, json={**ADA, "email": email})
        assert answer.status_code == 201


async def test_closed_takes_nobody(client_for: ClientFactory, settings: Settings) -> None:
    client = await client_for(settings.model_copy(update={"registration": Registration.CLOSED}))
    assert (await client.post(REGISTER, json=ADA)).status_code == 403


async def test_an_invitation_is_good_once_and_gives_its_role(
    client_for: ClientFactory, settings: Settings, session: AsyncSession
) -> None:
    client = await client_for(settings.model_copy(update={"registration": Registration.INVITE}))
    token = await administration.invite(session, "ADA@example.com", AccountRole.INSTRUCTOR)
    await session.commit()
    for refused in (ADA, {**ADA, "invite": "guess"}):
        problem = await client.post(REGISTER, json=refused)
        assert problem.status_code == 403
        assert [each["field"] for each in problem.json()["fields"]] == ["body.invite"]
    other = {**ADA, "email": "eve@example.com", "invite": token}
    assert (await client.post(REGISTER, json=other)).status_code == 403

    invited = await client.post(REGISTER, json={**ADA, "invite": token})
    assert invited.status_code == 201
    assert invited.json()["user"]["role"] == "instructor"

    await session.execute(text("DELETE FROM users"))
    await session.commit()
    assert (await client.post(REGISTER, json={**ADA, "invite": token})).status_code == 403


async def test_a_conflict_does_not_use_up_the_invitation(
    client: AsyncClient, session: AsyncSession
) -> None:
    token = await administration.invite(session, "ada@example.com", AccountRole.ADMIN)
    await create_account(session, email="ada@example.com")
    assert (await client.post(REGISTER, json={**ADA, "invite": token})).status_code == 409
    assert await session.scalar(text("SELECT used_at FROM invitation")) is None


async def test_an_invitation_expires(client: AsyncClient, session: AsyncSession) -> None:
    token = await administration.invite(session, "ada@example.com", AccountRole.ADMIN)
    await session.execute(text("UPDATE invitation SET expires_at = now()"))
    await session.commit()
    assert (await client.post(REGISTER, json={**ADA, "invite": token})).status_code == 403


async def test_one_invitation_used_twice_at_once_makes_one_account(
    settings: Settings, committed_sessions: Sessions
) -> None:
    async with committed_sessions.begin() as session:
        token = await administration.invite(session, "ada@example.com", AccountRole.ADMIN)
    app = create_app(settings, sessions=committed_sessions)
    body = {**ADA, "invite": token}
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answers = await asyncio.gather(*(client.post(REGISTER, json=body) for _ in range(3)))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses[0] == 201
    assert set(statuses[1:]) <= {403, 409}


async def test_an_address_may_register_so_many_accounts_an_hour(
    client_for: ClientFactory, settings: Settings, session: AsyncSession
) -> None:
    client = await client_for(settings.model_copy(update={"registrations_per_hour": 2}))
    bodies = [{**ADA, "email": f"learner-{number}@example.com"} for number in range(4)]
    statuses = [(await client.post(REGISTER, json=body)).status_code for body in bodies[:2]]
    refused = await client.post(REGISTER, json=bodies[2])
    assert statuses == [201, 201]
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 3600

    await age_attempts(session, timedelta(hours=1))
    assert (await client.post(REGISTER, json=bodies[3])).status_code == 201


async def test_a_limit_of_zero_is_none(client_for: ClientFactory, settings: Settings) -> None:
    client = await client_for(settings.model_copy(update={"registrations_per_hour": 0}))
    first = await client.post(REGISTER, json=ADA)
    second = await client.post(REGISTER, json={**ADA, "email": "bob@example.com"})
    assert (first.status_code, second.status_code) == (201, 201)
