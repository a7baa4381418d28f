"""A small OpenID Connect issuer on loopback: real keys, real tokens, and bad manners on demand."""

import gzip
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jose import jwk, jwt
from typing_extensions import override

ISSUER = "https://people.example.org/"
AUDIENCE = "https://book.example.org/api"
DRIPS = 1000
ALICE = "alice|248289761001"


@dataclass(frozen=True)
class SigningKey:
    """A private key with its name; several names may share one, as making keys is slow."""

    kid: str | None
    algorithm: str
    pem: str = field(repr=False)

    @property
    def public(self) -> dict[str, object]:
        """The public half as a JWKS writes it."""
        written = jwk.construct(self.pem, self.algorithm).public_key().to_dict()
        written |= {"use": "sig"} | ({"kid": self.kid} if self.kid is not None else {})
        return {
            name: value.decode() if isinstance(value, bytes) else value
            for name, value in written.items()
        }

    @property
    def public_pem(self) -> str:
        pem: bytes = jwk.construct(self.pem, self.algorithm).public_key().to_pem()
        return pem.decode()

    def sign(self, **changes: object) -> str:
        """A good token for Alice but for the changes.

        A claim changed to None is left out; a timedelta counts from now.
        """
        now = datetime.now(UTC)
        claims = {
            name: now + value if isinstance(value, timedelta) else value
            for name, value in (good_claims() | changes).items()
            if value is not None
        }
        return self._write(claims, {})

    def sign_under(self, header: dict[str, object]) -> str:
        """A good token for Alice whose header says this too, or instead."""
        return self._write(good_claims(), header)

    def _write(self, claims: dict[str, object], header: dict[str, object]) -> str:
        named: dict[str, object] = {"kid": self.kid} if self.kid is not None else {}
        return jwt.encode(claims, self.pem, self.algorithm, named | header)


def good_claims() -> dict[str, object]:
    now = datetime.now(UTC)
    return {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": ALICE,
        "iat": now,
        "exp": now + timedelta(minutes=10),
    }


@lru_cache
def rsa_pem(bits: int = 2048) -> str:
    return _to_pem(rsa.generate_private_key(public_exponent=65537, key_size=bits))


@lru_cache
def other_rsa_pem() -> str:
    return _to_pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))


@lru_cache
def ec_pem(curve: type[ec.EllipticCurve] = ec.SECP256R1) -> str:
    return _to_pem(ec.generate_private_key(curve()))


def _to_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def rsa_key(kid: str | None = "rsa") -> SigningKey:
    return SigningKey(kid, "RS256", rsa_pem())


def stolen_name(kid: str = "rsa") -> SigningKey:
    """A key of somebody else's under the name of one of the issuer's."""
    return SigningKey(kid, "RS256", other_rsa_pem())


def ec_key(kid: str | None = "ec") -> SigningKey:
    return SigningKey(kid, "ES256", ec_pem())


class Manner(Enum):
    """How the issuer answers who asks for its keys."""

    WELL = auto()
    CUT = auto()
    FAILING = auto()
    MALFORMED = auto()
    HUGE = auto()
    PACKED = auto()
    MOVED = auto()
    DRIPPING = auto()
    HELD = auto()


class Issuer:
    """What it serves can be changed at any time; it counts how often it was asked."""

    def __init__(self, url: str) -> None:
        self.jwks_url = f"{url}/jwks"
        self.published: list[dict[str, object]] = []
        self.manner = Manner.WELL
        self.asked = 0
        self.arrived = threading.Event()
        self.released = threading.Event()

    def publish(self, *keys: SigningKey) -> None:
        """From now on these are its keys, and no others."""
        self.published = [key.public for key in keys]

    @property
    def document(self) -> bytes:
        return json.dumps({"keys": self.published}).encode()


class _Handler(BaseHTTPRequestHandler):
    issuer: Issuer

    def do_GET(self) -> None:
        self.issuer.asked += 1
        self.issuer.arrived.set()
        if not self.path.endswith("/jwks"):
            self._send(200, self.issuer.document)
            return
        answers: dict[Manner, Callable[[], None]] = {
            Manner.CUT: lambda: None,
            Manner.FAILING: lambda: self._send(500, self.issuer.document),
            Manner.MALFORMED: lambda: self._send(200, b"<html>Sign in</html>"),
            Manner.HUGE: lambda: self._send(200, self.issuer.document + b" " * 1_000_000),
            Manner.PACKED: lambda: self._send(
                200, gzip.compress(self.issuer.document), **{"Content-Encoding": "gzip"}
            ),
            Manner.MOVED: lambda: self._send(302, b"", Location="/elsewhere"),
            Manner.DRIPPING: self._drip,
            Manner.HELD: self._hold,
            Manner.WELL: lambda: self._send(200, self.issuer.document),
        }
        answers[self.issuer.manner]()

    def _drip(self) -> None:
        """Good in the end, and never silent for long, but not done for many seconds."""
        self._begin(200, DRIPS + len(self.issuer.document))
        for _ in range(DRIPS):
            if self.issuer.released.wait(0.01):
                return
            self.wfile.write(b" ")
        self.wfile.write(self.issuer.document)

    def _hold(self) -> None:
        self.issuer.released.wait(10)
        self._send(200, self.issuer.document)

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self._begin(status, len(body), **headers)
        self.wfile.write(body)

    def _begin(self, status: int, length: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(length)} | headers).items():
            self.send_header(name, value)
        self.end_headers()

    @override
    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            return  # who asked has gone, which is what some tests are about

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Nothing is said."""


@contextmanager
def run_issuer() -> Generator[Issuer]:
    """Serve until the block ends."""

    class Handler(_Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer = Issuer(f"http://127.0.0.1:{server.server_address[1]}")
        Handler.issuer = issuer
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield issuer
        finally:
            issuer.released.set()
            server.shutdown()
            thread.join()
