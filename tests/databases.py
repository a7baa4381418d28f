"""The databases of a run: one that the migrations made, and its copy that tests commit to."""

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Connection, NullPool, create_engine, text

from server.core.database.engine import parse_url

TEMPLATE = "chapterwise_template"
COMMITTED = "committed"

# What the migrations wrote stays at hand in a schema beside the tables.
_KEEP = """
DO $$
DECLARE name text; has_rows boolean;
BEGIN
  CREATE SCHEMA kept;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
    IF has_rows THEN EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', name); END IF;
  END LOOP;
END $$
"""
_CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_EMPTY = """
DO $$
DECLARE name text; has_rows boolean; used text[] := '{}';
BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO has_rows;
    IF has_rows THEN used := used || format('public.%I', name); END IF;
  END LOOP;
  IF used <> '{}' THEN EXECUTE 'TRUNCATE ' || array_to_string(used, ', ') || ' CASCADE'; END IF;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'kept' LOOP
    EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE TABLE kept.%1$I', name);
  END LOOP;
  FOR name IN
    SELECT format('%I.%I', schemaname, sequencename) FROM pg_sequences WHERE last_value IS NOT NULL
  LOOP
    EXECUTE 'ALTER SEQUENCE ' || name || ' RESTART';
  END LOOP;
END $$
"""
# Whatever a statement about the schema changes.
_SHAPE = """
SELECT md5(string_agg(line, ';' ORDER BY line)) FROM (
  SELECT relname || attname || atttypid || attnotnull AS line
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
  WHERE relnamespace = 'public'::regnamespace AND attnum > 0
  UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace) AS lines
"""


class CommittedDatabase:
    """A copy of the template, kept for the whole run and emptied after each test."""

    def __init__(self, server_url: str) -> None:
        self.url = database_named(server_url, COMMITTED)
        self._server_url = server_url
        self._make()
        self._shape = ask_sql(self.url, _SHAPE)

    def empty(self) -> None:
        """Cut everybody off, and leave what the migrations leave."""
        run_sql(self.url, _CUT_OFF)
        if ask_sql(self.url, _SHAPE) == self._shape:
            run_sql(self.url, _EMPTY)
        else:
            self._make()

    def _make(self) -> None:
        run_sql(
            self._server_url,
            f"DROP DATABASE IF EXISTS {COMMITTED} WITH (FORCE)",
            f"CREATE DATABASE {COMMITTED} TEMPLATE {TEMPLATE}",
        )
        run_sql(self.url, _KEEP)


def run_sql(url: str, *statements: str) -> None:
    """Run statements outside any transaction."""
    with _connect(url) as connection:
        for statement in statements:
            connection.execute(text(statement))


def ask_sql(url: str, question: str) -> object:
    """The first value of the answer."""
    with _connect(url) as connection:
        value: object = connection.scalar(text(question))
    return value


def database_named(url: str, name: str) -> str:
    return parse_url(url).set(database=name).render_as_string(hide_password=False)


@contextmanager
def _connect(url: str) -> Generator[Connection]:
    engine = create_engine(parse_url(url), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection
