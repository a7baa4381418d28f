"""The log desk: rows of the request log, committed in groups before their answers are sent."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import structlog
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions, autocommitting, delete_in_steps
from server.core.groups import GroupedWork, Work
from server.errors import ServiceUnavailable
from server.generation.editions.domain import RenditionName
from server.generation.renditions import queries as renditions_queries
from server.generation.renditions.cache import queries as cache_queries
from server.generation.renditions.log import queries
from server.generation.renditions.log.domain import LogEntry
from server.generation.renditions.log.queries import find_last, list_writers, select_log

__all__ = ["find_last", "list_writers", "select_log"]

LARGEST_GROUP = 500
USE_IS_NOTED_EVERY_S = 60.0
MOST_NOTED = 10_000

logger = structlog.stdlib.get_logger(__name__)


class LogDesk:
    """Takes entries from every request of the process; returns when an entry is in the log.

    What waits while a transaction is being committed shares the next one. An answer that is sent
    after `write` has returned is in the log, whatever is killed at whatever moment.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._groups = GroupedWork(self._begin, largest=LARGEST_GROUP)
        self._noted: dict[RenditionName, float] = {}

    async def write(self, entry: LogEntry) -> None:
        """Commit the entry, or raise: an answer that is not in the log is not given."""
        try:
            refusal = await self._groups.do(entry)
            if refusal is not None:
                raise refusal
        except SQLAlchemyError as error:
            logger.exception("log row lost, so the answer is not given")
            raise ServiceUnavailable(
                "The request could not be logged, so it is not answered. Try again in a moment."
            ) from error

    async def finish(self) -> None:
        """Wait until everything handed in is committed; called once, at shutdown."""
        await self._groups.finish()

    @asynccontextmanager
    async def _begin(self) -> AsyncGenerator[Work[LogEntry, DatabaseError | None]]:
        async with autocommitting(self._sessions) as sessions:
            yield partial(self._commit_group, sessions)

    async def _commit_group(
        self, sessions: Sessions, entries: Sequence[LogEntry]
    ) -> Sequence[DatabaseError | None]:
        """What the database says against each entry; raise where it says nothing at all."""
        try:
            await self._commit(sessions, entries)
        except (DataError, IntegrityError) as error:
            # One row that cannot be stored must not cost its neighbours their answers.
            if len(entries) == 1:
                return [error]
            return [(await self._commit_group(sessions, [entry]))[0] for entry in entries]
        return [None] * len(entries)

    async def _commit(self, sessions: Sessions, entries: Sequence[LogEntry]) -> None:
        """The rows are one statement, so that all of them are in the log at its end, or none."""
        used = self._choose_used(entries)
        async with sessions.begin() as session:
            if used:
                await renditions_queries.note_uses(session, used)
            await queries.add_log_rows(session, entries)
        self._remember_noted(used)

    def _choose_used(self, entries: Sequence[LogEntry]) -> list[RenditionName]:
        """The renditions whose use was not noted lately, each once."""
        due = time.monotonic() - USE_IS_NOTED_EVERY_S
        used = {entry.used for entry in entries if entry.used is not None}
        return [name for name in used if self._noted.get(name, -USE_IS_NOTED_EVERY_S) <= due]

    def _remember_noted(self, used: Sequence[RenditionName]) -> None:
        if len(self._noted) > MOST_NOTED:
            self._noted.clear()
        self._noted.update(dict.fromkeys(used, time.monotonic()))


AT_ONCE = 2000


async def forget_log(sessions: Sessions, *, days: int, through_id: int) -> int:
    """Delete rows older than so many days, in small transactions; return how many it were.

    Rows beyond `through_id` stay, whatever their age: nobody has added them up yet.
    """

    async def forget_some(session: AsyncSession) -> int:
        if not await cache_queries.take_turn(session):
            return 0
        return await queries.delete_old_log(session, days, through_id, AT_ONCE)

    return await delete_in_steps(sessions, forget_some)
