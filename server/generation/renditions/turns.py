"""Turns of sections with the model: as many at once as the provider allows, and counted."""

import asyncio
from typing import Literal

from typing_extensions import override

from server.core.telemetry.metrics import Metrics


class CountedTurns(asyncio.Semaphore):
    """A semaphore that shows how many hold it and how many wait for it."""

    def __init__(self, value: int, metrics: Metrics) -> None:
        super().__init__(value)
        self._metrics = metrics

    @override
    async def acquire(self) -> Literal[True]:
        with self._metrics.queued.track_inprogress():
            await super().acquire()
        self._metrics.generating.inc()
        return True

    @override
    def release(self) -> None:
        self._metrics.generating.dec()
        super().release()
