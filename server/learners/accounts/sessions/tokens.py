"""Tokens: signed access tokens that live for minutes, random refresh tokens that rotate."""

import os
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Lock
from uuid import uuid4

from jose import JWTError, jwt

from server.errors import NotSignedIn
from server.learners.accounts.domain import AccessClaims
from server.settings import ConfigurationError, Environment, Settings

ALGORITHM = "HS256"
ISSUER = "chapterwise"
AUDIENCE = "chapterwise"
REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub", "jti")
MOST_SIGNATURES = 10_000


class GoodSignatures:
    """Which tokens were found good, until they expire: checking a signature anew is dear.

    Nothing else is remembered, least of all a token that was refused. Tokens are known by their
    hash: none can be read out of here, and how long a look-up takes says nothing about another's.
    """

    def __init__(self, capacity: int = MOST_SIGNATURES) -> None:
        self._capacity = capacity
        self._kept = OrderedDict[bytes, tuple[int, AccessClaims]]()
        self._lock = Lock()

    def find(self, token: str) -> AccessClaims | None:
        """What a good token says, unless it has expired since."""
        name = _name(token)
        with self._lock:
            kept = self._kept.get(name)
            if kept is None:
                return None
            expires_at, claims = kept
            if expires_at < int(time.time()):
                del self._kept[name]
                return None
            self._kept.move_to_end(name)
            return claims

    def forget(self, user_id: int) -> None:
        """Forget every token of this account, whose next one is then checked anew."""
        with self._lock:
            theirs = [name for name, (_, said) in self._kept.items() if said.user_id == user_id]
            for name in theirs:
                del self._kept[name]

    def remember(self, token: str, expires_at: int, claims: AccessClaims) -> None:
        with self._lock:
            self._kept[_name(token)] = expires_at, claims
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)


def _name(token: str) -> bytes:
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Signs and reads access tokens with one secret."""

    secret: str = field(repr=False)
    lifetime: timedelta
    good: GoodSignatures = field(default_factory=GoodSignatures, repr=False, compare=False)

    def issue(self, claims: AccessClaims) -> str:
        now = datetime.now(UTC)
        return jwt.encode(
            {
                "iss": ISSUER,
                "aud": AUDIENCE,
                "sub": str(claims.user_id),
                "sid": claims.session_id,
                "jti": uuid4().hex,
                "iat": now,
                "exp": now + self.lifetime,
            },
            self.secret,
            algorithm=ALGORITHM,
        )

    def read(self, token: str) -> AccessClaims:
        """What a token says; raise NotSignedIn unless it is ours, whole and not expired."""
        return self.good.find(token) or self._check(token)

    def _check(self, token: str) -> AccessClaims:
        try:
            claims = jwt.decode(
                token,
                self.secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={f"require_{name}": True for name in REQUIRED_CLAIMS},
            )
            read = AccessClaims(user_id=int(claims["sub"]), session_id=str(claims["sid"]))
            expires_at = int(claims["exp"])
        except (JWTError, KeyError, ValueError, RecursionError) as error:
            raise NotSignedIn("Your sign-in is not valid or has expired. Sign in again.") from error
        self.good.remember(token, expires_at, read)
        return read


def make_token() -> str:
    """A new refresh token or invitation: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token. It is random, so a fast hash without salt keeps it safe."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


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
