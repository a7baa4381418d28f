"""A ledger on a database that many connections really commit to, and clients at the stand-in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from decimal import Decimal

import pytest

from server.core.database.engine import Sessions, create_engine, create_sessions
from server.generation.budget.domain import DaySpending
from server.generation.budget.service import Ledger, spent_today
from server.generation.llm.anthropic.client import AnthropicLLM
from server.generation.llm.domain import LLM
from server.generation.llm.openai.client import OpenAILLM
from server.generation.llm.sdk import Account
from tests.stand_in import StandIn

LIFETIME = timedelta(minutes=4)
MODELS = {"anthropic": "claude-sonnet-5-5", "openai": "gpt-6.1-terra"}

Connect = Callable[..., LLM]


@pytest.fixture
async def many(committed_database_url: str) -> AsyncIterator[Sessions]:
    """Sessions on as many connections as a worker has."""
    engine = create_engine(committed_database_url)
    yield create_sessions(engine)
    await engine.dispose()


@pytest.fixture
def ledger(many: Sessions) -> Ledger:
    return Ledger(many, Decimal(5), LIFETIME)


@pytest.fixture
async def connect(stand_in: StandIn) -> AsyncIterator[Connect]:
    """Make a client of a provider, closed when the test ends."""
    async with AsyncExitStack() as stack:

        def make(provider: str, *, url: str | None = None, timeout_s: float = 20) -> LLM:
            own = (
                stand_in.anthropic_base_url if provider == "anthropic" else stand_in.openai_base_url
            )
            kind = AnthropicLLM if provider == "anthropic" else OpenAILLM
            account = Account("sk-secret-1234", url or own, MODELS[provider], "", timeout_s)
            client: LLM = kind(account)
            stack.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture(params=["anthropic", "openai"])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


async def add_up(ledger: Ledger) -> DaySpending:
    async with ledger.sessions() as session:
        return await spent_today(session, ledger.daily_limit_usd)
