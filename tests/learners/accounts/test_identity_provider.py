"""Which tokens of the site's identity provider are believed; and the settings that name it."""

import base64
import hmac
import json
import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from httpx import AsyncClient
from jose import jwt
from jose.utils import base64url_decode
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from typing_extensions import override

from server.core.database.engine import Sessions
from server.errors import NotSignedIn
from server.learners.accounts.dependencies import REMEMBERED_S, identify
from server.learners.accounts.domain import AccessClaims
from server.learners.accounts.identity_provider import create_identity_provider
from server.learners.accounts.service import create_sign_ins
from server.learners.accounts.sessions.tokens import GoodSignatures, load_secret
from server.settings import ConfigurationError, Environment, Settings
from tests.factories import create_account, sign_in
from tests.learners.accounts.conftest import ClientFactory, bearer, with_issuer
from tests.learners.accounts.issuer import (
    ALICE,
    AUDIENCE,
    ISSUER,
    Issuer,
    Manner,
    SigningKey,
    ec_key,
    ec_pem,
    good_claims,
    rsa_key,
    stolen_name,
)

ME = "/api/v1/me"


@pytest.fixture
async def open_client(settings: Settings, issuer: Issuer, client_for: ClientFactory) -> AsyncClient:
    """A site with an identity provider that publishes an RSA and an EC key."""
    issuer.publish(rsa_key(), ec_key())
    return await client_for(with_issuer(settings, issuer))


async def status_of(client: AsyncClient, token: str) -> int:
    answer = await client.get(ME, headers=bearer(token))
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code


def encode(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part, default=str).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "key",
    [
        rsa_key(),
        ec_key(),
        *(SigningKey("rsa", algorithm, rsa_key().pem) for algorithm in ("RS384", "RS512")),
        *(
            SigningKey(name, name, ec_pem(curve))
            for name, curve in (("ES384", ec.SECP384R1), ("ES512", ec.SECP521R1))
        ),
    ],
    ids=lambda key: key.algorithm,
)
async def test_a_good_token_comes_in(
    settings: Settings, issuer: Issuer, client_for: ClientFactory, key: SigningKey
) -> None:
    issuer.publish(key)
    client = await client_for(with_issuer(settings, issuer))
    answer = await client.get(ME, headers=bearer(key.sign()))
    assert answer.status_code == 200
    assert answer.json()["identity"] == {"issuer": ISSUER, "subject": ALICE}
    assert answer.json()["email"] is None
    assert answer.json()["role"] == "learner"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": ["https://other.example.org", AUDIENCE]},
        {"iat": timedelta(seconds=20)},
        {"exp": timedelta(seconds=-10)},
        {"nbf": timedelta(seconds=20)},
        {"nbf": timedelta(hours=-1)},
        {"at_hash": "of an access token that we are not shown"},
        {"email": "alice@example.org", "email_verified": True, "name": "Alice"},
    ],
)
async def test_what_good_issuers_also_say_does_no_harm(
    open_client: AsyncClient, changes: dict[str, object]
) -> None:
    assert await status_of(open_client, rsa_key().sign(**changes)) == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example.org/"},
        {"iss": ISSUER.rstrip("/")},
        {"iss": [ISSUER]},
        {"aud": "https://other.example.org"},
        {"aud": ["https://other.example.org"]},
        {"aud": {AUDIENCE: AUDIENCE}},
        {"exp": timedelta(seconds=-40)},
        {"exp": "soon"},
        {"exp": 1e400},
        {"iat": timedelta(minutes=5)},
        {"iat": [1]},
        {"nbf": timedelta(minutes=5)},
        {"sub": 7},
        {"sub": ""},
        {"sub": "a" * 256},
        {"sub": "a\nb"},
        {"sub": "a\u0000b"},
        {"sub": "\ud800"},
        *({name: None} for name in ("iss", "aud", "exp", "iat", "sub")),
    ],
)
async def test_a_token_with_a_wrong_or_missing_claim_is_refused(
    open_client: AsyncClient, session: AsyncSession, changes: dict[str, object]
) -> None:
    assert await status_of(open_client, rsa_key().sign(**changes)) == 401
    assert await session.scalar(text("SELECT count(*) FROM users")) == 0


@pytest.mark.parametrize("name", ["https://other.example.org/", "chapterwise", None, [ISSUER]])
async def test_the_provider_vouches_for_its_own_tokens_only(
    settings: Settings, issuer: Issuer, name: object
) -> None:
    """Whatever led the token here, the issuer it names is checked with its signature."""
    issuer.publish(rsa_key())
    provider = create_identity_provider(with_issuer(settings, issuer))
    assert provider is not None
    with pytest.raises(NotSignedIn):
        await provider.read(rsa_key().sign(iss=name))


async def test_a_public_key_is_no_shared_secret(open_client: AsyncClient) -> None:
    """The classic confusion of algorithms, with every form in which the key's bytes are known."""
    modulus = str(rsa_key().public["n"])
    header = {"alg": "HS256", "typ": "JWT", "kid": "rsa"}
    for secret in (
        rsa_key().public_pem.encode(),
        rsa_key().public_pem.strip().encode(),
        modulus.encode(),
        base64url_decode(modulus.encode()),
        json.dumps(rsa_key().public).encode(),
    ):
        forged = _sign_symmetrically(secret, header)
        assert await status_of(open_client, forged) == 401


def _sign_symmetrically(secret: bytes, header: dict[str, str]) -> str:
    """By hand, since the library refuses to use a key's PEM as a secret."""
    claims = {
        name: int(value.timestamp()) if isinstance(value, datetime) else value
        for name, value in good_claims().items()
    }
    signed = f"{encode(header)}.{encode(claims)}"
    signature = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


async def test_a_token_of_the_provider_signed_with_our_secret_is_refused(
    open_client: AsyncClient, settings: Settings
) -> None:
    ours = load_secret(settings)
    for claims in (good_claims(), good_claims() | {"iss": "chapterwise"}):
        assert await status_of(open_client, jwt.encode(claims, ours, "HS256")) == 401


async def test_a_token_that_says_it_is_ours_is_not_checked_with_the_providers_keys(
    open_client: AsyncClient, session: AsyncSession
) -> None:
    account = await create_account(session)
    claims = {"iss": "chapterwise", "aud": "chapterwise", "sub": str(account.id)}
    token = rsa_key().sign(**claims, sid="session", jti="one")
    assert await status_of(open_client, token) == 401


async def test_no_signature_is_no_signature(open_client: AsyncClient) -> None:
    token = rsa_key().sign()
    _, body, signature = token.split(".")
    for algorithm in ("none", "None", "", None, ["RS256"]):
        head = encode({"alg": algorithm, "typ": "JWT", "kid": "rsa"})
        for end in ("", signature):
            assert await status_of(open_client, f"{head}.{body}.{end}") == 401


async def test_a_key_of_another_type_or_owner_does_not_fit(open_client: AsyncClient) -> None:
    for forged in (
        SigningKey("ec", "RS256", rsa_key().pem),
        SigningKey("rsa", "ES256", ec_key().pem),
        SigningKey("unknown", "RS256", rsa_key().pem),
        SigningKey(None, "RS256", rsa_key().pem),
        stolen_name(),
        SigningKey("ec", "ES384", ec_pem(ec.SECP384R1)),
    ):
        assert await status_of(open_client, forged.sign()) == 401


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"]},
        {"kid": 1},
        {"kid": ["rsa"]},
        {"kid": {"rsa": "rsa"}},
        {"kid": "../rsa"},
        {"kid": ""},
    ],
)
async def test_an_odd_head_is_refused(open_client: AsyncClient, header: dict[str, object]) -> None:
    assert await status_of(open_client, rsa_key().sign_under(header)) == 401


async def test_keys_that_a_token_brings_along_are_not_used(open_client: AsyncClient) -> None:
    stranger = stolen_name()
    brought: dict[str, object] = {"jwk": stranger.public, "jku": "http://127.0.0.1:1/jwks"}
    assert await status_of(open_client, stranger.sign_under(brought)) == 401


async def test_a_broken_token_is_refused(open_client: AsyncClient) -> None:
    head, body, signature = rsa_key().sign().split(".")
    deep = base64.urlsafe_b64encode(b"[" * 20_000).decode()
    other = encode(good_claims() | {"sub": "mallory", "iat": 1, "exp": 4_000_000_000})
    for broken in (
        f"{head}.{other}.{signature}",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{head}.{body}.",
        f"{head}.{body}",
        f"{deep}.{body}.{signature}",
        f"{head}.{deep}.{signature}",
        f"{encode([])}.{body}.{signature}",
        f"{head}.{encode([])}.{signature}",
    ):
        assert await status_of(open_client, broken) == 401


async def test_our_own_tokens_work_beside_it_even_while_it_is_down(
    open_client: AsyncClient, issuer: Issuer, settings: Settings, session: AsyncSession
) -> None:
    issuer.manner = Manner.CUT
    account = await create_account(session)
    answer = await open_client.get(ME, headers=sign_in(settings, account))
    assert answer.json()["email"] == account.email
    assert answer.json()["identity"] is None
    assert issuer.asked == 0


async def test_a_site_without_a_provider_asks_nobody(client: AsyncClient, issuer: Issuer) -> None:
    issuer.publish(rsa_key())
    assert await status_of(client, rsa_key().sign()) == 401
    assert issuer.asked == 0


async def test_a_provider_out_of_reach_is_a_problem_of_the_service(
    open_client: AsyncClient, issuer: Issuer
) -> None:
    issuer.manner = Manner.FAILING
    answer = await open_client.get(ME, headers=bearer(rsa_key().sign()))
    assert answer.status_code == 503
    assert answer.json()["type"] == "urn:chapterwise:problem:identity-provider-unavailable"
    assert answer.headers["retry-after"] == "5"
    assert issuer.jwks_url not in answer.text


async def test_a_rotated_key_is_believed_at_once(open_client: AsyncClient, issuer: Issuer) -> None:
    assert await status_of(open_client, rsa_key().sign()) == 200
    issuer.publish(ec_key("of today"))
    assert await status_of(open_client, ec_key("of today").sign()) == 200
    assert await status_of(open_client, rsa_key().sign(sub="bob")) == 401


async def test_a_good_token_is_remembered(open_client: AsyncClient, issuer: Issuer) -> None:
    token = rsa_key().sign()
    assert await status_of(open_client, token) == 200
    issuer.publish(ec_key("of today"))
    assert await status_of(open_client, ec_key("of today").sign()) == 200
    assert await status_of(open_client, rsa_key().sign(jti="not seen before")) == 401
    assert await status_of(open_client, token) == 200


class Noting(GoodSignatures):
    """Says until when it was asked to remember."""

    until = 0

    @override
    def remember(self, token: str, expires_at: int, claims: AccessClaims) -> None:
        self.until = expires_at
        super().remember(token, expires_at, claims)


@pytest.mark.parametrize(
    ("lasts", "remembered_s"), [(timedelta(minutes=10), REMEMBERED_S), (timedelta(seconds=5), 5)]
)
async def test_it_is_remembered_for_a_minute_and_never_longer_than_it_lasts(
    settings: Settings, sessions: Sessions, issuer: Issuer, lasts: timedelta, remembered_s: int
) -> None:
    issuer.publish(rsa_key())
    good = Noting()
    sign_ins = create_sign_ins(with_issuer(settings, issuer))
    sign_ins = replace(sign_ins, access_tokens=replace(sign_ins.access_tokens, good=good))
    before = time.time()
    await identify(sessions, sign_ins, rsa_key().sign(exp=lasts))
    assert before + remembered_s - 1 <= good.until <= time.time() + remembered_s


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"auth_jwks_url": ""}, "AUTH_JWKS_URL"),
        ({"auth_issuer": ""}, "AUTH_ISSUER"),
        ({"auth_audience": ""}, "AUTH_AUDIENCE"),
        ({"auth_issuer": "", "auth_audience": ""}, "AUTH_ISSUER and AUTH_AUDIENCE"),
        ({"auth_issuer": "chapterwise"}, "AUTH_ISSUER"),
        ({"auth_jwks_url": "http://people.example.org/jwks"}, "https"),
        ({"auth_jwks_url": "http://127.0.0.1.example.org/jwks"}, "https"),
        ({"auth_jwks_url": "http://10.0.0.1/jwks"}, "https"),
        ({"auth_jwks_url": "file:///etc/passwd"}, "https"),
        ({"auth_jwks_url": "https:///jwks"}, "https"),
        ({"auth_jwks_url": "people.example.org/jwks"}, "https"),
        ({"auth_jwks_url": "https://people.example.org:port/jwks"}, "https"),
        (
            {
                "auth_jwks_url": "http://127.0.0.1:8080/jwks",
                "environment": Environment.PRODUCTION,
                "jwt_secret": "f1d8a47c0b9e4d6ba2c35e7f90816d24",
            },
            "https",
        ),
    ],
)
def test_half_a_provider_or_an_open_line_is_refused_at_the_start(
    settings: Settings, changes: dict[str, object], said: str
) -> None:
    whole = {
        **settings.model_dump(),
        "auth_jwks_url": "https://people.example.org/jwks",
        "auth_issuer": ISSUER,
        "auth_audience": AUDIENCE,
    }
    create_sign_ins(Settings.model_validate(whole))
    with pytest.raises(ConfigurationError, match=said) as refused:
        create_sign_ins(Settings.model_validate(whole | changes))
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
def test_on_this_machine_http_will_do_for_trying_out(settings: Settings, host: str) -> None:
    local = {
        "auth_jwks_url": f"http://{host}/jwks",
        "auth_issuer": ISSUER,
        "auth_audience": AUDIENCE,
    }
    assert create_identity_provider(settings.model_copy(update=local)) is not None
