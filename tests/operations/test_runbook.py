"""The runbook's commands are real: its SQL runs on our tables, its commands and settings exist."""

import re
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from server import operations
from server.cli import app
from server.settings import Settings

RUNBOOK = (Path(operations.__file__).parent / "runbook.md").read_text(encoding="utf-8")
STATEMENTS = list(dict.fromkeys(re.findall(r'PSQL "\$DB" -c "([^"]+)"', RUNBOOK)))
# `chapterwise users deactivate`, up to where options and arguments begin.
COMMANDS = sorted(set(re.findall(r"(?<![/\w])chapterwise((?: [a-z-]+)+)", RUNBOOK)))
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
