"""Backup and restore, with the real tools, from one database into another."""

import asyncio
import stat
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import text

from server.core.database.embedded import embedded_postgres
from server.core.database.engine import DatabaseError
from server.core.database.migrations import alembic_config, check_schema, connect, migrate
from server.operations.backups import back_up, restore
from tests.databases import database_named, run_sql
from tests.generation.renditions.classroom import BEGINNER, Classroom, open_classroom, statuses
from tests.operations.serving.running import Site, make_environment, run


@pytest.fixture
def empty_url(postgres_url: str) -> Iterator[str]:
    name = f"restored_{uuid4().hex}"
    run_sql(postgres_url, f"CREATE DATABASE {name} TEMPLATE template0")
    yield database_named(postgres_url, name)
    run_sql(postgres_url, f"DROP DATABASE {name} WITH (FORCE)")


async def test_a_restored_book_costs_no_call_and_knows_its_learners(
    classroom: Classroom,
    committed_database_url: str,
    empty_url: str,
    tmp_path: Path,
) -> None:
    account, headers = await classroom.enrol(BEGINNER)
    original = await classroom.read(headers)
    file = tmp_path / "book.dump"

    await asyncio.to_thread(back_up, committed_database_url, file)
    await asyncio.to_thread(restore, empty_url, file)

    await asyncio.to_thread(check_schema, empty_url)
    calls = len(classroom.stand_in.calls)
    async with open_classroom(classroom.settings, empty_url, classroom.stand_in) as restored:
        answer = await restored.read(headers)
        me = (await restored.client.get("/api/v1/me", headers=headers)).json()
        # Its renditions lost, the chapter is put together again from what was paid for.
        await restored.run("TRUNCATE personalization_cache")
        assembled = await restored.read(headers)
    assert (answer.content, answer.source) == (original.content, "cache")
    assert (assembled.content, assembled.source) == (original.content, "sections")
    assert set(statuses(assembled)) == {"cached"}
    assert me["email"] == account.email
    assert len(classroom.stand_in.calls) == calls


async def test_new_rows_do_not_collide_with_restored_ones(
    classroom: Classroom, committed_database_url: str, empty_url: str, tmp_path: Path
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    await asyncio.to_thread(back_up, committed_database_url, tmp_path / "book.dump")
    await asyncio.to_thread(restore, empty_url, tmp_path / "book.dump")
    async with open_classroom(classroom.settings, empty_url, classroom.stand_in) as restored:
        _, newcomer = await restored.enrol({"role": "Researcher"})
        await restored.read(newcomer)
        rows = await restored.rows("SELECT count(*) AS rows FROM personalization_log")
    assert rows[0]["rows"] == 2


def test_a_backup_is_its_owners_alone_and_overwrites_nothing(
    committed_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "book.dump"
    back_up(committed_database_url, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    written = file.read_bytes()
    with pytest.raises(DatabaseError, match="is there already"):
        back_up(committed_database_url, file)
    assert file.read_bytes() == written
    assert list(tmp_path.glob("*.unfinished")) == []


def test_a_database_in_use_is_not_restored_into(
    committed_database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "book.dump"
    back_up(committed_database_url, file)
    with pytest.raises(DatabaseError, match="in use already"):
        restore(committed_database_url, file)


def test_a_broken_backup_leaves_the_database_empty(
    committed_database_url: str, empty_url: str, tmp_path: Path
) -> None:
    whole, broken = tmp_path / "whole.dump", tmp_path / "broken.dump"
    back_up(committed_database_url, whole)
    broken.write_bytes(whole.read_bytes()[:-2000])
    with pytest.raises(DatabaseError, match="pg_restore failed"):
        restore(empty_url, broken)
    restore(empty_url, whole)


def test_a_database_that_is_away_is_a_sentence_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="pg_dump failed") as refused:
        back_up("postgresql://ada:hush@127.0.0.1:1/book", tmp_path / "book.dump")
    assert "hush" not in str(refused.value)
    assert not list(tmp_path.glob("*dump*"))


def test_an_older_backup_is_brought_to_the_schema_of_today(
    committed_database_url: str, empty_url: str, tmp_path: Path
) -> None:
    """As the version before the last migration would have made it."""
    with connect(committed_database_url) as connection:
        command.downgrade(alembic_config(connection), "-1")
        connection.commit()
    with pytest.raises(DatabaseError):
        check_schema(committed_database_url)
    back_up(committed_database_url, tmp_path / "book.dump")
    restore(empty_url, tmp_path / "book.dump")
    check_schema(empty_url)


def test_the_commands_work_on_embedded_databases() -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        site = Site(folder, make_environment(folder))
        elsewhere = Site(folder, {**site.environment, "DATA_DIR": str(folder / "elsewhere")})
        with embedded_postgres(folder / "data") as url:
            migrate(url)
            run_sql(url, "INSERT INTO users (email, hashed_password) VALUES ('ada@b.test', '-')")
            saved = run(site, "backup", "book.dump")
            refused = run(site, "restore", "book.dump")
        with embedded_postgres(folder / "elsewhere") as url:
            restored = run(elsewhere, "restore", "book.dump")
            with connect(url) as connection:
                emails = list(connection.scalars(text("SELECT email FROM users")))

    assert (saved.returncode, restored.returncode) == (0, 0), saved.stderr + restored.stderr
    assert refused.returncode == 1
    assert "in use already" in refused.stderr
    assert emails == ["ada@b.test"]
