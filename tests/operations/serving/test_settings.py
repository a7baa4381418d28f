"""A setting that makes no sense ends `serve` before anything is started, in one sentence."""

import sys
from pathlib import Path

import pytest

from server.cli import main
from tests.operations.serving.running import make_environment


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DOCS_DIR", "/nowhere", "DOCS_DIR"),
        ("LLM_PROVIDERS", "anthropic,oracle", "oracle"),
        ("TRANSFORMATIONS_DIR", "/nowhere", "/nowhere"),
        ("PORT", "99999", "PORT"),
        ("WORKERS", "0", "WORKERS"),
        ("HOST", "256.256.256.256", "256.256.256.256"),
        ("LOG_LEVEL", "LOUD", "LOG_LEVEL"),
        ("ENVIRONMENT", "production", "JWT_SECRET"),
        ("AUTH_ISSUER", "https://people.example.org", "AUTH_JWKS_URL and AUTH_AUDIENCE"),
    ],
)
def test_it_is_one_sentence(
    setting: str,
    value: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, given in {**make_environment(tmp_path), setting: value}.items():
        monkeypatch.setenv(name, given)
    monkeypatch.setattr(sys, "argv", ["chapterwise", "serve"])

    with pytest.raises(SystemExit) as ended:
        main()

    printed = capsys.readouterr()
    assert ended.value.code == 1
    assert printed.err.count("\n") == 1
    assert said in printed.err
    assert not printed.out
