"""`chapterwise warm` and `chapterwise cache evict`, as a person meets them."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Callable
from io import StringIO
from threading import Thread

import pytest
from sqlalchemy import create_engine as create_sync_engine
from sqlalchemy import text

from server.cli import main
from server.core.database.engine import create_engine, create_sessions, parse_url
from server.settings import Settings
from tests.factories import create_account
from tests.generation.renditions.classroom import BEGINNER
from tests.stand_in import StandIn

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def command(
    model_settings: Settings,
    committed_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Runs `chapterwise …`; gives its exit code and what it printed."""
    monkeypatch.setenv("DATABASE_URL", committed_database_url)
    monkeypatch.setenv("DOCS_DIR", str(model_settings.docs_dir))
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-test")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", model_settings.anthropic_base_url)

    async def enrol() -> None:
        engine = create_engine(committed_database_url)
        async with create_sessions(engine)() as session:
            await create_account(session, onboarding=BEGINNER)
        await engine.dispose()

    asyncio.run(enrol())

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["chapterwise", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out + printed.err

    return run


def test_a_dry_run_says_what_it_takes_and_asks_nobody(command: Command, stand_in: StandIn) -> None:
    code, said = command("warm", "--dry-run")
    assert code == 0
    assert "1 chapters, 1 plans, 3 sections; 0 of them need nothing." in said
    assert "3 calls at most of claude-sonnet-5-5" in said
    assert "$0." in said
    assert stand_in.calls == []


def test_nothing_begins_without_a_yes(
    command: Command, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", StringIO("n\n"))
    code, said = command("warm")
    assert (code, stand_in.calls) == (0, [])
    assert "ready" not in said


def test_warm_generates_and_then_has_nothing_to_do(command: Command, stand_in: StandIn) -> None:
    code, said = command("warm", "robots", "--yes")
    assert code == 0, said
    assert "3 sections are ready" in said
    calls = len(stand_in.calls)
    code, said = command("warm", "--yes")
    assert (code, len(stand_in.calls)) == (0, calls)
    assert "Nothing is missing." in said


def test_a_warm_up_by_command_is_in_the_audit_log(
    command: Command, committed_database_url: str
) -> None:
    for arguments in (["robots", "--dry-run"], ["robots", "--yes"], ["robots", "--yes"]):
        command("warm", *arguments)
    engine = create_sync_engine(parse_url(committed_database_url))
    with engine.connect() as connection:
        acts = connection.execute(
            text("SELECT act, user_id, chapter_id, details->>'by' FROM instruction_audit")
        ).all()
    engine.dispose()
    assert [tuple(act) for act in acts] == [("warm", None, "robots", "command line")]


def test_failures_are_told_by_reason_and_by_the_exit_code(
    command: Command, stand_in: StandIn
) -> None:
    stand_in.misbehave("refuse")
    code, said = command("warm", "--yes")
    assert code == 1
    assert "3 not: refused" in said


def test_an_unknown_chapter_or_language_is_one_sentence(command: Command) -> None:
    assert command("warm", "nowhere", "--yes") == (
        1,
        "There is no chapter 'nowhere' in this book.\n",
    )
    assert command("warm", "--language", "12")[0] == 1


def test_without_a_key_there_is_nothing_to_warm_with(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    code, said = command("warm", "--yes")
    assert code == 1
    assert "No model key is set" in said


def test_batches_are_handed_in_and_fetched_by_the_next_run(
    command: Command, stand_in: StandIn
) -> None:
    code, said = command("warm", "--batch", "--yes", "--no-wait")
    assert code == 0, said
    assert "Handed 3 sections in to claude." in said
    code, said = command("warm", "--batch", "--yes")
    assert code == 0, said
    assert "3 sections are in batches that have not ended." in said
    assert "3 sections are ready" in said
    assert "3 texts were read by a second batch" in said
    assert [call.batch for call in stand_in.calls] == [True] * 6


def test_stored_texts_are_read_by_a_batch(
    command: Command, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LLM_REVIEW", "off")
    assert command("warm", "--yes")[0] == 0
    code, said = command("warm", "--review", "--batch", "--yes")
    assert (code, "so nothing can be read" in said) == (1, True), said
    monkeypatch.setenv("LLM_REVIEW", "all")
    _, ordinary = command("warm", "--review", "--dry-run")
    code, said = command("warm", "--review", "--batch", "--dry-run")
    assert (code, "3 calls at most" in said) == (0, True), said
    assert read_price(said) == pytest.approx(read_price(ordinary) / 2, abs=0.011)
    calls = len(stand_in.calls)
    code, said = command("warm", "--review", "--batch", "--yes")
    assert (code, "3 texts were read by a second batch" in said) == (0, True), said
    assert [call.batch for call in stand_in.calls[calls:]] == [True] * 3
    assert "Nothing is missing." in command("warm", "--review", "--dry-run")[1]


def read_price(said: str) -> float:
    return float(said.split("$")[1].split(maxsplit=1)[0].rstrip("."))


def test_ctrl_c_ends_it_cleanly_and_gives_the_claims_back(
    command: Command, stand_in: StandIn, committed_database_url: str
) -> None:
    stand_in.misbehave("hang")

    def interrupt() -> None:
        while not stand_in.calls:
            time.sleep(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    interrupter = Thread(target=interrupt)
    interrupter.start()
    code, said = command("warm", "--yes")
    interrupter.join()
    stand_in.reset()
    stand_in.behave("simplified")

    assert code == 130, said
    assert "the same command goes on from there" in said
    engine = create_sync_engine(parse_url(committed_database_url))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM section_rewrite")) == 0
        assert connection.scalar(text("SELECT count(*) FROM reservation")) == 0
    engine.dispose()
    assert command("warm", "--yes")[0] == 0


def test_evict_says_what_is_gone(command: Command) -> None:
    code, said = command("cache", "evict")
    assert code == 0
    assert said.startswith("Evicted 0 chapters")


@pytest.mark.parametrize("review", [[], ["--review"]])
def test_a_dry_run_says_that_a_readers_price_is_missing(
    command: Command, monkeypatch: pytest.MonkeyPatch, review: list[str]
) -> None:
    monkeypatch.setenv("LLM_REVIEW", "off")
    if review:
        command("warm", "--yes")
    monkeypatch.setenv("LLM_REVIEW", "all")
    monkeypatch.setenv("ANTHROPIC_REVIEW_MODEL", "claude-reads-cheaply")
    code, said = command("warm", *review, "--dry-run")
    assert code == 0
    assert "$" not in said
    assert "No price is known for claude-reads-cheaply" in said
