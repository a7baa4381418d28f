"""Accounts of the site's identity provider: made on first sight, never anybody else's."""

import asyncio

import pytest
from httpx import ASGITransport, AsyncClient, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.errors import Forbidden, NotFound
from server.learners.accounts import queries
from server.learners.accounts.administration import service as administration
from server.learners.accounts.credentials import NO_PASSWORD, verify_password
from server.learners.accounts.domain import AccountFilter, AccountRole
from server.settings import Registration, Settings
from tests.factories import PASSWORD, create_account, sign_in
from tests.learners.accounts.conftest import ClientFactory, ask_token, bearer, with_issuer
from tests.learners.accounts.issuer import ALICE, ISSUER, Issuer, rsa_key

ME = "/api/v1/me"
ELSEWHERE = "https://elsewhere.example.org"


@pytest.fixture
async def theirs(settings: Settings, issuer: Issuer, client_for: ClientFactory) -> AsyncClient:
    """A site with an identity provider."""
    issuer.publish(rsa_key())
    return await client_for(with_issuer(settings, issuer))


async def show(client: AsyncClient, **claims: object) -> Response:
    return await client.get(ME, headers=bearer(rsa_key().sign(**claims)))


async def count_accounts(session: AsyncSession) -> int:
    return int(await session.scalar(text("SELECT count(*) FROM users")) or 0)


async def test_the_account_is_made_on_first_sight_and_found_from_then_on(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    first = (await show(theirs)).json()
    assert first["onboarding"]["role"] == "Student"
    assert await session.scalar(text("SELECT onboarding FROM users")) == {}
    assert (await show(theirs, jti="another token")).json() == first
    assert (await show(theirs, sub="bob")).json()["id"] != first["id"]
    assert await count_accounts(session) == 2


async def test_of_many_first_sights_at_once_one_makes_the_account(
    settings: Settings, issuer: Issuer, committed_sessions: Sessions
) -> None:
    issuer.publish(rsa_key())
    app = create_app(with_issuer(settings, issuer), sessions=committed_sessions)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answers = await asyncio.gather(*(show(client, jti=str(n)) for n in range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert issuer.asked == 1


async def test_the_same_subject_of_two_issuers_is_two_people(
    settings: Settings, issuer: Issuer, client_for: ClientFactory, theirs: AsyncClient
) -> None:
    other = await client_for(with_issuer(settings, issuer, name=ELSEWHERE))
    here = (await show(theirs)).json()
    there = (await show(other, iss=ELSEWHERE)).json()
    assert here["id"] != there["id"]
    assert here["identity"]["subject"] == there["identity"]["subject"]
    assert (await show(other)).status_code == 401


async def test_an_admins_address_in_a_token_opens_nothing(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    admin = await create_account(session, email="admin@example.org", role=AccountRole.ADMIN)
    claims = {"email": admin.email, "email_verified": True, "role": "admin", "roles": ["admin"]}
    answer = (await show(theirs, **claims, preferred_username=admin.email)).json()
    assert answer["id"] != admin.id
    assert answer["role"] == "learner"
    assert answer["email"] is None
    by_name = (await show(theirs, sub=admin.email)).json()
    assert by_name["id"] not in {admin.id, answer["id"]}
    assert (await show(theirs, sub=str(admin.id))).json()["id"] != admin.id
    assert (await ask_token(theirs, "admin@example.org")).status_code == 200


async def test_no_password_ever_signs_such_an_account_in(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    assert (await show(theirs)).status_code == 200
    row = (await session.execute(text("SELECT email, hashed_password FROM users"))).one()
    assert row.hashed_password == NO_PASSWORD
    for email in (row.email, ALICE):
        for password in (NO_PASSWORD, PASSWORD):
            assert (await ask_token(theirs, email, password)).status_code == 401
    for password in (NO_PASSWORD, "", PASSWORD):
        assert not await verify_password(password, NO_PASSWORD)
    assert await queries.find_credentials(session, row.email) is None
    assert await queries.find_account_by_email(session, row.email) is None
    taken = {"email": row.email, "password": PASSWORD}
    assert (await theirs.post("/api/v1/auth/register", json=taken)).status_code == 422


async def test_there_is_no_password_to_change(theirs: AsyncClient) -> None:
    change = {"current_password": NO_PASSWORD, "new_password": "an even better horse"}
    answer = await theirs.put(f"{ME}/password", json=change, headers=bearer(rsa_key().sign()))
    assert answer.status_code == 403
    assert "identity provider" in answer.json()["detail"]


async def test_answers_and_export_are_as_for_everybody(theirs: AsyncClient) -> None:
    headers = bearer(rsa_key().sign())
    answers = {"hardware_availability": "Cloud"}
    changed = await theirs.put(f"{ME}/onboarding", json=answers, headers=headers)
    assert changed.json()["onboarding"]["hardware_availability"] == "Cloud"
    held = (await theirs.get(f"{ME}/export", headers=headers)).json()
    assert held["account"] == changed.json()
    assert held["account"]["identity"] == {"issuer": ISSUER, "subject": ALICE}
    assert held["answers"] == answers
    assert held["sessions"] == held["invitations"] == []


async def test_a_chapter_is_personalised_for_them_at_first_sight(
    settings: Settings, theirs: AsyncClient
) -> None:
    settings.docs_dir.mkdir()
    (settings.docs_dir / "one.md").write_text("# One\n\nA robot moves.\n", encoding="utf-8")
    headers = bearer(rsa_key().sign())
    answer = await theirs.post("/api/v1/personalize", json={"chapter_id": "one"}, headers=headers)
    assert answer.status_code == 200
    assert (await theirs.get("/api/v1/feedback?chapter_id=one", headers=headers)).json() == {
        "feedback": []
    }


async def test_who_was_erased_comes_back_as_somebody_new(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    headers = bearer(rsa_key().sign())
    before = (await theirs.get(ME, headers=headers)).json()
    await theirs.put(f"{ME}/onboarding", json={"role": "Researcher"}, headers=headers)
    assert (await theirs.delete(ME, headers=headers)).status_code == 204
    assert await count_accounts(session) == 0
    after = (await theirs.get(ME, headers=headers)).json()
    assert after["id"] != before["id"]
    assert after["onboarding"] == before["onboarding"]


async def test_a_deactivated_account_stays_out_and_is_not_made_again(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    headers = bearer(rsa_key().sign())
    number = (await theirs.get(ME, headers=headers)).json()["id"]
    await administration.set_active(session, str(number), active=False)
    await session.commit()
    assert (await theirs.get(ME, headers=headers)).status_code == 401
    assert (await show(theirs, jti="a new token")).status_code == 401
    assert await count_accounts(session) == 1


async def test_a_new_role_counts_from_the_next_request_on(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    headers = bearer(rsa_key().sign())
    number = (await theirs.get(ME, headers=headers)).json()["id"]
    stats = "/api/v1/cache/stats"
    assert (await theirs.get(stats, headers=headers)).status_code == 403
    await administration.set_role(session, str(number), AccountRole.INSTRUCTOR)
    await session.commit()
    assert (await theirs.get(stats, headers=headers)).status_code == 200


async def test_a_closed_site_takes_no_new_accounts_and_keeps_its_old_ones(
    settings: Settings, issuer: Issuer, client_for: ClientFactory, theirs: AsyncClient
) -> None:
    await show(theirs)
    closed = settings.model_copy(update={"registration": Registration.CLOSED})
    client = await client_for(with_issuer(closed, issuer))
    assert (await show(client)).status_code == 200
    refused = await show(client, sub="bob")
    assert refused.status_code == 403
    assert refused.json()["type"] == "urn:chapterwise:problem:forbidden"


async def test_where_passwords_need_an_invitation_the_provider_vouches_for_its_people(
    settings: Settings, issuer: Issuer, client_for: ClientFactory
) -> None:
    issuer.publish(rsa_key())
    by_invitation = settings.model_copy(update={"registration": Registration.INVITE})
    client = await client_for(with_issuer(by_invitation, issuer))
    assert (await show(client)).status_code == 200
    new = {"email": "ada@example.org", "password": PASSWORD}
    assert (await client.post("/api/v1/auth/register", json=new)).status_code == 403


async def test_an_administrator_names_such_an_account_by_its_id(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    number = (await show(theirs)).json()["id"]
    (listed,) = await queries.find_accounts(session, AccountFilter())
    assert listed.name == f"{ALICE} at {ISSUER}"
    assert (await administration.set_role(session, str(number), AccountRole.ADMIN)).id == number
    with pytest.raises(Forbidden, match="password"):
        await administration.set_password(session, str(number), PASSWORD)
    for nobody in ("0", str(number + 1), "9" * 30):
        with pytest.raises(NotFound):
            await administration.set_role(session, nobody, AccountRole.ADMIN)


async def test_a_local_account_is_named_by_its_id_too(
    session: AsyncSession, settings: Settings, client: AsyncClient
) -> None:
    account = await create_account(session)
    await administration.set_role(session, str(account.id), AccountRole.ADMIN)
    await session.commit()
    answer = (await client.get(ME, headers=sign_in(settings, account))).json()
    assert (answer["role"], answer["email"]) == ("admin", account.email)


async def test_tokens_at_the_door_leave_no_trace_of_their_claims(
    theirs: AsyncClient, session: AsyncSession
) -> None:
    await show(theirs, email="alice@example.org", name="Alice Liddell")
    row = str((await session.execute(text("SELECT users::text FROM users"))).scalar_one())
    assert ALICE in row
    assert "alice@example.org" not in row
    assert "Liddell" not in row
