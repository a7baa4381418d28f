"""Work that goes on when whoever asked for it has gone, and what is heard of it meanwhile."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

logger = structlog.stdlib.get_logger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")
Tell = Callable[[Item], None]


@dataclass(frozen=True)
class Background:
    """The tasks that outlive the request that started them."""

    tasks: set[asyncio.Task[object]] = field(default_factory=set[asyncio.Task[object]])

    def start(self, work: Coroutine[None, None, Result]) -> asyncio.Task[Result]:
        """Begin what goes on when the client that asked for it goes away."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def finish(self) -> None:
        """Wait until all that was begun has come to its end, good or bad."""
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def cancel(self) -> None:
        """Give up what is under way, and wait until it has cleaned up after itself."""
        for task in self.tasks:
            task.cancel()
        await self.finish()


@dataclass(slots=True)
class Audience:
    """Whether anybody still waits for what is done in the background of a request."""

    is_gone: bool = False


async def detach(
    background: Background,
    work: Callable[[Tell[Item]], Coroutine[None, None, None]],
    audience: Audience | None = None,
) -> AsyncGenerator[Item]:
    """Yield what the work tells as it tells it; the work goes on to its end, heard or not.

    Who listens to the end hears of the work's failure too, and of its cancellation.
    """
    audience = audience or Audience()
    told = asyncio.Queue[tuple[Item] | None]()
    task = background.start(_work(work, told, audience))
    try:
        while (item := await told.get()) is not None:
            yield item[0]
        await task
    finally:
        audience.is_gone = True


async def _work(
    work: Callable[[Tell[Item]], Coroutine[None, None, None]],
    told: asyncio.Queue[tuple[Item] | None],
    audience: Audience,
) -> None:
    """What goes wrong is for who listens; if nobody does, it is for the log."""
    try:
        await work(lambda item: told.put_nowait((item,)))
    except Exception:
        if not audience.is_gone:
            raise
        logger.exception("work failed after its client had gone")
    finally:
        told.put_nowait(None)
