"""An issuer's public keys: read from its JWKS, each with the algorithms that it may verify."""

from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import UnsupportedAlgorithm
from jose import jwk
from jose.exceptions import JOSEError
from jose.utils import base64_to_long
from pydantic import BaseModel, JsonValue, ValidationError

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
