"""Erase and export are complete: no table with a learner's data can be forgotten."""

from collections.abc import Iterator, Mapping

import pytest
from httpx import AsyncClient
from sqlalchemy import Column, Table, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.base import Base
from server.learners.accounts.domain import Account
from server.settings import Settings
from tests.factories import create_account, sign_in

ME = "/api/v1/me"
PERSONAL_NAMES = ("user", "email", "account", "learner", "actor", "asked_by", "subject", "issuer")
LISTS = ("sessions", "invitations", "personalization_log", "personalization_cache", "feedback")

# A new table with a learner's data belongs here, and the tests below say what else it needs: a
# foreign key that deletes or empties, or a line in `auth.queries.erase_account`; and an export.
ROWS: Mapping[str, str] = {
    "users": "SELECT 1",  # the account itself
    "personalization_cache": (
        "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash, source_hash,"
        " plan_hash, personalized_content, sections)"
        " VALUES (:id, 'robots', 'profile', 'source', 'plan', 'text', '{}')"
    ),
    "personalization_log": (
        "INSERT INTO personalization_log (user_id, chapter_id, response_time_ms, cached, source)"
        " VALUES (:id, 'robots', 5, true, 'cache')"
    ),
    "refresh_token": (
        "INSERT INTO refresh_token (token_hash, family, user_id, expires_at)"
        " VALUES (md5(:email), md5(:email), :id, now() + interval '1 day')"
    ),
    "invitation": (
        "INSERT INTO invitation (token_hash, email, expires_at, used_at)"
        " VALUES (md5(:email), :email, now() + interval '1 day', now())"
    ),
    "feedback": (
        "INSERT INTO feedback (user_id, chapter_id, plan_hash, helpful, comment)"
        " VALUES (:id, 'robots', 'plan', true, :email)"
    ),
    "generation_permit": (
        "INSERT INTO generation_permit (id, user_id, taken_at)"
        " VALUES (gen_random_uuid(), :id, now())"
    ),
    "warm_job": (
        "INSERT INTO warm_job (id, asked_by, wish, estimate, state, failures)"
        " VALUES (gen_random_uuid(), :id, '{}', '{}', 'done', '{}')"
    ),
    "instruction_audit": "INSERT INTO instruction_audit (user_id, act) VALUES (:id, 'pin')",
    "section_rewrite": (
        "INSERT INTO section_rewrite (key, state, chapter_id, accepted_at, accepted_by)"
        " VALUES (md5(:email), 'ready', 'robots', now(), :id)"
    ),
    "section_pin": (
        "INSERT INTO section_pin (key, chapter_id, section_id, plan_hash, transformations,"
        " language, profile, runs, notes, edited, pinned_by)"
        " VALUES (md5(:email), 'robots', 'robots', 'plan', '{}', 'en',"
        " '{}', '[]', '[]', false, :id)"
    ),
    "section_hint": (
        "INSERT INTO section_hint (key, hint, given_by) VALUES (md5(:email), 'Say more.', :id)"
    ),
    "section_lock": (
        "INSERT INTO section_lock (chapter_id, section_id, locked_by)"
        " VALUES ('robots', md5(:email), :id)"
    ),
}
# Under which name the export has a table; None where it holds nothing to hand out, and why.
EXPORTED: Mapping[str, str | None] = {
    "users": "account",
    "personalization_cache": "personalization_cache",
    "personalization_log": "personalization_log",
    "refresh_token": "sessions",
    "invitation": "invitations",
    "feedback": "feedback",
    "generation_permit": None,  # that something was generated, for a minute; the log has it too
    "warm_job": "warm_jobs",
    "instruction_audit": "instruction_audit",
    "section_rewrite": None,  # that they accepted it the audit log says
    "section_pin": None,  # a text of the book; that they pinned it the audit log says
    "section_hint": None,
    "section_lock": None,
}


def is_personal(column: Column[object]) -> bool:
    """Whether it leads to an account, or is named as if it did."""
    leads_to_users = any(key.column.table.name == "users" for key in column.foreign_keys)
    return leads_to_users or any(name in column.name for name in PERSONAL_NAMES)


def list_personal_tables() -> Iterator[Table]:
    for table in Base.metadata.sorted_tables:
        if any(is_personal(column) for column in table.columns):
            yield table


def test_every_table_with_a_learners_data_is_known_here() -> None:
    found = {table.name for table in list_personal_tables()}
    assert found == set(ROWS) == set(EXPORTED)


def test_every_key_to_an_account_says_what_becomes_of_it() -> None:
    keys = [
        key
        for table in Base.metadata.sorted_tables
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name == "users"
    ]
    assert len(keys) >= 6
    assert {key.ondelete for key in keys} <= {"CASCADE", "SET NULL"}


@pytest.fixture
async def ada(session: AsyncSession) -> Account:
    return await _enrol(session, "ada@example.test")


@pytest.fixture
async def grace(session: AsyncSession) -> Account:
    return await _enrol(session, "grace@example.test")


async def _enrol(session: AsyncSession, email: str) -> Account:
    """An account with a row in every table."""
    account = await create_account(session, email=email)
    for row in ROWS.values():
        await session.execute(text(row), {"id": account.id, "email": email})
    await session.commit()
    return account


async def count_rows_about(session: AsyncSession, account: Account) -> dict[str, int]:
    """In every table there is, rows that hold the address anywhere, or the account's id."""
    found = dict[str, int]()
    for table in Base.metadata.sorted_tables:
        keys = [
            f"t.{column.name} = :id"
            for column in table.columns
            if any(key.column.table.name == "users" for key in column.foreign_keys)
        ]
        about = " OR ".join(["t::text LIKE '%' || :email || '%'", *keys])
        count = await session.scalar(
            text(f"SELECT count(*) FROM {table.name} t WHERE {about}"),  # noqa: S608
            {"id": account.id, "email": account.email},
        )
        if count:
            found[table.name] = count
    return found


async def test_erasing_leaves_nothing_of_the_account_in_any_table(
    client: AsyncClient, session: AsyncSession, settings: Settings, ada: Account, grace: Account
) -> None:
    before = await count_rows_about(session, ada)
    hers = await count_rows_about(session, grace)
    assert set(before) == set(ROWS)

    answer = await client.delete(ME, headers=sign_in(settings, ada))

    assert answer.status_code == 204
    assert await count_rows_about(session, ada) == {}
    assert await count_rows_about(session, grace) == hers
    # What happened stays, without a name.
    nameless = "SELECT count(*) FROM personalization_log WHERE user_id IS NULL"
    assert await session.scalar(text(nameless)) == 1


async def test_the_export_has_every_table(
    client: AsyncClient, settings: Settings, ada: Account, grace: Account
) -> None:
    held = (await client.get(f"{ME}/export", headers=sign_in(settings, ada))).json()
    for table, name in EXPORTED.items():
        assert name is None or held[name], table
    assert set(held) == {"answers", *(name for name in EXPORTED.values() if name)}
    assert all(len(held[name]) == 1 for name in LISTS)
    assert str(grace.email) not in str(held)
