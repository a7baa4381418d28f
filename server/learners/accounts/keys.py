"""The keys of one issuer: kept for a while, fetched anew when they may have changed."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2
import structlog
from anyio import to_thread
from cryptography.exceptions import UnsupportedAlgorithm
from jose import jwk
from jose.exceptions import JOSEError
from jose.utils import base64_to_long
from pydantic import BaseModel, JsonValue, ValidationError

from server.errors import ServiceUnavailable

LARGEST_DOCUMENT = 256 * 1024
TIMEOUT_S = 5.0
# An answer that is packed could unpack to any size.
HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity"}
# No connection outlives its fetch, so that there is nothing to close at the end.
LIMITS = httpx2.Limits(max_keepalive_connections=0)


class NotFetched(Exception):
    """The issuer gave no document; the message says why, for the log."""


@dataclass(slots=True)
class Fetcher:
    """Reads one address; redirects are refused, as they could lead anywhere."""

    url: str
    timeout_s: float = TIMEOUT_S
    _trust: ssl.SSLContext | None = field(default=None, init=False, repr=False)

    async def fetch(self) -> bytes:
        """The document, or raise NotFetched."""
        try:
            async with asyncio.timeout(self.timeout_s):
                return await self._read()
        except (TimeoutError, OSError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise NotFetched(type(error).__name__) from error

    async def _read(self) -> bytes:
        if self._trust is None:
            # Reading the authorities' certificates takes long enough to hold up other requests.
            self._trust = await to_thread.run_sync(httpx2.create_ssl_context)
        async with (
            httpx2.AsyncClient(verify=self._trust, limits=LIMITS, headers=HEADERS) as client,
            client.stream("GET", self.url, timeout=self.timeout_s) as response,
        ):
            if response.status_code != HTTPStatus.OK:
                raise NotFetched(f"status {response.status_code}")
            return await _read_bounded(response)


async def _read_bounded(response: httpx2.Response) -> bytes:
    document = bytearray()
    async for chunk in response.aiter_raw():
        document += chunk
        if len(document) > LARGEST_DOCUMENT:
            raise NotFetched("too large")
    return bytes(document)


MOST_KEYS = 100
SMALLEST_RSA_BITS = 2048
LARGEST_RSA_BITS = 8192
RSA_ALGORITHMS = frozenset({"RS256", "RS384", "RS512"})
CURVES = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}
ALGORITHMS = RSA_ALGORITHMS.union(CURVES.values())


class NotKeys(ValueError):
    """A document is no JWKS, or holds no key that a signature can be checked with."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key under its name, with nothing but what checking a signature takes."""

    kid: str | None
    algorithms: frozenset[str]
    parameters: Mapping[str, str]


class _Jwk(BaseModel):
    """One key as RFC 7517 writes it; whatever else stands in it, a private part too, is ignored."""

    kty: str
    kid: str | None = None
    use: str | None = None
    key_ops: list[str] | None = None
    alg: str | None = None
    n: str = ""
    e: str = ""
    crv: str = ""
    x: str = ""
    y: str = ""


class _Jwks(BaseModel):
    keys: list[JsonValue]


def read_keys(document: bytes) -> tuple[PublicKey, ...]:
    """The usable keys of a JWKS; raise NotKeys where there is none.

    Keys of kinds that are not for us, or that are broken, spoil nothing for the others.
    """
    try:
        written = _Jwks.model_validate_json(document).keys
    except ValidationError as error:
        raise NotKeys("The document is not a JWKS.") from error
    keys = tuple(key for key in map(_read_key, written[:MOST_KEYS]) if key is not None)
    if not keys:
        raise NotKeys("The JWKS holds no usable key.")
    return keys


def _read_key(written: JsonValue) -> PublicKey | None:
    try:
        key = _Jwk.model_validate(written)
    except ValidationError:
        return None
    algorithms = _algorithms_of(key)
    parameters = _parameters_of(key)
    if not algorithms or not _is_for_signatures(key) or not _is_sound(parameters, algorithms):
        return None
    return PublicKey(key.kid, algorithms, parameters)


def _algorithms_of(key: _Jwk) -> frozenset[str]:
    """What the key's type allows, and of that only what the key says itself, if it does."""
    by_type = frozenset[str]()
    if key.kty == "RSA":
        by_type = RSA_ALGORITHMS
    elif key.kty == "EC" and key.crv in CURVES:
        by_type = frozenset({CURVES[key.crv]})
    return by_type if key.alg is None else by_type & {key.alg}


def _parameters_of(key: _Jwk) -> dict[str, str]:
    if key.kty == "RSA":
        return {"kty": "RSA", "n": key.n, "e": key.e}
    return {"kty": "EC", "crv": key.crv, "x": key.x, "y": key.y}


def _is_for_signatures(key: _Jwk) -> bool:
    return key.use in {None, "sig"} and (key.key_ops is None or "verify" in key.key_ops)


def _is_sound(parameters: dict[str, str], algorithms: frozenset[str]) -> bool:
    """Whether it is a key at all, and neither too short to be safe nor too long to be quick."""
    try:
        jwk.construct(parameters, min(algorithms))
        if parameters["kty"] != "RSA":
            return True
        bits = base64_to_long(parameters["n"]).bit_length()
    except (JOSEError, ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return SMALLEST_RSA_BITS <= bits <= LARGEST_RSA_BITS


FRESH_S = 600
# How long keys still serve while the issuer cannot be reached.
LONGEST_KEPT_S = 24 * 3600
# Whoever sends us unknown key ids makes us ask the issuer this often at most.
BETWEEN_LOOKS_S = 5
RETRY_S = 5
# With old keys at hand there is no hurry, and each try makes somebody wait.
RETRY_WITH_KEYS_S = 60

logger = structlog.stdlib.get_logger(__name__)


class IdentityProviderOutOfReach(ServiceUnavailable):
    """The keys of a site's own issuer cannot be fetched."""

    slug = "identity-provider-unavailable"
    title = "The identity provider does not answer"

    def __init__(self) -> None:
        super().__init__(
            "Sign-ins cannot be checked right now, since the identity provider does not answer. "
            "Try again in a moment.",
            headers={"Retry-After": str(RETRY_S)},
        )


@dataclass(frozen=True, slots=True)
class _Fetched:
    keys: tuple[PublicKey, ...]
    at: float


class KeyRing:
    """Finds keys by their id. All who need them at once share one fetch."""

    def __init__(self, fetcher: Fetcher, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetcher = fetcher
        self._clock = clock
        self._fetched: _Fetched | None = None
        self._flight: asyncio.Task[None] | None = None
        self._retry_at = clock()
        self._look_again_at = clock()

    async def find_key(self, kid: str | None, algorithm: str) -> PublicKey | None:
        """The key with this id, if it is one for this algorithm; IdentityProviderOutOfReach.

        An id that is not known may be that of a new key, so that the issuer is asked at once.
        """
        asked = await self._freshen()
        named = self._list_named(kid)
        if not named and not asked and await self._look_again():
            named = self._list_named(kid)
        return next((key for key in named if algorithm in key.algorithms), None)

    async def _freshen(self) -> bool:
        """Fetch keys that are missing or old; whether that was tried."""
        is_due = self._age() >= FRESH_S and (
            self._flight is not None or self._clock() >= self._retry_at
        )
        if is_due:
            await self._fetch()
        if self._age() >= LONGEST_KEPT_S:
            raise IdentityProviderOutOfReach
        return is_due

    async def _look_again(self) -> bool:
        """Fetch for an unknown id, unless this was done a moment ago; whether it was done."""
        now = self._clock()
        if self._flight is None:
            if now < self._look_again_at:
                return False
            self._look_again_at = now + BETWEEN_LOOKS_S
        await self._fetch()
        return True

    def _list_named(self, kid: str | None) -> tuple[PublicKey, ...]:
        """The keys with this id; a token may leave it out where there is only one key."""
        keys = self._fetched.keys if self._fetched else ()
        if kid is None:
            return keys if len(keys) == 1 else ()
        return tuple(key for key in keys if key.kid == kid)

    def _age(self) -> float:
        return self._clock() - self._fetched.at if self._fetched else float("inf")

    async def _fetch(self) -> None:
        """One fetch at a time; who goes away meanwhile does not end it for the others."""
        if self._flight is None:
            self._flight = asyncio.create_task(self._fly())
        await asyncio.shield(self._flight)

    async def _fly(self) -> None:
        try:
            keys = read_keys(await self._fetcher.fetch())
            self._fetched = _Fetched(keys, self._clock())
        except (NotFetched, NotKeys) as error:
            logger.warning("no keys from the identity provider", reason=str(error))
            self._retry_at = self._clock() + (RETRY_WITH_KEYS_S if self._fetched else RETRY_S)
        finally:
            self._flight = None
