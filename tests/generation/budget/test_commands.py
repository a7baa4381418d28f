"""`chapterwise models …`: stop, start, and the day's bill."""

import asyncio
import sys
from collections.abc import Callable
from decimal import Decimal
from uuid import uuid4

import pytest

from server.cli import main
from server.core.database.engine import create_engine, create_sessions
from server.generation.budget.domain import Bill, Reservation
from server.generation.budget.service import Ledger
from tests.generation.budget.conftest import LIFETIME

Models = Callable[..., str]


@pytest.fixture
def models(
    committed_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Models:
    """Runs `chapterwise models …` and gives what it printed."""
    monkeypatch.setenv("DATABASE_URL", committed_database_url)
    monkeypatch.setenv("LOGNAME", "ada")

    def run(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["chapterwise", "models", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        assert (ended.value.code or 0, printed.err) == (0, "")
        return printed.out

    return run


def spend(url: str) -> None:
    """One call that is paid, and one that runs."""

    async def call_twice() -> None:
        engine = create_engine(url)
        ledger = Ledger(create_sessions(engine), Decimal(0), LIFETIME)
        calls = [Reservation(uuid4(), "claude", "model-a", Decimal("0.25")) for _ in range(2)]
        for each in calls:
            await ledger.reserve(each)
        await ledger.settle(calls[0].id, Bill(Decimal("0.125"), 1000, 200))
        await engine.dispose()

    asyncio.run(call_twice())


def test_stop_and_start_are_told_by_status(models: Models) -> None:
    assert models("status").startswith("Models may be called.\n")
    models("stop", "--reason", "the bill")
    stopped = models("status").splitlines()[0]
    assert stopped.startswith("All model calls are stopped since ")
    assert stopped.endswith(" UTC by ada: the bill")
    assert models("start") == "Models are called again.\n"
    assert models("start") == "Models were not stopped.\n"
    assert models("status").startswith("Models may be called.\n")


def test_status_shows_the_day_against_the_budget(
    models: Models, committed_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spend(committed_database_url)
    _, day, model = models("status").splitlines()
    assert "$0.125000 spent without a limit; $0.250000 reserved for open calls (1)." in day
    assert model.split("\t") == [
        "claude",
        "model-a",
        "1 calls",
        "1000 tokens in",
        "200 tokens out",
        "$0.125000",
    ]
    monkeypatch.setenv("LLM_DAILY_BUDGET_USD", "2.50")
    assert "spent of $2.50;" in models("status")
