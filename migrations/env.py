"""Alembic's entry: runs migrations on the connection it is handed, under timeouts."""

from alembic import context
from sqlalchemy import Connection, text

import server.app  # noqa: F401 - its packages bring the tables
from server.core.database.base import Base


def migrate(connection: Connection) -> None:
    """Run inside one transaction; waiting for a lock or a statement for ever is not an option."""
    context.configure(connection=connection, target_metadata=Base.metadata, compare_type=True)
    with context.begin_transaction():
        connection.execute(text("SET LOCAL lock_timeout = '5s'"))
        connection.execute(text("SET LOCAL statement_timeout = '5min'"))
        context.run_migrations()


migrate(context.config.attributes["connection"])
