"""Jobs that come again, also after a failure, and end with what they belong to."""

import asyncio

from sqlalchemy.exc import OperationalError

from server.core.schedule import repeating


async def test_a_job_comes_again_and_ends_with_its_block() -> None:
    done = 0
    thrice = asyncio.Event()

    async def work() -> None:
        nonlocal done
        done += 1
        if done == 3:
            thrice.set()

    async with repeating("work", work, every_s=0.001):
        await asyncio.wait_for(thrice.wait(), 10)
    at_the_end = done
    await asyncio.sleep(0.02)
    assert done == at_the_end


async def test_a_job_whose_database_is_away_comes_again() -> None:
    tries = 0
    again = asyncio.Event()

    async def fail_once() -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise OperationalError("SELECT 1", None, Exception("gone"))
        again.set()

    async with repeating("fail", fail_once, every_s=0.001):
        await asyncio.wait_for(again.wait(), 10)
    assert tries >= 2
