"""A classroom on a committed database, with the real SDK against the stand-in."""

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from server.settings import Settings
from tests.generation.renditions.classroom import Classroom, open_classroom
from tests.stand_in import StandIn


@pytest.fixture
def model_settings(settings: Settings, stand_in: StandIn) -> Settings:
    """Anthropic's SDK, pointed at the stand-in."""
    return settings.model_copy(
        update={
            "anthropic_api_key": SecretStr("sk-test"),
            "anthropic_base_url": stand_in.anthropic_base_url,
            "llm_timeout_s": 20.0,
            "hot_tier_mb": 0,  # most tests are about what the database holds
        }
    )


@pytest.fixture
async def classroom(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Classroom]:
    stand_in.behave("simplified")
    async with open_classroom(model_settings, committed_database_url, stand_in) as classroom:
        yield classroom
