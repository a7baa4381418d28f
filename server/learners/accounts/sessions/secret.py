"""The secret that signs access tokens: given, or made once and kept for development."""

import os
import secrets
from pathlib import Path

from server.settings import ConfigurationError, Environment, Settings

KEPT_AS = "jwt_secret"
MIN_BYTES = 32
MIN_DISTINCT_CHARACTERS = 10
GUESSABLE = (
    "changeme",
    "changethis",
    "changeit",
    "yoursecret",
    "yoursuper",
    "supersecret",
    "secretkey",
    "jwtsecret",
    "mysecret",
    "secretatleast",
    "placeholder",
    "development",
    "01234567890",
    "abcdefghijk",
    # the key that FastAPI's tutorial shows
    "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7",
)


def load_secret(settings: Settings) -> str:
    """The secret to sign with; raise ConfigurationError where a weak one would be dangerous."""
    given = settings.jwt_secret.get_secret_value()
    if settings.environment is Environment.PRODUCTION:
        _refuse_weak(given)
    return given or _keep_secret(settings.data_dir)


def _refuse_weak(secret: str) -> None:
    if len(secret.encode()) < MIN_BYTES:
        raise ConfigurationError(
            f"JWT_SECRET must have at least {MIN_BYTES} bytes in production: "
            "set it to the output of `openssl rand -hex 32`."
        )
    if _is_guessable(secret):
        raise ConfigurationError(
            "JWT_SECRET is a value that others can guess: "
            "set it to the output of `openssl rand -hex 32`."
        )


def _is_guessable(secret: str) -> bool:
    letters = "".join(char for char in secret.lower() if char.isalnum())
    few = len(set(secret)) < MIN_DISTINCT_CHARACTERS
    return few or any(word in letters for word in GUESSABLE)


def _keep_secret(data_dir: Path) -> str:
    """Read the kept secret; where there is none yet, the first of several workers makes it."""
    path = data_dir / KEPT_AS
    try:
        if not path.exists():
            data_dir.mkdir(parents=True, exist_ok=True)
            _make_secret(path)
        secret = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The secret for access tokens cannot be kept in {path}: "
            "choose another DATA_DIR, or set JWT_SECRET."
        ) from error
    if len(secret) < MIN_BYTES:
        raise ConfigurationError(f"{path} holds no usable secret: delete it and start again.")
    return secret


def _make_secret(path: Path) -> None:
    """Write the whole secret aside, then give it its name at once, unless another was faster."""
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
            file.flush()
            os.fsync(file.fileno())
        os.link(aside, path)
    except FileExistsError:
        return
    finally:
        aside.unlink(missing_ok=True)
