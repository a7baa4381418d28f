"""The reader desk: who asks, and the chapter's revision; read for everybody who waits at once."""

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from functools import partial

from server.core.database.engine import Sessions, autocommitting
from server.core.groups import GroupedWork, Work
from server.errors import NotSignedIn
from server.generation.corrections.domain import Corrections
from server.generation.corrections.service import load_corrections
from server.generation.editions import queries
from server.generation.editions.domain import Reader

LARGEST_GROUP = 500
Asked = tuple[int, str]  # whose account, and which chapter


class ReaderDesk:
    """One read for a request, shared with the requests that came while the last was under way.

    Nothing is remembered: a read begins only after the request has come, so that it sees an
    account, a profile and a revision as they are then.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._groups = GroupedWork(self._begin, largest=LARGEST_GROUP)

    async def load_reader(self, user_id: int, chapter_id: str) -> Reader:
        """The account with the chapter's revision; NotSignedIn for one that may not come in."""
        reader = await self._groups.do((user_id, chapter_id))
        if reader is None or not reader.is_active:
            raise NotSignedIn
        return reader

    async def load_corrections(self, chapter_id: str, keys: Collection[str]) -> Corrections:
        """The locks and hints of instructors; read once for an edition that is written anew."""
        return await load_corrections(self._sessions, chapter_id, keys)

    async def load_revision(self, chapter_id: str) -> int:
        """The chapter's revision, for who is no learner."""
        async with self._sessions() as session:
            return await queries.find_revision(session, chapter_id)

    @asynccontextmanager
    async def _begin(self) -> AsyncGenerator[Work[Asked, Reader | None]]:
        async with autocommitting(self._sessions) as sessions:
            yield partial(_find_readers, sessions)


async def _find_readers(sessions: Sessions, asked: Sequence[Asked]) -> Sequence[Reader | None]:
    async with sessions() as session:
        return await queries.find_readers(session, asked)
