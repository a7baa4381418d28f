"""Bring a database to the schema of this code, or say in a sentence why that cannot be."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from server.core.database.engine import DatabaseError, parse_url

ROOT = Path(__file__).parents[3]
OLDEST_POSTGRES = 15
MIGRATION_LOCK = 7_203_417_301  # any number that nothing else in the database locks


def migrate(url: str) -> None:
    """Upgrade to the newest revision; two that start at once wait for each other."""
    with connect(url) as connection:
        _refuse_newer_schema(connection)
        connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": MIGRATION_LOCK})
        connection.commit()
        try:
            command.upgrade(alembic_config(connection), "head")
            connection.commit()
        finally:
            connection.rollback()
            connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": MIGRATION_LOCK})
            connection.commit()


def check_schema(url: str) -> None:
    """Raise DatabaseError unless the database is at exactly this code's revision."""
    with connect(url) as connection:
        _refuse_newer_schema(connection)
        if MigrationContext.configure(connection).get_current_revision() != head_revision():
            raise DatabaseError(
                "The database has an older schema than this version of Chapterwise: "
                "run `chapterwise migrate` first."
            )


def is_empty(url: str) -> bool:
    """Whether no migration ever ran here."""
    with connect(url) as connection:
        return MigrationContext.configure(connection).get_current_revision() is None


def head_revision() -> str:
    """Return the newest revision of the database's migrations."""
    head = _scripts().get_current_head()
    assert head is not None
    return head


@contextmanager
def connect(url: str) -> Generator[Connection]:
    """A plain connection, or a DatabaseError that says what to do."""
    engine = create_engine(parse_url(url), connect_args={"connect_timeout": 10})
    try:
        with engine.connect() as connection:
            _refuse_old_postgres(connection)
            connection.rollback()
            yield connection
    except OperationalError as error:
        raise DatabaseError(
            "The database does not answer: check that PostgreSQL runs and that DATABASE_URL "
            "names its host, port, database, user and password."
        ) from error
    finally:
        engine.dispose()


def _refuse_old_postgres(connection: Connection) -> None:
    version = int(connection.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if version < OLDEST_POSTGRES:
        raise DatabaseError(
            f"PostgreSQL {version} is too old: Chapterwise needs {OLDEST_POSTGRES} or newer."
        )


def _refuse_newer_schema(connection: Connection) -> None:
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        return
    try:
        _scripts().get_revision(current)
    except CommandError as error:
        raise DatabaseError(
            "The database was migrated by a newer version of Chapterwise: "
            "install that version, or point DATABASE_URL at another database."
        ) from error


def alembic_config(connection: Connection) -> Config:
    """Alembic's own configuration, on this connection."""
    config = Config(ROOT / "alembic.ini")
    config.attributes["connection"] = connection
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "migrations"))


def check_models(url: str) -> None:
    """Raise when a model has no migration (`alembic check`)."""
    with connect(url) as connection:
        command.check(alembic_config(connection))


def make_revision(url: str, message: str) -> None:
    """Write a new migration from what the models have and the database has not."""
    with connect(url) as connection:
        command.revision(alembic_config(connection), message=message, autogenerate=True)
