"""The embedded server: joined while it runs, mended after a crash, refused when it cannot be."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from sqlalchemy import text

from server.core.database.embedded import embedded_postgres, running_url
from server.core.database.engine import DatabaseError
from server.core.database.migrations import connect


def ask(url: str) -> object:
    with connect(url) as connection:
        return connection.scalar(text("SELECT 42"))


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """Not below pytest's own folder, which another run of pytest closes to the server's user."""
    with TemporaryDirectory() as folder:
        yield Path(folder) / "data"


def test_a_running_server_is_found_and_a_stopped_one_is_not(data_dir: Path) -> None:
    assert running_url(data_dir) is None
    with embedded_postgres(data_dir) as url:
        assert running_url(data_dir) == url
        assert ask(url) == 42
    assert running_url(data_dir) is None


def test_an_interrupted_first_start_is_put_aside(data_dir: Path) -> None:
    half = data_dir / "postgres"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    (half / "base").mkdir()

    with embedded_postgres(data_dir) as url:
        assert ask(url) == 42
    assert (data_dir / "postgres.unfinished-1" / "PG_VERSION").exists()


def test_what_a_crash_left_behind_does_not_stop_the_next_start(data_dir: Path) -> None:
    """The server dies without a word; its files name processes that are others' by now."""
    with embedded_postgres(data_dir) as url, connect(url) as connection:
        connection.execute(text("CREATE TABLE kept (n int)"))
        connection.commit()
    folder = data_dir / "postgres"
    somebody_else = str(os.getpid())
    (folder / "postmaster.pid").write_text("\n".join([somebody_else, str(folder), "0", "5432"]))
    (folder / ".handle_pids.json").write_text(json.dumps([999_999_999]))

    with embedded_postgres(data_dir) as url, connect(url) as connection:
        assert connection.scalar(text("SELECT count(*) FROM kept")) == 0
    assert running_url(data_dir) is None


def test_a_server_that_was_killed_recovers_its_data(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        with connect(url) as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 7 AS n"))
            connection.commit()
        pid = int((data_dir / "postgres" / "postmaster.pid").read_text().splitlines()[0])
        postmaster = psutil.Process(pid)
        children = postmaster.children(recursive=True)
        postmaster.kill()
        psutil.wait_procs([postmaster, *children], timeout=30)

    with embedded_postgres(data_dir) as url, connect(url) as connection:
        assert connection.scalar(text("SELECT n FROM kept")) == 7


def test_data_of_another_postgres_is_refused_in_a_sentence(data_dir: Path) -> None:
    with embedded_postgres(data_dir):
        pass
    (data_dir / "postgres" / "PG_VERSION").write_text("19\n")

    with (
        pytest.raises(DatabaseError, match=r"belongs to PostgreSQL 19.*set DATA_DIR"),
        embedded_postgres(data_dir),
    ):
        pass


def test_a_data_dir_that_cannot_be_made_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with (
        pytest.raises(DatabaseError, match=r"DATA_DIR .* cannot be written"),
        embedded_postgres(tmp_path / "file" / "data"),
    ):
        pass
