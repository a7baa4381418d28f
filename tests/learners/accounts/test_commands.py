"""`chapterwise users …`: each a sentence, each failure one too."""

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from server.cli import main
from server.core.database.embedded import embedded_postgres
from server.core.database.engine import parse_url
from server.core.database.migrations import migrate
from server.learners.accounts.sessions.tokens import hash_token
from tests.databases import run_sql
from tests.factories import PASSWORD

COMMAND = Path(sys.executable).with_name("chapterwise")


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str


Users = Callable[..., Ended]


@pytest.fixture
def users(
    committed_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Users:
    """Runs `chapterwise users …` with a text on its standard input."""
    monkeypatch.setenv("DATABASE_URL", committed_database_url)

    def run(*arguments: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "argv", ["chapterwise", "users", *arguments])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            main()
        printed = capsys.readouterr()
        code = ended.value.code
        assert isinstance(code, int | None)
        return Ended(code or 0, printed.out, printed.err)

    return run


def ask(url: str, question: str) -> object:
    engine = create_engine(parse_url(url))
    with engine.connect() as connection:
        answer: object = connection.scalar(text(question))
    engine.dispose()
    return answer


def is_sentence(ended: Ended) -> bool:
    """One line on standard error, exit code 1, nothing else."""
    return ended.code == 1 and not ended.out and ended.err.strip().count("\n") == 0


def test_an_account_is_created_changed_and_listed(users: Users) -> None:
    created = users("create", "Ada@Example.com", "--role", "instructor", stdin=f"{PASSWORD}\n")
    assert created == Ended(0, "Created ada@example.com as instructor.\n", "")
    assert users("set-role", "ADA@example.com", "admin").out == "ada@example.com is now admin.\n"
    assert users("deactivate", "ada@example.com").code == 0
    number, email, role, state, _day = users("list").out.rstrip().split("\t")
    assert number.isdecimal()
    assert (email, role, state) == ("ada@example.com", "admin", "inactive")
    assert users("activate", "ada@example.com").code == 0
    assert "\tactive\t" in users("list").out


def test_an_account_of_the_identity_provider_is_listed_and_changed_by_its_id(
    users: Users, committed_database_url: str
) -> None:
    run_sql(
        committed_database_url,
        "INSERT INTO users (email, hashed_password, issuer, subject) "
        "VALUES ('0@identity.invalid', '!', 'https://people.example.org', 'alice')",
    )
    number, name, role, state, _day = users("list").out.rstrip().split("\t")
    assert (name, role, state) == ("alice at https://people.example.org", "learner", "active")
    assert users("set-role", number, "admin").out == f"{name} is now admin.\n"
    assert users("deactivate", number).out.startswith(f"Deactivated {name}")
    assert "\tadmin\tinactive\t" in users("list").out
    assert is_sentence(users("set-password", number, stdin=PASSWORD))
    assert is_sentence(users("set-role", "0@identity.invalid", "learner"))


def test_a_new_password_ends_all_sessions(users: Users, committed_database_url: str) -> None:
    users("create", "ada@example.com", stdin=PASSWORD)
    before = ask(committed_database_url, "SELECT hashed_password FROM users")
    run_sql(
        committed_database_url,
        "INSERT INTO refresh_token (token_hash, family, user_id, expires_at) "
        "SELECT 't', 'f', id, now() + interval '1 day' FROM users",
    )
    assert users("set-password", "ada@example.com", stdin="another password\n").code == 0
    assert ask(committed_database_url, "SELECT hashed_password FROM users") != before
    assert ask(committed_database_url, "SELECT count(*) FROM refresh_token") == 0


def test_all_sessions_are_ended_and_the_audit_log_says_so_by_number(
    users: Users, committed_database_url: str
) -> None:
    users("create", "ada@example.com", "--role", "admin", stdin=PASSWORD)
    run_sql(
        committed_database_url,
        "INSERT INTO refresh_token (token_hash, family, user_id, expires_at) "
        "SELECT 't', 'f', id, now() + interval '1 day' FROM users",
    )
    ended = users("sign-out", "ada@example.com")
    assert ended == Ended(0, "Ended all sessions of ada@example.com.\n", "")
    assert ask(committed_database_url, "SELECT count(*) FROM refresh_token") == 0
    users("set-role", "ada@example.com", "learner")
    number = ask(committed_database_url, "SELECT id FROM users")
    assert ask(
        committed_database_url,
        "SELECT string_agg(act || ' ' || (details->>'by') || ' of ' || (details->>'account'), ', '"
        " ORDER BY id) FROM instruction_audit WHERE user_id IS NULL",
    ) == ", ".join(f"{act} command line of {number}" for act in ("create", "sign_out", "role"))


def test_an_invitation_is_printed_once_and_stored_hashed(
    users: Users, committed_database_url: str
) -> None:
    invited = users("invite", "Ada@example.com", "--role", "instructor")
    assert invited.code == 0
    token = invited.out.strip()
    stored = ask(committed_database_url, "SELECT token_hash || email || role FROM invitation")
    assert stored == f"{hash_token(token)}ada@example.cominstructor"


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [
        (("create", "ada@example.com"), PASSWORD),
        (("create", "bob@example.com"), "short"),
        (("create", "bob@example.com"), ""),
        (("create", "not an address"), PASSWORD),
        (("invite", "ada@example.com"), ""),
        (("set-role", "nobody@example.com", "admin"), ""),
        (("set-password", "nobody@example.com"), PASSWORD),
        (("deactivate", "nobody@example.com"), ""),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    users: Users, arguments: tuple[str, ...], stdin: str
) -> None:
    users("create", "ada@example.com", stdin=PASSWORD)
    refused = users(*arguments, stdin=stdin)
    assert is_sentence(refused)
    assert PASSWORD not in refused.err


def test_a_database_that_does_not_answer_is_one_sentence(
    users: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody:hush@127.0.0.1:1/nowhere")
    refused = users("list")
    assert is_sentence(refused)
    assert "DATABASE_URL" in refused.err
    assert "hush" not in refused.err


def test_a_database_without_our_tables_is_one_sentence(
    users: Users, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres_url)
    refused = users("list")
    assert is_sentence(refused)
    assert "chapterwise migrate" in refused.err


def test_a_setting_that_is_not_valid_is_named(
    users: Users, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    refused = users("list")
    assert is_sentence(refused)
    assert "PORT" in refused.err


def test_a_call_beside_a_running_embedded_server_joins_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    with embedded_postgres(tmp_path / "data") as url:
        migrate(url)
        ended = subprocess.run(
            [COMMAND, "users", "create", "ada@example.com"],
            input=PASSWORD,
            capture_output=True,
            text=True,
            check=True,
        )
        assert ended.stdout == "Created ada@example.com as learner.\n"
        assert ask(url, "SELECT email FROM users") == "ada@example.com"
