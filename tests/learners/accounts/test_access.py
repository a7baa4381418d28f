"""Access: which tokens are believed, which accounts come in, which roles may do what."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx import ASGITransport, AsyncClient
from jose import jwt
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions, create_engine, create_sessions
from server.learners.accounts.dependencies import AdminDep, ClaimsDep, InstructorDep, LearnerDep
from server.learners.accounts.domain import AccountRole, NewAccount, PasswordChange
from server.learners.accounts.service import create_sign_ins
from server.learners.accounts.sessions.tokens import load_secret
from server.settings import Settings
from tests.factories import create_account, sign_in

ME = "/api/v1/me"
DEEP = base64.urlsafe_b64encode(b"[" * 20_000).decode()


def forge(settings: Settings, **changes: object) -> dict[str, str]:
    """A token like ours but for the changes; a claim changed to None is left out."""
    now = datetime.now(UTC)
    claims: dict[str, object] = {
        "iss": "chapterwise",
        "aud": "chapterwise",
        "sub": "1",
        "sid": "session",
        "jti": "one",
        "iat": now,
        "exp": now + timedelta(minutes=5),
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return bearer(jwt.encode(kept, load_secret(settings), algorithm="HS256"))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


async def refused(client: AsyncClient, headers: dict[str, str]) -> bool:
    answer = await client.get(ME, headers=headers)
    assert answer.status_code in {200, 401}
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["type"] == "urn:chapterwise:problem:not-signed-in"
    return answer.status_code == 401


async def test_a_token_of_ours_is_believed(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    account = await create_account(session)
    assert not await refused(client, forge(settings, sub=str(account.id)))
    assert not await refused(client, sign_in(settings, account))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another"},
        {"aud": "another"},
        {"exp": datetime(2020, 1, 1, tzinfo=UTC)},
        {"sub": "not a number"},
        *({name: None} for name in ("iss", "aud", "exp", "iat", "sub", "jti", "sid")),
    ],
)
async def test_a_token_with_a_wrong_or_missing_claim_is_refused(
    client: AsyncClient, session: AsyncSession, settings: Settings, changes: dict[str, object]
) -> None:
    account = await create_account(session)
    assert await refused(client, forge(settings, **{"sub": str(account.id), **changes}))


def test_what_signs_in_shows_no_secret_in_a_log(settings: Settings) -> None:
    secrets = (
        create_sign_ins(settings),
        NewAccount(email="a@b.test", password="hush", onboarding={}, invite="hush"),
        PasswordChange(current="hush", new="hush"),
    )
    assert "hush" not in repr(secrets)
    assert load_secret(settings) not in repr(secrets)


async def test_a_forged_signature_is_refused(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    account = await create_account(session)
    token = sign_in(settings, account)["Authorization"].removeprefix("Bearer ")
    head, body, signature = token.split(".")
    claims = jwt.get_unverified_claims(token)
    none = jwt.encode({}, "x", algorithm="HS256").split(".")[0]
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"  # {"alg":"none","typ":"JWT"}
    for forged in (
        jwt.encode(claims, "another secret", algorithm="HS256"),
        jwt.encode(claims, load_secret(settings), algorithm="HS512"),
        f"{unsigned}.{body}.",
        f"{unsigned}.{body}.{signature}",
        f"{head}.{body}.",
        f"{head}.{body}.{signature[:-4]}AAAA",
        f"{none}..{signature}",
        f"{DEEP}.{body}.{signature}",
        f"{head}.{DEEP}.{signature}",
        "",
        "..",
        "token",
    ):
        assert await refused(client, bearer(forged))


async def test_a_token_that_is_not_even_ascii_is_refused(client: AsyncClient) -> None:
    answer = await client.get(ME, headers={b"Authorization": "Bearer tökèn.ß.ß".encode()})
    assert answer.status_code == 401


async def test_no_header_or_another_scheme_is_refused(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    token = sign_in(settings, await create_account(session))["Authorization"]
    assert await refused(client, {})
    assert await refused(client, {"Authorization": token.replace("Bearer", "Basic")})
    assert await refused(client, {"Authorization": token.removeprefix("Bearer ")})


async def test_an_account_that_is_gone_or_inactive_is_refused_from_the_next_request_on(
    client: AsyncClient, session: AsyncSession, settings: Settings
) -> None:
    one, other = await create_account(session), await create_account(session)
    assert not await refused(client, sign_in(settings, one))
    await session.execute(text("UPDATE users SET is_active = false WHERE id = :id"), {"id": one.id})
    await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": other.id})
    await session.commit()
    assert await refused(client, sign_in(settings, one))
    assert await refused(client, sign_in(settings, other))


def app_with_gates(settings: Settings, sessions: Sessions) -> FastAPI:
    app = create_app(settings, sessions=sessions)

    @app.get("/for/learner")
    async def for_learner(account: LearnerDep) -> int:
        return account.id

    @app.get("/for/instructor")
    async def for_instructor(account: InstructorDep) -> int:
        return account.id

    @app.get("/for/admin")
    async def for_admin(account: AdminDep) -> int:
        return account.id

    @app.get("/for/token")
    async def for_token(claims: ClaimsDep) -> int:
        return claims.user_id

    assert all(callable(gate) for gate in (for_learner, for_instructor, for_admin, for_token))
    return app


@pytest.mark.parametrize("role", AccountRole)
async def test_each_role_includes_the_ones_before_it(
    settings: Settings, sessions: Sessions, session: AsyncSession, role: AccountRole
) -> None:
    headers = sign_in(settings, await create_account(session, role=role))
    transport = ASGITransport(app_with_gates(settings, sessions))
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        for gate in AccountRole:
            answer = await client.get(f"/for/{gate}", headers=headers)
            assert answer.status_code == (200 if role.includes(gate) else 403)
            assert (await client.get(f"/for/{gate}")).status_code == 401


async def test_a_changed_role_counts_from_the_next_request_on(
    settings: Settings, sessions: Sessions, session: AsyncSession
) -> None:
    headers = sign_in(settings, await create_account(session, role=AccountRole.ADMIN))
    transport = ASGITransport(app_with_gates(settings, sessions))
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/for/admin", headers=headers)).status_code == 200
        await session.execute(text("UPDATE users SET role = 'learner'"))
        await session.commit()
        assert (await client.get("/for/admin", headers=headers)).status_code == 403


async def test_a_token_is_read_without_the_database(settings: Settings) -> None:
    engine = create_engine("postgresql://nobody@127.0.0.1:1/nowhere")
    transport = ASGITransport(app_with_gates(settings, create_sessions(engine)))
    token = forge(settings, sub="7")
    async with AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get("/for/token", headers=token)).json() == 7
        assert (await client.get("/for/token")).status_code == 401
        assert (await client.get("/for/learner", headers=token)).status_code == 503
    await engine.dispose()


async def test_the_documentation_shows_how_to_authorize_and_what_is_refused(
    client: AsyncClient,
) -> None:
    api = (await client.get("/openapi.json")).json()
    flow = api["components"]["securitySchemes"]["OAuth2PasswordBearer"]["flows"]["password"]
    assert flow["tokenUrl"] == "/api/v1/auth/token"
    assert "/api/v1/auth/token" in api["paths"]
    for path in (ME, f"{ME}/onboarding", f"{ME}/password", f"{ME}/export"):
        for route in api["paths"][path].values():
            assert route["security"] == [{"OAuth2PasswordBearer": []}]
            assert "application/problem+json" in route["responses"]["401"]["content"]
    assert "security" not in api["paths"]["/api/v1/auth/register"]["post"]
