"""The runbook's commands are real: its SQL runs on our tables, its commands and settings exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from server import operations
from server.cli import app
from server.settings import Settings
from tests.web.page_table import PAGES

RUNBOOK = (Path(operations.__file__).parent / "runbook.md").read_text(encoding="utf-8")
STATEMENTS = list(dict.fromkeys(re.findall(r'PSQL "\$DB" -c "([^"]+)"', RUNBOOK)))
# `chapterwise users deactivate`, up to where options and arguments begin.
# No options: one that takes a value would swallow the `--help` that keeps the command from running.
COMMANDS = sorted(set(re.findall(r"(?<![/\w])chapterwise((?: [a-z][a-z-]*)+)", RUNBOOK)))
# Pages and routes, with a query where there is one.
ADDRESSES = set(re.findall(r"`(?:GET )?(/(?:admin|instructor|api)[^`…]*)`", RUNBOOK))
# Ours, and what is PostgreSQL's, Prometheus' or the shell's.
CAPITALS = set(re.findall(r"`([A-Z][A-Z0-9]*_[A-Z0-9_]+)`", RUNBOOK))


@pytest.mark.parametrize("statement", STATEMENTS)
async def test_its_statements_run(session: AsyncSession, statement: str) -> None:
    await session.execute(text(statement.replace("PID", "0")))


def test_it_has_statements_and_commands() -> None:
    assert len(STATEMENTS) >= 8
    assert len(COMMANDS) >= 8


@pytest.mark.parametrize("command", COMMANDS)
def test_its_commands_exist(command: str) -> None:
    """With --help nothing is done; a word that is no command of its group is an error."""
    shown = CliRunner().invoke(app, [*command.split(), "--help"])
    assert shown.exit_code == 0, shown.output


def test_the_settings_that_it_names_exist() -> None:
    known = {name.upper() for name in Settings.model_fields}
    assert CAPITALS
    assert known >= CAPITALS


def test_the_pages_and_routes_that_it_names_exist() -> None:
    """What follows the question mark is tried by the pages' own tests."""
    paths = {path.split("?")[0] for path in ADDRESSES}
    assert {"/admin", "/admin/log", "/admin/accounts", "/instructor/queue"} <= paths
    routes = {*PAGES, *(f"/api/v1{path}" for path in ("/health", "/health/live", "/health/ready"))}
    assert {path for path in paths if path.startswith(("/admin", "/instructor"))} <= {*PAGES}
    assert {path for path in paths if path.startswith("/api/v1/health")} <= routes


def test_its_address_of_the_database_is_the_settings_own(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Run as it stands there, where a `.env` names the database."""
    line = next(each for each in RUNBOOK.splitlines() if each.startswith("DB=$("))
    (tmp_path / ".env").write_text("DATABASE_URL=postgresql://u:p@db.example/book\n")
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.defpath}")
    ended = subprocess.run(
        ["sh", "-c", f"{line}; echo $DB"], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "postgresql://u:p@db.example/book"
    (tmp_path / ".env").write_text("DATA_DIR=nowhere\n")
    ended = subprocess.run(
        ["sh", "-c", f"{line}; echo $DB"], capture_output=True, text=True, check=True
    )
    assert ended.stdout.strip() == "None"
