"""`/cache`: what is stored is counted as the contract counts it, and cleared exactly as asked."""

import json
from dataclasses import dataclass

import pytest
from httpx import AsyncClient
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.factories import create_account, sign_in
from tests.problems import assert_problem

STATISTICS = """
SELECT COUNT(*) AS total_entries, COUNT(DISTINCT user_id) AS unique_users,
       COUNT(DISTINCT chapter_id) AS unique_chapters, AVG(LENGTH(personalized_content)) AS avg_content_size
FROM personalization_cache
"""  # noqa: E501  # as the contract writes it

UNCLEAR = [
    "",
    "rewrites=true",
    "all=false",
    "all=true&user_id=1",
    "chapter_id=a&user_id=1",
    "chapter_id=a&all=true",
    "all=perhaps",
    "chapter_id=",
    "user_id=ada",
]


@dataclass(frozen=True)
class Stored:
    """Two learners; both have chapter-01, the first has chapter-02 too; each of two sections."""

    ada: int
    bob: int
    headers: dict[str, str]


@pytest.fixture
async def stored(session: AsyncSession, settings: Settings) -> Stored:
    ada, bob = [(await create_account(session)).id for _ in range(2)]
    instructor = await create_account(session, role=AccountRole.INSTRUCTOR)
    for user_id, chapter_id, content in (
        (ada, "chapter-01", "12345"),
        (bob, "chapter-01", "سلام"),
        (ada, "chapter-02", "1234567"),
    ):
        keys = [f"{chapter_id}-shared", f"{chapter_id}-of-{user_id}"]
        await store_rendition(session, user_id, chapter_id, content, keys)
    await store_rewrite(session, "chapter-01-of-nobody", "chapter-01")
    await session.commit()
    return Stored(ada, bob, sign_in(settings, instructor))


async def store_rendition(
    session: AsyncSession, user_id: int, chapter_id: str, content: str, keys: list[str]
) -> None:
    await session.execute(
        text(
            "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash,"
            " personalized_content, source_hash, plan_hash, sections)"
            " VALUES (:user, :chapter, 'p', :content, 's', 'h', CAST(:sections AS jsonb))"
        ),
        {
            "user": user_id,
            "chapter": chapter_id,
            "content": content,
            "sections": json.dumps({"sections": [{"key": key} for key in keys]}),
        },
    )
    for key in keys:
        await store_rewrite(session, key, chapter_id)


async def store_rewrite(session: AsyncSession, key: str, chapter_id: str) -> None:
    await session.execute(
        text(
            "INSERT INTO section_rewrite (key, state, chapter_id) VALUES (:key, 'ready', :chapter)"
            " ON CONFLICT DO NOTHING"
        ),
        {"key": key, "chapter": chapter_id},
    )


async def list_texts(session: AsyncSession, question: str) -> list[str]:
    return sorted(str(each).strip() for each in await session.scalars(text(question)))


async def list_renditions(session: AsyncSession) -> list[str]:
    return await list_texts(session, "SELECT chapter_id FROM personalization_cache")


async def list_rewrites(session: AsyncSession) -> list[str]:
    return await list_texts(session, "SELECT key FROM section_rewrite")


async def list_revisions(session: AsyncSession) -> dict[str, int]:
    rows = await session.execute(text("SELECT chapter_id, revision FROM chapter_revision"))
    return {row.chapter_id: row.revision for row in rows}


async def clear(client: AsyncClient, stored: Stored, query: str) -> dict[str, int]:
    answer = await client.delete(f"/api/v1/cache?{query}", headers=stored.headers)
    assert answer.status_code == 200, answer.text
    cleared: dict[str, int] = answer.json()
    return cleared


async def test_statistics_are_the_contracts(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    answer = await client.get("/api/v1/cache/stats", headers=stored.headers)
    expected = (await session.execute(text(STATISTICS))).mappings().one()
    assert answer.json() == {
        name: float(value) if name == "avg_content_size" else value
        for name, value in expected.items()
    }
    assert answer.json()["total_entries"] == 3


async def test_statistics_of_an_empty_cache_are_zeros(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    await session.execute(text("DELETE FROM personalization_cache"))
    await session.commit()
    answer = await client.get("/api/v1/cache/stats", headers=stored.headers)
    assert answer.json() == {
        "total_entries": 0,
        "unique_users": 0,
        "unique_chapters": 0,
        "avg_content_size": 0.0,
    }


async def test_a_chapter_is_cleared_for_everybody_and_costs_nothing_again(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    rewrites = await list_rewrites(session)
    assert await clear(client, stored, "chapter_id=chapter-01") == {"renditions": 2, "rewrites": 0}
    assert await list_renditions(session) == ["chapter-02"]
    assert await list_rewrites(session) == rewrites
    assert await list_revisions(session) == {"chapter-01": 1}


async def test_a_learners_renditions_are_cleared_and_nobody_elses(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    cleared = await clear(client, stored, f"user_id={stored.ada}")
    assert cleared == {"renditions": 2, "rewrites": 0}
    assert await list_renditions(session) == ["chapter-01"]
    assert await list_revisions(session) == {"chapter-01": 1, "chapter-02": 1}


async def test_all_is_everything(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    await session.execute(text("INSERT INTO chapter_revision VALUES ('chapter-09', 4)"))
    await session.commit()
    assert await clear(client, stored, "all=true") == {"renditions": 3, "rewrites": 0}
    assert await list_renditions(session) == []
    # The book's own revision counts for each chapter, for those too that only memory holds.
    assert await list_revisions(session) == {"": 1, "chapter-09": 4}


async def test_each_clearing_raises_the_revision_again(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    for _ in range(3):
        await clear(client, stored, "chapter_id=chapter-01")
    assert await list_revisions(session) == {"chapter-01": 3}


async def test_with_rewrites_a_chapters_sections_go_too(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    cleared = await clear(client, stored, "chapter_id=chapter-01&rewrites=true")
    assert cleared == {"renditions": 2, "rewrites": 4}
    assert set(await list_rewrites(session)) == {
        f"chapter-02-of-{stored.ada}",
        "chapter-02-shared",
    }


async def test_with_rewrites_a_learners_sections_go_too(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    """Those that a rendition of somebody else also shows go with them: they are one text."""
    cleared = await clear(client, stored, f"user_id={stored.ada}&rewrites=true")
    assert cleared == {"renditions": 2, "rewrites": 4}
    assert set(await list_rewrites(session)) == {
        "chapter-01-of-nobody",
        f"chapter-01-of-{stored.bob}",
    }


async def test_with_rewrites_all_sections_go_too(
    client: AsyncClient, session: AsyncSession, stored: Stored
) -> None:
    assert await clear(client, stored, "all=true&rewrites=true") == {"renditions": 3, "rewrites": 6}
    assert await list_rewrites(session) == []


@pytest.mark.parametrize("query", UNCLEAR)
async def test_exactly_one_thing_must_be_named(
    client: AsyncClient, session: AsyncSession, stored: Stored, query: str
) -> None:
    answer = await client.delete(f"/api/v1/cache?{query}", headers=stored.headers)
    assert_problem(answer, 422)
    assert len(await list_renditions(session)) == 3


async def test_what_is_not_there_is_cleared_without_an_error(
    client: AsyncClient, stored: Stored
) -> None:
    nothing = {"renditions": 0, "rewrites": 0}
    assert await clear(client, stored, "chapter_id=no-such-chapter&rewrites=true") == nothing
    assert await clear(client, stored, "user_id=2147483647&rewrites=true") == nothing


@pytest.mark.usefixtures("stored")
async def test_a_learner_clears_nothing(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    headers = sign_in(settings, await create_account(session))
    assert_problem(await client.delete("/api/v1/cache?all=true", headers=headers), 403)
    assert_problem(await client.get("/api/v1/cache/stats", headers=headers), 403)
    assert len(await list_renditions(session)) == 3
