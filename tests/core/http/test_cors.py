"""Which sites may call the API from a browser: those in CORS_ORIGINS, and no other."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from httpx import ASGITransport, AsyncClient, Response

from server.app import create_app
from server.core.database.engine import Sessions
from server.settings import Settings

SITE = "https://book.example.org"
OTHER = "https://elsewhere.example.com"
ALLOWED = "access-control-allow-origin"


@asynccontextmanager
async def allowing(
    settings: Settings, sessions: Sessions, *origins: str
) -> AsyncGenerator[AsyncClient]:
    app = create_app(settings.model_copy(update={"cors_origins": origins}), sessions=sessions)
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        yield client


async def ask_leave(client: AsyncClient, origin: str, method: str = "POST") -> Response:
    """What a browser asks before it sends a token or JSON to another site."""
    return await client.options(
        "/api/v1/personalize",
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": method,
            "Access-Control-Request-Headers": "authorization,content-type",
        },
    )


async def test_a_named_site_may_send_tokens_and_json(
    settings: Settings, sessions: Sessions
) -> None:
    async with allowing(settings, sessions, SITE) as client:
        for method in ("GET", "POST", "PUT", "DELETE"):
            leave = await ask_leave(client, SITE, method)
            assert leave.status_code == 200
            assert leave.headers[ALLOWED] == SITE
            assert "authorization" in leave.headers["access-control-allow-headers"].lower()


async def test_a_named_site_may_resume_a_stream(settings: Settings, sessions: Sessions) -> None:
    async with allowing(settings, sessions, SITE) as client:
        leave = await client.options(
            "/api/v1/personalize/stream",
            headers={
                "Origin": SITE,
                "Access-Control-Request-Method": "POST",
                "Access-Control-Request-Headers": "authorization,content-type,last-event-id",
            },
        )
        body = {"chapter_id": "chapter-01"}
        refusal = await client.post(
            "/api/v1/personalize/stream", headers={"Origin": SITE}, json=body
        )
    assert leave.status_code == 200
    assert "last-event-id" in leave.headers["access-control-allow-headers"].lower()
    assert refusal.status_code == 401
    assert refusal.headers[ALLOWED] == SITE
    assert "retry-after" in refusal.headers["access-control-expose-headers"].lower()


async def test_a_named_site_may_read_answers_and_refusals(
    settings: Settings, sessions: Sessions
) -> None:
    async with allowing(settings, sessions, OTHER, SITE) as client:
        for path in ("/api/v1/health/live", "/api/v1/me", "/api/v1/nothing"):
            answer = await client.get(path, headers={"Origin": SITE})
            assert answer.headers[ALLOWED] == SITE
            assert "Origin" in answer.headers["vary"]
            exposed = answer.headers["access-control-expose-headers"].lower()
            assert {"retry-after", "x-request-id"} <= set(exposed.split(", "))


async def test_another_site_may_not(settings: Settings, sessions: Sessions) -> None:
    async with allowing(settings, sessions, SITE) as client:
        leave = await ask_leave(client, OTHER)
        answer = await client.get("/api/v1/health/live", headers={"Origin": OTHER})
    assert leave.status_code == 400
    assert ALLOWED not in leave.headers
    assert ALLOWED not in answer.headers


async def test_without_a_setting_no_site_may(client: AsyncClient) -> None:
    answer = await client.get("/api/v1/health/live", headers={"Origin": SITE})
    assert ALLOWED not in answer.headers
    assert ALLOWED not in (await ask_leave(client, SITE)).headers


async def test_a_slash_at_an_origins_end_does_not_lock_the_site_out(
    settings: Settings, sessions: Sessions
) -> None:
    async with allowing(settings, sessions, f"{SITE}/") as client:
        assert (await ask_leave(client, SITE)).headers[ALLOWED] == SITE


async def test_cookies_are_never_asked_for(settings: Settings, sessions: Sessions) -> None:
    """Accounts travel in a header; a wildcard is then no danger to them."""
    async with allowing(settings, sessions, "*") as client:
        answer = await client.get("/api/v1/health/live", headers={"Origin": OTHER})
    assert answer.headers[ALLOWED] == "*"
    assert "access-control-allow-credentials" not in answer.headers
