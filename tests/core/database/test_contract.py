"""Statements that other people's code runs against our tables, and the indexes that serve them."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.migrations import connect
from tests.factories import create_account

CONTRACT = Path(__file__).with_name("contract.sql")
PARAMETERS = {"$1": ":one", "$2": ":two", "$3": ":three"}

LOOKUP = (
    "SELECT personalized_content, created_at FROM personalization_cache"
    " WHERE user_id = :one AND chapter_id = 'chapter-5' AND profile_hash = 'p5' LIMIT 1"
)
INDEXED = {
    "one learner's entry": (LOOKUP, "unique_cache_entry|idx_cache_user"),
    "a rendition whoever owns it": (
        "SELECT * FROM personalization_cache"
        " WHERE chapter_id = 'c' AND source_hash = 's' AND plan_hash = 'h'",
        "idx_cache_rendition",
    ),
    "a learner's entries": (
        "DELETE FROM personalization_cache WHERE user_id = 1",
        "idx_cache_user|unique_cache_entry",
    ),
    "a chapter's entries": (
        "DELETE FROM personalization_cache WHERE chapter_id = 'c'",
        "idx_cache_chapter|idx_cache_rendition",
    ),
    "a profile's entries": (
        "SELECT * FROM personalization_cache WHERE profile_hash = 'p'",
        "idx_cache_profile_hash",
    ),
    "the newest entries": (
        "SELECT * FROM personalization_cache ORDER BY created_at DESC LIMIT 10",
        "idx_cache_created",
    ),
    "a section": (
        "SELECT * FROM section_rewrite WHERE key IN ('a', 'b')",
        "pk_section_rewrite",
    ),
    "a learner's log": ("SELECT * FROM personalization_log WHERE user_id = 1", "idx_log_user"),
    "a chapter's log": (
        "SELECT * FROM personalization_log WHERE chapter_id = 'c'",
        "idx_log_chapter",
    ),
    "the newest log rows": (
        "SELECT * FROM personalization_log ORDER BY created_at DESC LIMIT 10",
        "idx_log_created",
    ),
    "an account by address": (
        "SELECT * FROM users WHERE email = 'a@example.test'",
        "uq_users_email",
    ),
}


def list_statements() -> list[str]:
    without_comments = re.sub(r"--[^\n]*", "", CONTRACT.read_text(encoding="utf-8"))
    return [part.strip() for part in without_comments.split(";") if part.strip()]


async def test_the_contracts_statements_run_as_they_are(session: AsyncSession) -> None:
    statements = list_statements()
    assert len(statements) == 7
    values: dict[str, object] = {"one": 1, "two": "chapter-01", "three": "0" * 64}

    for statement in statements:
        bound = statement
        for given, name in PARAMETERS.items():
            bound = bound.replace(given, name)
        if "DELETE" in bound and "chapter_id" in bound:
            bound = bound.replace(":one", ":two")
        used = {name: value for name, value in values.items() if f":{name}" in bound}
        await session.execute(text(bound.replace("::FLOAT", "\\:\\:FLOAT")), used)


async def test_the_hit_rate_of_an_empty_log_is_null(session: AsyncSession) -> None:
    rate = await session.scalar(
        text(
            "SELECT COUNT(CASE WHEN cached THEN 1 END)\\:\\:FLOAT / NULLIF(COUNT(*), 0) * 100"
            " FROM personalization_log"
        )
    )
    assert rate is None


@pytest.mark.parametrize("question", INDEXED)
async def test_each_look_up_uses_its_index(session: AsyncSession, question: str) -> None:
    statement, index = INDEXED[question]
    await _fill(session)

    plan = "\n".join(
        await session.scalars(
            text("EXPLAIN " + statement), {"one": 1} if ":one" in statement else {}
        )
    )

    assert re.search(index, plan), plan


async def _fill(session: AsyncSession) -> None:
    """Enough rows that an index is worth its while."""
    account = await create_account(session)
    await session.execute(
        text(
            "INSERT INTO users (email, hashed_password)"
            " SELECT 'u' || n || '@example.test', 'x' FROM generate_series(1, 3000) AS n"
        )
    )
    await session.execute(
        text(
            "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash,"
            " personalized_content, source_hash, plan_hash, sections, created_at)"
            " SELECT id, 'chapter-' || id % 50, 'p' || id % 100, 'x', 's', 'h' || id, '{}',"
            " now() - id * interval '1 s' FROM users"
        )
    )
    await session.execute(
        text(
            "INSERT INTO personalization_log (user_id, chapter_id, response_time_ms, cached,"
            " source, created_at) SELECT :user, 'chapter-' || n, 1, true, 'cache',"
            " now() - n * interval '1 s' FROM generate_series(1, 3000) AS n"
        ),
        {"user": account.id},
    )
    await session.execute(
        text(
            "INSERT INTO section_rewrite (key, state, chapter_id)"
            " SELECT lpad(n\\:\\:text, 64, '0'), 'ready', 'c' FROM generate_series(1, 3000) AS n"
        )
    )
    for table in ("users", "personalization_cache", "personalization_log", "section_rewrite"):
        await session.execute(text(f"ANALYZE {table}"))


async def test_an_erased_account_takes_its_entries_along_and_leaves_the_log(
    session: AsyncSession,
) -> None:
    account = await create_account(session)
    await session.execute(
        text(
            "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash,"
            " personalized_content, source_hash, plan_hash, sections)"
            " VALUES (:user, 'c', 'p', 'x', 's', 'h', '{}')"
        ),
        {"user": account.id},
    )
    await session.execute(
        text(
            "INSERT INTO personalization_log"
            " (user_id, chapter_id, response_time_ms, cached, source)"
            " VALUES (:user, 'c', 1, false, 'llm')"
        ),
        {"user": account.id},
    )

    await session.execute(text("DELETE FROM users WHERE id = :user"), {"user": account.id})

    assert await session.scalar(text("SELECT count(*) FROM personalization_cache")) == 0
    assert (await session.execute(text("SELECT user_id FROM personalization_log"))).all() == [
        (None,)
    ]


def test_all_times_know_their_zone(database_url: str) -> None:
    with connect(database_url) as connection:
        naive = connection.execute(
            text(
                "SELECT table_name, column_name FROM information_schema.columns"
                " WHERE table_schema = 'public' AND data_type = 'timestamp without time zone'"
            )
        ).all()
    assert naive == []


def test_defaults_are_the_databases_own(database_url: str) -> None:
    """Rows that others insert with the named columns alone are complete."""
    with connect(database_url) as connection, connection.begin() as transaction:
        connection.execute(
            text("INSERT INTO users (email, hashed_password) VALUES ('x@example.test', 'x')")
        )
        row = connection.execute(
            text("SELECT onboarding, role, is_active, created_at, updated_at FROM users")
        ).one()
        transaction.rollback()
    assert row.onboarding == {}
    assert (row.role, row.is_active) == ("learner", True)
    assert row.created_at.tzinfo is not None
