"""The pool of database connections, which counts who had to wait for one."""

from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from typing_extensions import override


class CountingPool(AsyncAdaptedQueuePool):
    """Its counters only grow; `waiting` is how many wait right now."""

    waiting = 0
    waits = 0
    timeouts = 0

    @property
    def most(self) -> int:
        """How many connections there may be."""
        return self.size() + max(0, self._max_overflow)

    @override
    def _do_get(self) -> ConnectionPoolEntry:
        if self.checkedout() < self.most:
            return super()._do_get()
        self.waits += 1
        self.waiting += 1
        try:
            return super()._do_get()
        except PoolTimeout:
            self.timeouts += 1
            raise
        finally:
            self.waiting -= 1
