"""A learner's generations: exact under concurrency, over a minute that slides."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text, update

from server.core.database.engine import Sessions
from server.errors import TooManyRequests
from server.generation.budget.domain import Permit
from server.generation.budget.models import PermitRow
from server.generation.budget.service import return_permit, take_permit
from tests.factories import create_account


@pytest.fixture
async def learner(many: Sessions) -> int:
    return await add_learner(many)


async def add_learner(many: Sessions) -> int:
    async with many() as session:
        return (await create_account(session)).id


async def take(many: Sessions, learner: int, per_minute: int = 3) -> Permit:
    return await take_permit(many, learner, per_minute=per_minute)


async def fail_to_take(many: Sessions, learner: int, per_minute: int = 3) -> int:
    """The seconds after which to try again."""
    with pytest.raises(TooManyRequests) as caught:
        await take(many, learner, per_minute)
    return int(caught.value.headers["Retry-After"])


async def count(many: Sessions) -> int:
    async with many() as session:
        return int(await session.scalar(text("SELECT count(*) FROM generation_permit")) or 0)


async def age(many: Sessions, seconds: int, permit: Permit | None = None) -> None:
    """Let time pass for one permit, or for all."""
    row = PermitRow
    older = update(row).values(taken_at=row.taken_at - timedelta(seconds=seconds))
    async with many.begin() as session:
        await session.execute(older.where(row.id == permit.id) if permit else older)


async def test_many_at_once_get_exactly_the_limit(many: Sessions, learner: int) -> None:
    results = await asyncio.gather(
        *(take(many, learner, 5) for _ in range(40)), return_exceptions=True
    )
    refused = [each for each in results if isinstance(each, TooManyRequests)]
    assert len(refused) == 35
    assert await count(many) == sum(isinstance(each, Permit) for each in results) == 5
    assert all(1 <= int(each.headers["Retry-After"]) <= 60 for each in refused)


async def test_permit_is_free_again_when_the_oldest_leaves_the_window(
    many: Sessions, learner: int
) -> None:
    oldest = await take(many, learner)
    await age(many, 30)
    await take(many, learner)
    await take(many, learner)
    assert 1 <= await fail_to_take(many, learner) <= 30

    await age(many, 30, oldest)
    await take(many, learner)
    assert await fail_to_take(many, learner) >= 1


async def test_wait_counts_all_that_must_leave_under_a_lower_limit(
    many: Sessions, learner: int
) -> None:
    first = await take(many, learner)
    await take(many, learner)
    await age(many, 50, first)
    assert await fail_to_take(many, learner, per_minute=1) > 10


async def test_learners_do_not_share_a_limit(many: Sessions, learner: int) -> None:
    await take(many, learner, 1)
    await fail_to_take(many, learner, 1)
    await take(many, await add_learner(many), 1)


async def test_returned_permit_can_be_taken_again(many: Sessions, learner: int) -> None:
    permit = await take(many, learner, 1)
    for _ in range(2):
        await return_permit(many, permit)
    await take(many, learner, 1)
    await fail_to_take(many, learner, 1)


async def test_limit_of_zero_allows_all_and_writes_nothing(many: Sessions, learner: int) -> None:
    for _ in range(5):
        await return_permit(many, await take(many, learner, 0))
    await take(many, learner, 0)
    assert await count(many) == 0


async def test_old_permits_of_everybody_are_deleted_in_passing(
    many: Sessions, learner: int
) -> None:
    await take(many, await add_learner(many))
    await take(many, learner)
    await age(many, 61)
    await take(many, learner)
    assert await count(many) == 1


async def test_permits_go_with_their_learner(many: Sessions, learner: int) -> None:
    await take(many, learner)
    async with many.begin() as session:
        await session.execute(text("DELETE FROM users"))
    assert await count(many) == 0
