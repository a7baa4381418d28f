"""What admins do with accounts: found, changed one after the other, and audited by number."""

from datetime import timedelta

import anyio
import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.errors import Forbidden, InvalidInput, TextbookError
from server.learners.accounts.administration import service as administration
from server.learners.accounts.domain import Account, AccountFilter, AccountRole
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.learners.accounts.conftest import ask_token, renew

AUDIT = "/api/v1/instruction/audit"


async def list_numbers(session: AsyncSession, wanted: AccountFilter) -> list[int]:
    page = await administration.list_page(session, wanted, limit=50, offset=0)
    assert page.total == len(page.accounts)
    return [each.account.id for each in page.accounts]


async def read_acts(session: AsyncSession) -> list[tuple[object, ...]]:
    """Who, what, details; the oldest first."""
    found = await session.execute(
        text("SELECT user_id, act, details FROM instruction_audit ORDER BY id")
    )
    return [tuple(row) for row in found]


async def add_identity(session: AsyncSession, subject: str) -> int:
    number = await session.scalar(
        text(
            "INSERT INTO users (email, hashed_password, issuer, subject)"
            " VALUES (md5(:subject) || '@identity.invalid', '!', 'https://people.example.org',"
            " :subject) RETURNING id"
        ),
        {"subject": subject},
    )
    assert isinstance(number, int)
    return number


async def test_accounts_are_found_by_a_part_of_their_name_or_by_their_number(
    session: AsyncSession,
) -> None:
    ada = await create_account(session, email="ada.lovelace@example.test")
    grace = await create_account(session, email="grace_hopper@example.test")
    alice = await add_identity(session, "Alice-100%")
    found = {
        "LOVElace": [ada.id],
        "_": [grace.id],
        "%": [alice],
        "alice": [alice],
        "identity.invalid": [],
        str(grace.id): [grace.id],
        "9" * 40: [],
        "example.test": [grace.id, ada.id],
        "": [alice, grace.id, ada.id],
    }
    for search, numbers in found.items():
        assert await list_numbers(session, AccountFilter(search)) == numbers, search


async def test_accounts_are_filtered_by_role_and_state_and_come_in_both_orders(
    session: AsyncSession,
) -> None:
    ada = await create_account(session, role=AccountRole.INSTRUCTOR)
    grace = await create_account(session)
    alan = await create_account(session)
    await administration.set_active(session, str(grace.id), active=False)
    oldest = AccountFilter(oldest_first=True)
    assert await list_numbers(session, oldest) == [ada.id, grace.id, alan.id]
    assert await list_numbers(session, AccountFilter(role=AccountRole.INSTRUCTOR)) == [ada.id]
    assert await list_numbers(session, AccountFilter(is_active=False)) == [grace.id]
    active = AccountFilter(role=AccountRole.LEARNER, is_active=True)
    assert await list_numbers(session, active) == [alan.id]


async def test_a_part_of_the_accounts_says_how_many_there_are(session: AsyncSession) -> None:
    accounts = [await create_account(session) for _ in range(5)]
    page = await administration.list_page(session, AccountFilter(), limit=2, offset=2)
    assert page.total == 5
    assert [each.account for each in page.accounts] == [accounts[2], accounts[1]]


async def test_a_session_counts_once_and_only_while_it_can_be_renewed(
    client: AsyncClient, session: AsyncSession
) -> None:
    ada = await create_account(session)
    await create_account(session, email="nobody@example.test")
    pairs = [(await ask_token(client, ada.email)).json() for _ in range(2)]
    await renew(client, str(pairs[0]["refresh_token"]))
    await session.execute(
        text(
            "INSERT INTO refresh_token (token_hash, family, user_id, expires_at, created_at)"
            " VALUES ('old', 'old', :id, now() - interval '1 s', now() - interval '9 days')"
        ),
        {"id": ada.id},
    )
    page = await administration.list_page(session, AccountFilter(), limit=50, offset=0)
    nobodys, hers = [each.sessions for each in page.accounts]
    assert nobodys is None
    assert hers is not None
    assert hers.count == 2
    assert hers.newest_at - ada.created_at < timedelta(days=1)


async def test_every_act_is_audited_with_the_accounts_number_and_nothing_else_of_it(
    session: AsyncSession,
) -> None:
    boss = await create_account(session, role=AccountRole.ADMIN)
    ada = await create_account(session, email="ada@example.test")
    handle, number = str(ada.email), ada.id
    await administration.set_role(session, handle, AccountRole.INSTRUCTOR, by=boss.id)
    await administration.set_active(session, handle, active=False, by=boss.id)
    await administration.set_active(session, handle, active=True, by=boss.id)
    await administration.sign_out(session, handle, by=boss.id)
    await administration.invite(session, "new@example.test", AccountRole.ADMIN, by=boss.id)
    acts = await read_acts(session)
    assert acts == [
        (boss.id, "role", {"account": number, "role": "instructor", "before": "learner"}),
        (boss.id, "deactivate", {"account": number}),
        (boss.id, "activate", {"account": number}),
        (boss.id, "sign_out", {"account": number}),
        (boss.id, "invite", {"role": "admin"}),
    ]
    assert "@" not in str(acts)


async def test_what_is_so_already_is_not_audited(session: AsyncSession) -> None:
    ada = await create_account(session)
    await administration.set_role(session, str(ada.id), AccountRole.LEARNER)
    await administration.set_active(session, str(ada.id), active=True)
    assert await read_acts(session) == []


async def test_nobody_changes_the_own_role_or_state_but_may_sign_out(
    session: AsyncSession,
) -> None:
    boss = await create_account(session, role=AccountRole.ADMIN)
    await create_account(session, role=AccountRole.ADMIN)
    with pytest.raises(Forbidden):
        await administration.set_role(session, str(boss.id), AccountRole.LEARNER, by=boss.id)
    with pytest.raises(Forbidden):
        await administration.set_active(session, str(boss.id), active=False, by=boss.id)
    assert await administration.sign_out(session, str(boss.id), by=boss.id)
    assert [act for _, act, _ in await read_acts(session)] == ["sign_out"]


@pytest.mark.parametrize("state", ["role = 'instructor'", "is_active = false"])
async def test_who_is_an_admin_no_more_changes_nothing(session: AsyncSession, state: str) -> None:
    boss = await create_account(session, role=AccountRole.ADMIN)
    ada = await create_account(session)
    await session.execute(
        text(f"UPDATE users SET {state} WHERE id = :id"),  # noqa: S608
        {"id": boss.id},
    )
    with pytest.raises(Forbidden):
        await administration.set_role(session, str(ada.id), AccountRole.ADMIN, by=boss.id)


@pytest.mark.parametrize("deactivates", [True, False])
async def test_two_admins_who_send_each_other_away_at_the_same_moment_leave_one(
    committed_sessions: Sessions, *, deactivates: bool
) -> None:
    async with committed_sessions() as session:
        admins = [await create_account(session, role=AccountRole.ADMIN) for _ in range(2)]
    is_first_done, outcomes = anyio.Event(), list[str]()

    async def send_away(session: AsyncSession, whom: Account, by: Account) -> None:
        if deactivates:
            await administration.set_active(session, str(whom.id), active=False, by=by.id)
        else:
            await administration.set_role(session, str(whom.id), AccountRole.LEARNER, by=by.id)

    async def go_first() -> None:
        async with committed_sessions.begin() as session:
            await send_away(session, admins[1], admins[0])
            is_first_done.set()
            await wait_until_somebody_waits(committed_sessions)
        outcomes.append("first")

    async def go_second() -> None:
        await is_first_done.wait()
        try:
            async with committed_sessions.begin() as session:
                await send_away(session, admins[0], admins[1])
        except TextbookError as error:
            outcomes.append(error.detail)

    async with anyio.create_task_group() as group:
        group.start_soon(go_first)
        group.start_soon(go_second)

    assert outcomes == ["first", "You are not an admin any more."]
    async with committed_sessions() as session:
        left = await session.scalars(
            text("SELECT id FROM users WHERE role = 'admin' AND is_active")
        )
        assert left.all() == [admins[0].id]
        assert len(await read_acts(session)) == 1


async def wait_until_somebody_waits(sessions: Sessions) -> None:
    """For a lock, in this test's own database."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with anyio.fail_after(20):
        async with sessions() as session:
            while not await session.scalar(waiting):
                await session.rollback()
                await anyio.sleep(0.01)


async def test_signed_out_everywhere_is_signed_out_at_once(
    client: AsyncClient, session: AsyncSession
) -> None:
    ada = await create_account(session)
    pairs = [(await ask_token(client, ada.email)).json() for _ in range(2)]
    await administration.sign_out(session, str(ada.id))
    await session.commit()
    answers = [await renew(client, pair["refresh_token"]) for pair in pairs]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert (await ask_token(client, ada.email)).status_code == 200


async def test_who_cannot_be_invited_is_not(session: AsyncSession) -> None:
    with pytest.raises(InvalidInput):
        await administration.invite(session, "no address", AccountRole.LEARNER)
    assert await read_acts(session) == []


async def test_what_is_done_to_accounts_is_for_admins_to_read(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    boss = await create_account(session, role=AccountRole.ADMIN)
    instructor = await create_account(session, role=AccountRole.INSTRUCTOR)
    await administration.set_role(session, str(instructor.id), AccountRole.LEARNER, by=boss.id)
    await administration.set_role(session, str(instructor.id), AccountRole.INSTRUCTOR, by=boss.id)
    await session.execute(
        text(
            "INSERT INTO instruction_audit (user_id, act, created_at)"
            " VALUES (:id, 'lock', clock_timestamp())"
        ),
        {"id": boss.id},
    )
    await session.commit()
    for query, theirs, his in (
        ("", ["lock"], ["lock", "role", "role"]),
        ("?act=role", [], ["role", "role"]),
        (f"?user_id={boss.id}", ["lock"], ["lock", "role", "role"]),
    ):
        for reader, acts in ((instructor, theirs), (boss, his)):
            answer = await client.get(f"{AUDIT}{query}", headers=sign_in(settings, reader))
            body = answer.json()
            assert [act["act"] for act in body["acts"]] == acts
            assert body["total"] == len(acts)
