"""Work that goes on when whoever asked for it has gone."""

import asyncio
from contextlib import aclosing

import pytest
from structlog.testing import capture_logs

from server.core.background import Background, Tell, detach


class Failed(Exception):
    """What goes wrong in the work of these tests."""


async def count(tell: Tell[int]) -> None:
    for number in range(3):
        tell(number)
        await asyncio.sleep(0)


async def fail(tell: Tell[int]) -> None:
    await count(tell)
    raise Failed


async def test_everything_that_is_told_is_heard_in_its_order() -> None:
    assert [number async for number in detach(Background(), count)] == [0, 1, 2]


async def test_the_work_goes_on_when_nobody_listens_any_more() -> None:
    background, ended = Background(), asyncio.Event()

    async def work(tell: Tell[int]) -> None:
        await count(tell)
        ended.set()

    async with aclosing(detach(background, work)) as heard:
        assert await anext(heard) == 0
    await background.finish()

    assert ended.is_set()
    assert not background.tasks


async def test_who_listens_hears_of_a_failure_after_all_that_was_told() -> None:
    heard = detach(Background(), fail)

    assert [await anext(heard) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(Failed):
        await anext(heard)


async def test_a_failure_that_nobody_hears_is_logged() -> None:
    background = Background()
    with capture_logs() as logged:
        async with aclosing(detach(background, fail)) as heard:
            await anext(heard)
        await background.finish()

    assert [line["event"] for line in logged] == ["work failed after its client had gone"]


async def test_work_that_is_cancelled_leaves_nobody_waiting() -> None:
    background = Background()

    async def work(tell: Tell[int]) -> None:
        tell(0)
        await asyncio.Event().wait()

    heard = detach(background, work)
    assert await anext(heard) == 0
    await background.cancel()

    with pytest.raises(asyncio.CancelledError):
        await anext(heard)
