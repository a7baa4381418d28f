"""Work in groups: what waits is done in one go, and whoever is alone never waits for others."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from contextvars import Context
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Work = Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]
Group = list[tuple[Item, asyncio.Future[Result]]]


class GroupedWork(Generic[Item, Result]):
    """Does everything that waits at once; who comes while a group is at work joins the next.

    So the busier it is, the larger the groups are, without a timer. A group begins only after all
    its items have come: what it reads from a database is what each of them would have read. The
    items of a group whose work fails all fail with it, and the next group is begun anew.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractAsyncContextManager[Work[Item, Result]]],
        *,
        largest: int,
    ) -> None:
        self._begin = begin
        self._largest = largest
        self._waiting = deque[tuple[Item, asyncio.Future[Result]]]()
        self._worker: asyncio.Task[None] | None = None

    async def do(self, item: Item) -> Result:
        """The item's own result, once the work of its group is done."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._worker is None:
            self._worker = asyncio.create_task(
                self._work_until_nothing_waits(),
                context=Context(),  # the work of many is not logged under the first one's request
            )
        return await done

    async def finish(self) -> None:
        """Wait until all that was handed in is done; called once, at shutdown."""
        if self._worker is not None:
            await asyncio.wait({self._worker})

    async def _work_until_nothing_waits(self) -> None:
        try:
            while self._waiting:
                await self._work_until_failure()
        finally:
            self._worker = None

    async def _work_until_failure(self) -> None:
        group: Group[Item, Result] = []
        try:
            async with self._begin() as work:
                while self._waiting:
                    group = self._take_group()
                    _settle(group, await work([item for item, _ in group]))
                    group = []
        except Exception as error:  # noqa: BLE001  # it is theirs who wait for it
            # Where the beginning failed nobody was taken yet, and yet somebody has to hear of it.
            for done in _still_awaited(group or self._take_group()):
                done.set_exception(error)
        except asyncio.CancelledError:
            for done in _still_awaited([*group, *self._waiting]):
                done.cancel()
            raise

    def _take_group(self) -> Group[Item, Result]:
        size = min(len(self._waiting), self._largest)
        return [self._waiting.popleft() for _ in range(size)]


def _settle(group: Group[Item, Result], results: Sequence[Result]) -> None:
    for (_, done), result in zip(group, results, strict=True):
        if not done.done():
            done.set_result(result)


def _still_awaited(group: Group[Item, Result]) -> list[asyncio.Future[Result]]:
    """Without those whose client went away."""
    return [done for _, done in group if not done.done()]
