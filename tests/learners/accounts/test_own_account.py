"""What learners do with their own account: answers, password, export, erasure."""

import asyncio
from datetime import timedelta

from httpx import ASGITransport, AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.administration import service as administration
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.factories import PASSWORD, create_account, sign_in
from tests.learners.accounts.conftest import age_attempts, ask_token, renew

ME = "/api/v1/me"
NEW_PASSWORD = "an even better horse"
CHANGE = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}


async def test_new_answers_give_a_new_profile_and_hash(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    headers = sign_in(settings, await create_account(session))
    before = (await client.get(ME, headers=headers)).json()
    answers = {"preferred_language": "Other", "language_tag": "pt_br"}
    after = await client.put(f"{ME}/onboarding", json=answers, headers=headers)
    assert after.status_code == 200
    assert after.json()["onboarding"]["language_tag"] == "pt-BR"
    assert after.json()["profile_hash"] != before["profile_hash"]
    assert (await client.get(ME, headers=headers)).json() == after.json()
    assert await session.scalar(text("SELECT onboarding FROM users")) == answers


async def test_answers_are_replaced_as_a_whole(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    account = await create_account(session, onboarding={"role": "Researcher"})
    answer = await client.put(
        f"{ME}/onboarding",
        json={"hardware_availability": "Cloud"},
        headers=sign_in(settings, account),
    )
    assert answer.json()["onboarding"]["role"] == "Student"


async def test_wrong_answers_are_named_and_change_nothing(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    account = await create_account(session, onboarding={"role": "Researcher"})
    answer = await client.put(
        f"{ME}/onboarding",
        json={"role": "Wizard", "colour": "red", "preferred_language": "Other"},
        headers=sign_in(settings, account),
    )
    assert answer.status_code == 422
    named = {each["field"] for each in answer.json()["fields"]}
    assert named == {"body.role", "body.colour", "body.language_tag"}
    assert await session.scalar(text("SELECT onboarding FROM users")) == {"role": "Researcher"}


async def test_a_new_password_ends_all_other_sessions(
    client: AsyncClient, session: AsyncSession
) -> None:
    account = await create_account(session)
    here = (await ask_token(client, account.email)).json()
    there = (await ask_token(client, account.email)).json()
    headers = {"Authorization": f"Bearer {here['access_token']}"}
    answer = await client.put(f"{ME}/password", json=CHANGE, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert (await renew(client, there["refresh_token"])).status_code == 401
    assert (await renew(client, here["refresh_token"])).status_code == 200
    assert (await ask_token(client, account.email)).status_code == 401
    assert (await ask_token(client, account.email, NEW_PASSWORD)).status_code == 200


async def test_a_wrong_current_password_is_named_and_slows_down(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    headers = sign_in(settings, await create_account(session))
    wrong = {**CHANGE, "current_password": "a guess"}
    for _ in range(5):
        answer = await client.put(f"{ME}/password", json=wrong, headers=headers)
        assert answer.status_code == 422
        assert [each["field"] for each in answer.json()["fields"]] == ["body.current_password"]
    refused = await client.put(f"{ME}/password", json=CHANGE, headers=headers)
    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "1"
    await age_attempts(session, timedelta(seconds=1))
    assert (await client.put(f"{ME}/password", json=CHANGE, headers=headers)).status_code == 204


async def test_a_new_password_that_is_too_short_is_named(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    headers = sign_in(settings, await create_account(session))
    short = {**CHANGE, "new_password": "short"}
    answer = await client.put(f"{ME}/password", json=short, headers=headers)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["fields"]] == ["body.new_password"]
    assert PASSWORD not in answer.text


async def test_of_two_changes_at_once_one_wins(
    settings: Settings, committed_sessions: Sessions
) -> None:
    app = create_app(settings, sessions=committed_sessions)
    async with (
        AsyncClient(transport=ASGITransport(app), base_url="http://test") as client,
        committed_sessions() as session,
    ):
        account = await create_account(session)
        headers = sign_in(settings, account)
        changes = [{**CHANGE, "new_password": f"{NEW_PASSWORD} {n}"} for n in range(2)]
        answers = await asyncio.gather(
            *(client.put(f"{ME}/password", json=each, headers=headers) for each in changes)
        )
        won = [number for number, each in enumerate(answers) if each.status_code == 204]
        assert len(won) == 1
        password = changes[won[0]]["new_password"]
        assert (await ask_token(client, account.email, password)).status_code == 200


async def test_the_export_holds_what_was_stored_and_no_secret(
    settings: Settings, sessions: Sessions, session: AsyncSession
) -> None:
    async def export_notes(_session: AsyncSession, user_id: int) -> dict[str, object]:
        return {"notes": [{"of": user_id}]}

    app = create_app(settings, sessions=sessions)
    app.state.account_exports = (*app.state.account_exports, export_notes)
    invitation = await administration.invite(session, "ada@example.com", AccountRole.LEARNER)
    account = await create_account(
        session, email="ada@example.com", onboarding={"role": "Researcher"}
    )
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        tokens = (await ask_token(client, account.email)).json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        answer = await client.get(f"{ME}/export", headers=headers)
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    held = answer.json()
    assert held["account"] == tokens["user"]
    assert held["answers"] == {"role": "Researcher"}
    assert len(held["sessions"]) == len(held["invitations"]) == 1
    assert held["notes"] == [{"of": account.id}]
    for secret in (PASSWORD, "$argon2", tokens["refresh_token"], invitation, 'hash":"$'):
        assert secret not in answer.text


async def test_erasing_takes_everything_but_nameless_log_rows(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    await administration.invite(session, "ada@example.com", AccountRole.LEARNER)
    account = await create_account(session, email="ada@example.com")
    tokens = (await ask_token(client, account.email)).json()
    await session.execute(
        text(
            "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash, "
            "personalized_content, source_hash, plan_hash, sections) "
            "VALUES (:id, 'chapter-01', 'p', 'text', 's', 'q', '[]')"
        ),
        {"id": account.id},
    )
    await session.execute(
        text(
            "INSERT INTO personalization_log (user_id, chapter_id, response_time_ms, cached, "
            "source) VALUES (:id, 'chapter-01', 5, true, 'cache')"
        ),
        {"id": account.id},
    )
    await session.commit()

    headers = sign_in(settings, account)
    answer = await client.delete(ME, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    for table in ("users", "refresh_token", "personalization_cache", "invitation", "attempt"):
        assert await session.scalar(text(f"SELECT count(*) FROM {table}")) == 0  # noqa: S608 - our names
    log = await session.execute(text("SELECT user_id, chapter_id FROM personalization_log"))
    assert [tuple(row) for row in log] == [(None, "chapter-01")]
    assert (await client.get(ME, headers=headers)).status_code == 401
    assert (await renew(client, tokens["refresh_token"])).status_code == 401


async def test_nothing_of_ones_own_is_shown_or_changed_without_signing_in(
    client: AsyncClient,
) -> None:
    answers = [
        await client.get(ME),
        await client.put(f"{ME}/onboarding", json={}),
        await client.put(f"{ME}/password", json=CHANGE),
        await client.get(f"{ME}/export"),
        await client.delete(ME),
    ]
    assert {answer.status_code for answer in answers} == {401}
