"""Fixtures: a real PostgreSQL, a transaction per test, the whole application."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import hypothesis
import pytest
import structlog
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncSession,
    async_sessionmaker,
)
from typing_extensions import override
from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs]  # it has types
from xdist.scheduler import LoadFileScheduling  # pyright: ignore[reportMissingTypeStubs]  # too

from server.app import create_app
from server.core.database.embedded import embedded_postgres
from server.core.database.engine import Sessions, create_engine
from server.core.database.migrations import check_models, migrate
from server.learners.accounts.credentials import CONTEXT
from server.settings import Settings
from tests.corpus import FILES
from tests.databases import TEMPLATE, CommittedDatabase, database_named, run_sql
from tests.stand_in import StandIn, run_stand_in

# What takes long comes first, so that no worker is left with it while the others are done.
TESTS = Path(__file__).parent
SITE = "tests/site/"
SLOW_FIRST = ("site", "docs", "web", "operations", "generation", "oracle")

# The same examples in every run, however busy the machine is.
hypothesis.settings.register_profile("chapterwise", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("chapterwise")

# A password costs what it must where somebody could guess it, and next to nothing here.
CONTEXT.update(argon2__rounds=1, argon2__memory_cost=8, argon2__parallelism=1)

# A traceback with all its local values, chapters among them, would take minutes to lay out.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)


class Scheduling(LoadFileScheduling):
    """A file is one worker's; so is all that needs the built site: only one can build at a time."""

    @override
    def _split_scope(self, nodeid: str) -> str:
        file = super()._split_scope(nodeid)
        return SITE if file.startswith(SITE) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(item.path))
    if not FILES:
        for item in items:
            if item.get_closest_marker("corpus"):
                item.add_marker(pytest.mark.skip(reason="the corpus is not here"))


def _rank(path: Path) -> int:
    folder = path.relative_to(TESTS).parts[0]
    return SLOW_FIRST.index(folder) if folder in SLOW_FIRST else len(SLOW_FIRST)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL of this worker's own, started once and gone with the run.

    Not below pytest's own folder: as root the server runs under another user, and the next run
    of pytest closes that folder to others.
    """
    with TemporaryDirectory() as folder, embedded_postgres(Path(folder)) as url:
        run_sql(url, "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def database_url(postgres_url: str) -> str:
    """A database that the migrations made, checked against the models."""
    run_sql(postgres_url, f"CREATE DATABASE {TEMPLATE}")
    url = database_named(postgres_url, TEMPLATE)
    migrate(url)
    check_models(url)
    return url


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[AsyncConnection]:
    """One connection in one transaction; whatever the test commits is rolled back."""
    engine = create_engine(database_url)
    async with engine.connect() as connection:
        transaction = await connection.begin()
        yield connection
        await transaction.rollback()
    await engine.dispose()


@pytest.fixture
def sessions(connection: AsyncConnection) -> Sessions:
    return async_sessionmaker(
        connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
    )


@pytest.fixture
async def session(sessions: Sessions) -> AsyncIterator[AsyncSession]:
    async with sessions() as session:
        yield session


@pytest.fixture(scope="session")
def committed_database(postgres_url: str, database_url: str) -> CommittedDatabase:
    assert database_url, "it is copied from the one that the migrations made"
    return CommittedDatabase(postgres_url)


@pytest.fixture
def committed_database_url(committed_database: CommittedDatabase) -> Iterator[str]:
    """A database of the test's own, really committed to: for claims, crashes, concurrency."""
    yield committed_database.url
    committed_database.empty()


@pytest.fixture(autouse=True)
def _clean_environment(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, empty_folder: Path
) -> None:
    """No setting of the machine, nor a .env file, leaks into a test; most need no folder at all."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    has_folder = "tmp_path" in request.fixturenames
    monkeypatch.chdir(request.getfixturevalue("tmp_path") if has_folder else empty_folder)


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("empty")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        data_dir=tmp_path / "data",
        docs_dir=tmp_path / "docs",
        llm_review="off",  # a test that is about reviews says so
    )


@pytest.fixture
async def client(settings: Settings, sessions: Sessions) -> AsyncIterator[AsyncClient]:
    """The whole application, asked without a network in between."""
    app = create_app(settings, sessions=sessions)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture(scope="session")
def running_stand_in() -> Iterator[StandIn]:
    with run_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(running_stand_in: StandIn) -> StandIn:
    running_stand_in.reset()
    return running_stand_in


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
