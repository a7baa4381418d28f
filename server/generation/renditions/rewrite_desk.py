"""The rewrite desk: what the store holds of a section; read for everybody who waits at once."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from server.core.database.engine import Sessions, autocommitting
from server.core.groups import GroupedWork, Work
from server.generation.renditions.domain import StoredRewrite
from server.generation.rewriting.store import queries as rewrite_queries

LARGEST_GROUP = 1000


class RewriteDesk:
    """One read for all who follow a section that others generate, whichever section it is.

    A class that clicks at once is a hundred followers of every section; each with a connection of
    its own, they would leave none for those who generate.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._groups = GroupedWork(self._begin, largest=LARGEST_GROUP)

    async def find_rewrite(self, key: str) -> StoredRewrite | None:
        """What the store holds under this key now."""
        return await self._groups.do(key)

    async def finish(self) -> None:
        """Wait until all that was asked is answered; called once, at shutdown."""
        await self._groups.finish()

    @asynccontextmanager
    async def _begin(self) -> AsyncGenerator[Work[str, StoredRewrite | None]]:
        async with autocommitting(self._sessions) as sessions:
            yield partial(_find_rewrites, sessions)


async def _find_rewrites(sessions: Sessions, keys: Sequence[str]) -> Sequence[StoredRewrite | None]:
    async with sessions() as session:
        stored = await rewrite_queries.find_rewrites(session, sorted(set(keys)))
    return [stored.get(key) for key in keys]
