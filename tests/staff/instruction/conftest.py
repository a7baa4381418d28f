"""Two workers on one committed database, each with a memory of its own, and an instructor."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from pydantic import SecretStr

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, open_classroom
from tests.staff.instruction.staffroom import Staffroom
from tests.stand_in import StandIn


@pytest.fixture
async def staffroom(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Staffroom]:
    stand_in.behave("simplified")
    with_model = settings.model_copy(
        update={
            "anthropic_api_key": SecretStr("sk-test"),
            "anthropic_base_url": stand_in.anthropic_base_url,
            "llm_timeout_s": 20.0,
            "hot_tier_mb": 8,
        }
    )
    async with AsyncExitStack() as stack:
        first, second = [
            await stack.enter_async_context(
                open_classroom(with_model, committed_database_url, stand_in)
            )
            for _ in range(2)
        ]
        # An instructor is a reader, too: with the learner's answers there is one plan.
        account, headers = await first.enrol(BEGINNER, AccountRole.INSTRUCTOR)
        _, learner = await first.enrol(BEGINNER)
        yield Staffroom(first, second, account, headers, learner)
