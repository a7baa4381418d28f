"""Which keys of a JWKS are taken, and for which algorithms."""

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.learners.accounts.keys import NotKeys, PublicKey, read_keys
from tests.learners.accounts.issuer import SigningKey, ec_key, ec_pem, rsa_key, rsa_pem

RSA = rsa_key().public
EC = ec_key().public


def read(*keys: object) -> tuple[PublicKey, ...]:
    return read_keys(json.dumps({"keys": keys}).encode())


def without(key: dict[str, object], *names: str) -> dict[str, object]:
    return {name: value for name, value in key.items() if name not in names}


def test_a_key_is_good_for_what_its_type_allows() -> None:
    keys = read(
        without(RSA, "alg"),
        *(
            without(SigningKey(name, name, ec_pem(curve)).public, "alg")
            for name, curve in (
                ("ES256", ec.SECP256R1),
                ("ES384", ec.SECP384R1),
                ("ES512", ec.SECP521R1),
            )
        ),
    )
    assert keys[0].algorithms == {"RS256", "RS384", "RS512"}
    assert [each.algorithms for each in keys[1:]] == [{"ES256"}, {"ES384"}, {"ES512"}]


def test_a_key_may_say_that_it_is_good_for_less_but_not_for_more() -> None:
    (key,) = read(RSA | {"alg": "RS384"})
    assert key.algorithms == {"RS384"}
    for other in ("HS256", "none", "ES256", "RSA-OAEP"):
        with pytest.raises(NotKeys):
            read(RSA | {"alg": other})
    with pytest.raises(NotKeys):
        read(EC | {"alg": "ES384"})


def test_nothing_secret_is_taken_over() -> None:
    (key,) = read(RSA | {"d": "c2VjcmV0", "p": "c2VjcmV0", "k": "c2VjcmV0", "x5u": "http://a"})
    assert set(key.parameters) == {"kty", "n", "e"}


@pytest.mark.parametrize(
    "useless",
    [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "rsa", "alg": "HS256"},
        {"kty": "OKP", "crv": "Ed25519", "x": "c2VjcmV0"},
        {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"},
        RSA | {"use": "enc"},
        RSA | {"key_ops": ["encrypt"]},
        RSA | {"n": ""},
        RSA | {"n": "%%%"},
        RSA | {"n": 5},
        without(RSA, "e"),
        EC | {"x": "AAAA"},
        EC | {"crv": ["P-256"]},
        SigningKey("short", "RS256", rsa_pem(1024)).public,
        RSA | {"n": "_" * 2000},
        {},
        [],
        "key",
        None,
    ],
)
def test_a_useless_key_spoils_nothing_for_the_others(useless: object) -> None:
    assert [key.kid for key in read(useless, EC)] == ["ec"]
    with pytest.raises(NotKeys):
        read(useless)


@pytest.mark.parametrize(
    "document",
    [b"", b"{}", b"[]", b"null", b'{"keys": {}}', b'{"keys": []}', b"\xff", b"[" * 50_000],
)
def test_what_is_no_jwks_is_refused(document: bytes) -> None:
    with pytest.raises(NotKeys):
        read_keys(document)


def test_only_so_many_keys_are_looked_at() -> None:
    assert len(read(*[EC] * 150)) == 100
