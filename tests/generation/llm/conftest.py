"""A client of each provider, pointed at the stand-in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from server.generation.llm.anthropic.client import AnthropicLLM
from server.generation.llm.domain import LLM
from server.generation.llm.openai.client import OpenAILLM
from server.generation.llm.sdk import Account
from tests.stand_in import StandIn

KEY = "sk-secret-1234"

Connect = Callable[..., LLM]


@pytest.fixture
async def connect(stand_in: StandIn) -> AsyncIterator[Connect]:
    """Make a client of a provider, closed when the test ends."""
    async with AsyncExitStack() as stack:

        def make(
            provider: str, *, url: str | None = None, effort: str = "", timeout_s: float = 20
        ) -> LLM:
            own = {
                "anthropic": stand_in.anthropic_base_url,
                "openai": stand_in.openai_base_url,
            }
            kind = AnthropicLLM if provider == "anthropic" else OpenAILLM
            account = Account(KEY, url or own[provider], "model-of-the-test", effort, timeout_s)
            client: LLM = kind(account)
            stack.push_async_callback(client.aclose)
            return client

        yield make


@pytest.fixture(params=["anthropic", "openai"])
def provider(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(provider: str, connect: Connect) -> LLM:
    return connect(provider)
