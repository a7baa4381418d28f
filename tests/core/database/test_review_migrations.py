"""The columns of reviews and acceptance come and go, and what was stored stays as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text

from server.core.database.migrations import alembic_config, check_models, connect
from tests.databases import database_named, run_sql
from tests.golden.test_earlier_database import HERE as GOLDEN
from tests.golden.test_earlier_database import REVISION as EARLIER

UNREVIEWED = "d5b1c6a92e74"


@pytest.fixture
def connection(postgres_url: str) -> Iterator[Connection]:
    """A database with rows in all that matters, as it was before anything was reviewed."""
    run_sql(postgres_url, "DROP DATABASE IF EXISTS reviewing", "CREATE DATABASE reviewing")
    with connect(database_named(postgres_url, "reviewing")) as connection:
        command.upgrade(alembic_config(connection), EARLIER)
        rows = (Path(GOLDEN) / "earlier.sql").read_text(encoding="utf-8")
        connection.exec_driver_sql(rows, execution_options={"no_parameters": True})
        command.upgrade(alembic_config(connection), UNREVIEWED)
        connection.commit()
        yield connection
    run_sql(postgres_url, "DROP DATABASE reviewing WITH (FORCE)")


def read_all(connection: Connection) -> dict[str, list[str]]:
    """Every row of every table, by what it held before."""
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    read = {table: f"SELECT to_jsonb(t)::text FROM {table} t ORDER BY 1" for table in tables}  # noqa: S608
    return {table: list(connection.scalars(text(query))) for table, query in read.items()}


def test_nothing_that_was_stored_is_lost_on_the_way_up_or_down(connection: Connection) -> None:
    before = read_all(connection)
    filled = {"section_rewrite", "personalization_cache", "personalization_log", "warm_batch_item"}
    assert all(before[table] for table in filled)

    command.upgrade(alembic_config(connection), "head")
    unread = "review IS NULL AND review_due_at IS NULL AND accepted_at IS NULL"
    owed = connection.scalar(text(f"SELECT count(*) FROM section_rewrite WHERE NOT ({unread})"))  # noqa: S608
    assert owed == 0  # what was stored before is not due
    connection.execute(
        text("UPDATE section_rewrite SET accepted_at = now(), accepted_by = 1, review = '{}'")
    )
    connection.commit()
    command.downgrade(alembic_config(connection), UNREVIEWED)
    connection.commit()
    assert read_all(connection) == before

    command.upgrade(alembic_config(connection), "head")
    connection.commit()
    check_models(database_named(str(connection.engine.url.render_as_string(False)), "reviewing"))
