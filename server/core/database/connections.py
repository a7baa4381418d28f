"""Where the database is, and sessions for work outside a server: the command line."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.embedded import embedded_postgres, running_url
from server.core.database.engine import DatabaseError, Sessions, create_engine, create_sessions
from server.core.database.migrations import check_schema, migrate
from server.settings import Settings

Result = TypeVar("Result")


@contextmanager
def database(settings: Settings, *, migrates: bool = True) -> Generator[str]:
    """Yield the database's URL: the given one, else the embedded server's, migrated.

    An embedded server that already runs is joined, else it runs for as long as the context.
    """
    given = settings.database_url.get_secret_value()
    if given:
        yield given
        return
    with embedded_postgres(settings.data_dir) as url:
        if migrates:
            migrate(url)
        yield url


@asynccontextmanager
async def sessions_for(settings: Settings) -> AsyncGenerator[Sessions]:
    """Yield sessions on a database of this code's schema; raise DatabaseError where it is not."""
    with database(settings) as url:
        check_schema(url)
        engine = create_engine(url)
        try:
            yield create_sessions(engine)
        finally:
            await engine.dispose()


def run_once(work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
    """Do the work in one transaction on the configured database."""

    async def run() -> Result:
        async with sessions_for(Settings()) as sessions, sessions.begin() as session:
            return await work(session)

    return asyncio.run(run())


def find_url(settings: Settings) -> str:
    """The database's URL for a worker: the given one, else that of the server that runs."""
    url = settings.database_url.get_secret_value() or running_url(settings.data_dir)
    if url is None:
        raise DatabaseError("The embedded PostgreSQL does not run: use `chapterwise serve`.")
    return url
