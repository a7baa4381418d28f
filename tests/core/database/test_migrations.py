"""Migrations: complete, repeatable, reversible, and clear about what they refuse."""

import threading

import pytest
from alembic import command
from sqlalchemy import inspect

from server.core.database.engine import DatabaseError, parse_url
from server.core.database.migrations import (
    alembic_config,
    check_models,
    check_schema,
    connect,
    is_empty,
    migrate,
)
from tests.databases import database_named, run_sql


@pytest.fixture
def empty_url(postgres_url: str) -> str:
    run_sql(postgres_url, "DROP DATABASE IF EXISTS empty", "CREATE DATABASE empty")
    return database_named(postgres_url, "empty")


def test_an_empty_database_becomes_complete_and_stays_so(empty_url: str) -> None:
    assert is_empty(empty_url)
    migrate(empty_url)
    migrate(empty_url)
    check_schema(empty_url)
    check_models(empty_url)
    assert not is_empty(empty_url)


def test_every_migration_can_be_taken_back(empty_url: str) -> None:
    migrate(empty_url)
    with connect(empty_url) as connection:
        command.downgrade(alembic_config(connection), "base")
        connection.commit()
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
    migrate(empty_url)
    check_models(empty_url)


def test_two_that_migrate_at_once_both_succeed(empty_url: str) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            migrate(empty_url)
        except BaseException as error:  # noqa: BLE001  # whatever it is, the test shows it
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    check_schema(empty_url)


def test_an_older_schema_says_to_migrate(empty_url: str) -> None:
    with pytest.raises(DatabaseError, match="run `chapterwise migrate`"):
        check_schema(empty_url)


def test_a_newer_schema_is_refused_in_a_sentence(empty_url: str) -> None:
    migrate(empty_url)
    run_sql(empty_url, "UPDATE alembic_version SET version_num = 'of_the_future'")

    for use in (migrate, check_schema):
        with pytest.raises(DatabaseError, match="newer version of Chapterwise"):
            use(empty_url)


@pytest.mark.parametrize(
    "url", ["postgresql://nobody:wrong@127.0.0.1:1/none", "postgresql:///none?host=/nowhere"]
)
def test_a_database_that_is_down_says_what_to_check(url: str) -> None:
    with pytest.raises(DatabaseError, match=r"does not answer.*DATABASE_URL"):
        check_schema(url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_usual_scheme_is_accepted(scheme: str) -> None:
    url = parse_url(f"{scheme}://ada:s%40cret@db.example:5433/book?sslmode=require")
    assert url.drivername == "postgresql+psycopg"
    assert (url.username, url.password, url.host, url.port) == ("ada", "s@cret", "db.example", 5433)
    assert url.query == {"sslmode": "require"}


@pytest.mark.parametrize("url", ["mysql://a/b", "sqlite:///x", "nonsense"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(DatabaseError, match="DATABASE_URL"):
        parse_url(url)
