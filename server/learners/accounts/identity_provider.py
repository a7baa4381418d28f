"""The site's own identity provider: which of its tokens are believed, and what they prove.

Any OpenID Connect issuer will do. Its tokens are only ever checked with its public keys, by
algorithms that fit them; a key's bytes never serve as a shared secret.
"""

import ipaddress
import time
from dataclasses import dataclass

import httpx2
from jose import JWTError, jwt

from server.errors import NotSignedIn
from server.learners.accounts.domain import Identity
from server.learners.accounts.keys import ALGORITHMS, Fetcher, KeyRing, PublicKey
from server.learners.accounts.sessions.tokens import ISSUER as OUR_ISSUER
from server.settings import ConfigurationError, Environment, Settings

LEEWAY_S = 30
LONGEST_SUBJECT = 255
REQUIRED_CLAIMS = ("exp", "iat", "iss", "aud", "sub")
SETTINGS = ("AUTH_JWKS_URL", "AUTH_ISSUER", "AUTH_AUDIENCE")


@dataclass(frozen=True, slots=True)
class Proof:
    """Whom a good token is about, and until when it says so."""

    identity: Identity
    expires_at: int


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """Reads the tokens that one issuer makes for us."""

    issuer: str
    audience: str
    keys: KeyRing

    async def read(self, token: str) -> Proof:
        """Raise NotSignedIn unless the token is the issuer's, for us, whole and of this time."""
        kid, algorithm = _read_head(token)
        key = await self.keys.find_key(kid, algorithm)
        if key is None:
            raise _refusal()
        return self._check(token, key, algorithm)

    def _check(self, token: str, key: PublicKey, algorithm: str) -> Proof:
        required = {f"require_{name}": True for name in REQUIRED_CLAIMS}
        # Which access token an ID token came with is nothing to us: we are only shown the one.
        options = {**required, "leeway": LEEWAY_S, "verify_at_hash": False}
        try:
            claims = jwt.decode(
                token,
                key.parameters,
                algorithms=[algorithm],
                audience=self.audience,
                issuer=self.issuer,
                options=options,
            )
            issued_at, expires_at = int(claims["iat"]), int(claims["exp"])
            subject = str(claims["sub"])
        except (JWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise _refusal() from error
        if issued_at > time.time() + LEEWAY_S or not _is_subject(subject):
            raise _refusal()
        return Proof(Identity(self.issuer, subject), expires_at)


def create_identity_provider(settings: Settings) -> IdentityProvider | None:
    """None where the site has none; raise ConfigurationError for settings that make no sense."""
    given = (settings.auth_jwks_url, settings.auth_issuer, settings.auth_audience)
    if not any(given):
        return None
    missing = [name for name, value in zip(SETTINGS, given, strict=True) if not value]
    if missing:
        raise ConfigurationError(
            f"An identity provider needs {', '.join(SETTINGS)} together: "
            f"set {' and '.join(missing)} too, or none of them."
        )
    _check_url(settings)
    if settings.auth_issuer == OUR_ISSUER:
        raise ConfigurationError(
            f"AUTH_ISSUER ({OUR_ISSUER}) is what our own tokens say: "
            "set it to the issuer of your identity provider."
        )
    keys = KeyRing(Fetcher(settings.auth_jwks_url))
    return IdentityProvider(settings.auth_issuer, settings.auth_audience, keys)


def find_issuer(token: str) -> str | None:
    """Whom the token names as its issuer: it says which way to check it, and proves nothing."""
    try:
        issuer: object = jwt.get_unverified_claims(token).get("iss")
    except (JWTError, RecursionError):
        return None
    return issuer if isinstance(issuer, str) else None


def _read_head(token: str) -> tuple[str | None, str]:
    """The id of the key and the algorithm that a token claims to be signed with."""
    try:
        head = jwt.get_unverified_header(token)
    except (JWTError, RecursionError) as error:
        raise _refusal() from error
    kid: object = head.get("kid")
    algorithm: object = head.get("alg")
    # What `crit` lists must be understood by who reads the token, and we understand none of it.
    if "crit" in head or not isinstance(kid, str | None):
        raise _refusal()
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise _refusal()
    return kid, algorithm


def _is_subject(subject: str) -> bool:
    """The length is OpenID Connect's; what cannot be printed has no place in a list of accounts."""
    return 0 < len(subject) <= LONGEST_SUBJECT and subject.isprintable()


def _check_url(settings: Settings) -> None:
    """Keys that came over an open line would prove nothing; on one machine there is no line."""
    scheme, host = _read_address(settings.auth_jwks_url)
    is_trying_out = settings.environment is Environment.DEVELOPMENT and _is_loopback(host)
    if not host or scheme not in ({"https", "http"} if is_trying_out else {"https"}):
        raise ConfigurationError(
            "AUTH_JWKS_URL must be an https address "
            "(http only for this machine itself, in development)."
        )


def _read_address(url: str) -> tuple[str, str]:
    """Scheme and host; both empty for what is no address."""
    try:
        parts = httpx2.URL(url)
    except httpx2.InvalidURL:
        return "", ""
    return parts.scheme, parts.host


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refusal() -> NotSignedIn:
    return NotSignedIn("Your sign-in is not valid or has expired. Sign in again.")
