"""Tokens: signed access tokens that live for minutes, random refresh tokens that rotate."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from jose import JWTError, jwt

from server.auth.domain import AccessClaims
from server.errors import NotSignedIn

ALGORITHM = "HS256"
ISSUER = "chapterwise"
AUDIENCE = "chapterwise"
REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub", "jti")


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Signs and reads access tokens with one secret."""

    secret: str = field(repr=False)
    lifetime: timedelta

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
        try:
            claims = jwt.decode(
                token,
                self.secret,
                algorithms=[ALGORITHM],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={f"require_{name}": True for name in REQUIRED_CLAIMS},
            )
            return AccessClaims(user_id=int(claims["sub"]), session_id=str(claims["sid"]))
        except (JWTError, KeyError, ValueError) as error:
            raise NotSignedIn("Your sign-in is not valid or has expired. Sign in again.") from error


def make_token() -> str:
    """A new refresh token or invitation: 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token. It is random, so a fast hash without salt keeps it safe."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
