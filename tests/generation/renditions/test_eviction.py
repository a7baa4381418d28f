"""Eviction: by age and by number, the least recently used first, by one process at a time."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from server.core.database.engine import Sessions, create_engine, create_sessions
from server.generation.renditions.cache.queries import take_turn
from server.generation.renditions.cache.service import Evicted, Keeping, evict
from tests.factories import create_account

ADD = text(
    "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash, personalized_content,"
    " source_hash, plan_hash, sections, last_used_at, created_at)"
    " SELECT :owner, 'chapter-' || n, 'p', 'text', 's', 'h', '{}',"
    " now() - make_interval(days => n), now() - interval '99 days'"
    " FROM generate_series(1, :number) n"
)


@pytest.fixture
async def many(committed_database_url: str) -> AsyncIterator[Sessions]:
    engine = create_engine(committed_database_url)
    yield create_sessions(engine)
    await engine.dispose()


async def fill(sessions: Sessions, number: int) -> int:
    """A learner with so many renditions; number n was used n days ago, all are 99 days old."""
    async with sessions() as session:
        account = await create_account(session)
        await session.execute(ADD, {"owner": account.id, "number": number})
        await session.commit()
    return account.id


async def left(sessions: Sessions, owner: int) -> list[int]:
    """The days ago at which each rendition that is left was used."""
    query = text(
        "SELECT substring(chapter_id FROM 9)::int FROM personalization_cache"
        " WHERE user_id = :owner ORDER BY 1"
    )
    async with sessions() as session:
        return list(await session.scalars(query, {"owner": owner}))


async def test_what_nobody_used_for_long_goes(many: Sessions) -> None:
    owner = await fill(many, 40)
    assert await evict(many, Keeping(days=30, per_owner=0)) == Evicted(unused=11, surplus=0)
    assert await left(many, owner) == list(range(1, 30))


async def test_the_least_recently_used_of_each_owner_go(many: Sessions) -> None:
    first, second, third = await fill(many, 25), await fill(many, 5), await fill(many, 21)
    assert await evict(many, Keeping(days=0, per_owner=20)) == Evicted(unused=0, surplus=6)
    assert await left(many, first) == list(range(1, 21))
    assert await left(many, second) == list(range(1, 6))
    assert await left(many, third) == list(range(1, 21))


async def test_a_limit_of_0_is_none(many: Sessions) -> None:
    owner = await fill(many, 60)
    assert await evict(many, Keeping(days=0, per_owner=0)) == Evicted(unused=0, surplus=0)
    assert len(await left(many, owner)) == 60


async def test_more_than_one_transaction_takes_is_evicted_too(many: Sessions) -> None:
    owner = await fill(many, 650)
    assert await evict(many, Keeping(days=0, per_owner=3)) == Evicted(unused=0, surplus=647)
    assert await left(many, owner) == [1, 2, 3]


async def test_who_comes_while_another_evicts_leaves_it_to_that_one(many: Sessions) -> None:
    owner = await fill(many, 40)
    async with many.begin() as other:
        assert await take_turn(other)
        assert await evict(many, Keeping(days=1, per_owner=1)) == Evicted(0, 0)
    assert len(await left(many, owner)) == 40
    assert await evict(many, Keeping(days=30, per_owner=20)) == Evicted(unused=11, surplus=9)


async def test_many_at_once_evict_each_rendition_once(many: Sessions) -> None:
    await fill(many, 450)
    each = await asyncio.gather(*(evict(many, Keeping(days=0, per_owner=20)) for _ in range(4)))
    again = await evict(many, Keeping(days=0, per_owner=20))
    assert sum(evicted.surplus for evicted in (*each, again)) == 430


async def test_section_rewrites_are_kept(many: Sessions) -> None:
    await fill(many, 3)
    async with many.begin() as session:
        await session.execute(
            text(
                "INSERT INTO section_rewrite (key, state, chapter_id, created_at)"
                " VALUES (repeat('a', 64), 'ready', 'chapter-1', now() - interval '900 days')"
            )
        )
    assert await evict(many, Keeping(days=1, per_owner=1)) == Evicted(unused=3, surplus=0)
    async with many() as session:
        assert await session.scalar(text("SELECT count(*) FROM section_rewrite")) == 1
