"""The secret that signs tokens: strong where it matters, made once where it is not given."""

import secrets
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.learners.accounts.sessions.tokens import load_secret
from server.settings import ConfigurationError, Environment, Settings


def production(secret: str) -> Settings:
    return Settings(environment=Environment.PRODUCTION, jwt_secret=SecretStr(secret))


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "secret",
        "x" * 31,
        "x" * 64,
        "abababababababababababababababababababab",
        "please-change-me-please-change-me-please",
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
        "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
    ],
)
def test_a_weak_secret_is_refused_in_production_without_being_repeated(secret: str) -> None:
    with pytest.raises(ConfigurationError, match="JWT_SECRET") as refused:
        load_secret(production(secret))
    assert not secret or secret == "secret" or secret not in str(refused.value)


def test_a_random_secret_is_used_in_production() -> None:
    for secret in (secrets.token_hex(16), secrets.token_hex(32), secrets.token_urlsafe(32)):
        assert load_secret(production(secret)) == secret


def test_development_makes_a_secret_that_only_its_owner_reads_and_keeps_it(
    settings: Settings,
) -> None:
    first = load_secret(settings)
    assert len(first) >= 32
    assert load_secret(settings) == first
    kept = settings.data_dir / "jwt_secret"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [path.name for path in settings.data_dir.iterdir()] == ["jwt_secret"]


def test_a_given_secret_is_not_kept(settings: Settings) -> None:
    given = settings.model_copy(update={"jwt_secret": SecretStr("for my laptop")})
    assert load_secret(given) == "for my laptop"
    assert not settings.data_dir.exists()


def test_workers_that_start_at_once_agree(settings: Settings) -> None:
    with ThreadPoolExecutor(16) as workers:
        made = set(workers.map(load_secret, [settings] * 64))
    assert len(made) == 1


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="DATA_DIR"):
        load_secret(Settings(data_dir=tmp_path / "file" / "data"))


def test_a_damaged_secret_is_a_sentence(settings: Settings) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "jwt_secret").write_text("cut")
    with pytest.raises(ConfigurationError, match="delete it"):
        load_secret(settings)
