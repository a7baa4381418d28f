"""Engines and sessions: any PostgreSQL by URL, one dialect everywhere."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from psycopg import AsyncConnection
from sqlalchemy import URL, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from typing_extensions import override

from server.core.database.text import AnyTextDumper, dump_json

Sessions = async_sessionmaker[AsyncSession]

CONNECT_TIMEOUT_S = 5
VANISHED_HOST_MS = 20_000  # a host that acknowledges nothing for so long is gone


def parse_url(url: str) -> URL:
    """Read `postgres://` or `postgresql://`, with or without a driver, as a psycopg URL."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise DatabaseError("DATABASE_URL is not a URL: write postgresql://…") from error
    if parsed.drivername.split("+")[0] not in {"postgres", "postgresql"}:
        raise DatabaseError("DATABASE_URL must name a PostgreSQL database: postgresql://…")
    return parsed.set(drivername="postgresql+psycopg")


def create_engine(url: str) -> AsyncEngine:
    """An engine whose sessions run in UTC and whose connections are tested before use."""
    engine = create_async_engine(
        parse_url(url),
        poolclass=CountingPool,
        pool_size=10,
        max_overflow=10,
        pool_timeout=10,
        pool_pre_ping=True,
        hide_parameters=True,  # a logged error never shows what a row holds
        json_serializer=dump_json,
        connect_args={
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": VANISHED_HOST_MS,
            "options": "-c timezone=UTC",
        },
    )
    event.listen(engine.sync_engine, "connect", _take_any_text)
    return engine


def _take_any_text(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    driver = connection.driver_connection
    assert isinstance(driver, AsyncConnection)
    driver.adapters.register_dumper(str, AnyTextDumper)


def create_sessions(engine: AsyncEngine) -> Sessions:
    """Return what opens sessions on a database's engine."""
    return async_sessionmaker(engine, expire_on_commit=False)


@asynccontextmanager
async def autocommitting(sessions: Sessions) -> AsyncGenerator[Sessions]:
    """Yield sessions that share one connection, where each statement is a transaction of its own.

    A statement then costs one round trip, where a new session's costs four. Sessions that are bound
    to a connection already stay as they are.
    """
    bind = sessions.kw["bind"]
    if not isinstance(bind, AsyncEngine):
        yield sessions
        return
    async with bind.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        yield async_sessionmaker(connection, expire_on_commit=False)


async def delete_in_steps(
    sessions: Sessions, delete_some: Callable[[AsyncSession], Awaitable[int]]
) -> int:
    """Delete in small transactions until nothing is left, so that nobody waits long for a lock.

    Returns how many rows it were.
    """
    gone, found = 0, 1
    while found:
        async with sessions.begin() as session:
            found = await delete_some(session)
        gone += found
    return gone


class DatabaseError(Exception):
    """The database cannot be used; the message says why and what to do."""


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
