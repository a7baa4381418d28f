"""Health, readiness and liveness; and what becomes of requests while the database is away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from httpx import ASGITransport, AsyncClient
from typing_extensions import override

from server.app import create_app
from server.core.database.engine import create_engine, create_sessions
from server.generation.budget.service import start_models, stop_models
from server.generation.llm.domain import LLMHealth
from server.generation.llm.offline import OfflineLLM
from server.learners.accounts.domain import Account, AccountRole
from server.settings import Settings
from tests.calls import CALLS, CHAPTER, Who
from tests.core.database.line import Line, line_to
from tests.factories import create_account, sign_in
from tests.fakes import ScriptedLLM
from tests.problems import assert_problem


@dataclass
class Site:
    """An application whose line to the database can be cut."""

    client: AsyncClient
    line: Line
    headers: dict[str, str]
    account: Account

    async def ask_health(self) -> tuple[int, str, str]:
        answer = await self.client.get("/api/v1/health/ready")
        body = answer.json()
        return answer.status_code, body["status"], body["services"]["database"]


@pytest.fixture
async def site(settings: Settings, committed_database_url: str) -> AsyncIterator[Site]:
    settings.docs_dir.mkdir(parents=True)
    (settings.docs_dir / f"{CHAPTER}.md").write_text("# Robots\n\nThey move.\n", encoding="utf-8")
    async with line_to(committed_database_url) as line:
        engine = create_engine(line.url)
        sessions = create_sessions(engine)
        async with sessions() as session:
            account = await create_account(session, role=AccountRole.ADMIN)
        app = create_app(settings, sessions=sessions)
        async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
            yield Site(client, line, sign_in(settings, account), account)
        await engine.dispose()


class FailingLLM(OfflineLLM):
    """A model whose provider is in trouble."""

    @override
    def health(self) -> LLMHealth:
        return LLMHealth("degraded", (("claude", "overloaded"),))


async def test_without_a_key_the_service_is_ready_and_says_offline(client: AsyncClient) -> None:
    for path in ("/api/v1/health", "/api/v1/health/ready"):
        answer = await client.get(path)
        body = answer.json()
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert set(body) == {"status", "timestamp", "services"}
        assert body["status"] == "ok"
        assert body["services"] == {"database": "ok", "llm": "offline"}


async def test_models_in_trouble_degrade_the_service_and_do_not_stop_it(
    settings: Settings, site: Site
) -> None:
    engine = create_engine(site.line.url)
    app = create_app(settings, sessions=create_sessions(engine), llm=FailingLLM())
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        answer = await client.get("/api/v1/health")
    await engine.dispose()
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["services"] == {"database": "ok", "llm": "degraded"}
    assert answer.json()["reason"] == "claude: overloaded"


async def test_models_that_somebody_has_stopped_degrade_the_service_for_as_long(
    settings: Settings, site: Site
) -> None:
    engine = create_engine(site.line.url)
    sessions = create_sessions(engine)
    app = create_app(settings, sessions=sessions, llm=ScriptedLLM([""]))
    async with AsyncClient(transport=ASGITransport(app), base_url="http://test") as client:
        async with sessions.begin() as session:
            await stop_models(session, by="ada", reason="too dear")
        stopped = (await client.get("/api/v1/health")).json()
        async with sessions.begin() as session:
            await start_models(session)
        started = (await client.get("/api/v1/health")).json()
    await engine.dispose()
    assert (stopped["status"], stopped["services"]["llm"]) == ("degraded", "degraded")
    assert stopped["reason"] == "All model calls are stopped."
    assert (started["status"], started["services"]["llm"]) == ("ok", "ready")
    assert "reason" not in started


async def test_while_the_database_is_away_requests_are_503_and_afterwards_answered(
    site: Site,
) -> None:
    assert await site.ask_health() == (200, "ok", "ok")
    assert (await site.client.get("/api/v1/me", headers=site.headers)).status_code == 200

    await site.line.cut()
    assert await site.ask_health() == (503, "unavailable", "unavailable")
    assert (await site.client.get("/api/v1/health/live")).json() == {"status": "ok"}
    for call in CALLS:
        if call.who is not Who.ANYONE or "/auth/" in call.path:
            assert_problem(await call.send(site.client, site.headers), 503)
    assert (await site.client.get(f"/api/v1/chapters/{CHAPTER}")).status_code == 200

    await site.line.mend()
    assert await site.ask_health() == (200, "ok", "ok")
    answer = await site.client.get("/api/v1/me", headers=site.headers)
    assert answer.json()["email"] == site.account.email


async def test_a_database_that_never_answers_is_unavailable_soon(site: Site) -> None:
    """Both on a connection that stood, and on one that is being made."""
    assert await site.ask_health() == (200, "ok", "ok")
    site.line.is_dead = True
    assert await site.ask_health() == (503, "unavailable", "unavailable")
    assert await site.ask_health() == (503, "unavailable", "unavailable")
