"""Which model the settings give."""

import pytest

from server.generation.llm.domain import LLM
from server.generation.llm.service import UnknownProvider, build_llm
from server.settings import ConfigurationError, Settings
from tests.generation.llm.asking import ask
from tests.stand_in import StandIn

BOTH_KEYS = {"anthropic_api_key": "a-key", "openai_api_key": "o-key"}


def make_settings(stand_in: StandIn, **values: object) -> Settings:
    urls = {
        "anthropic_base_url": stand_in.anthropic_base_url,
        "openai_base_url": stand_in.openai_base_url,
    }
    return Settings.model_validate({"llm_providers": "anthropic,openai", **urls, **values})


def named(llm: LLM) -> list[str]:
    return [name for name, _ in llm.health().providers]


async def test_providers_are_asked_in_the_order_of_the_settings(stand_in: StandIn) -> None:
    llm = build_llm(make_settings(stand_in, llm_providers="openai, Anthropic", **BOTH_KEYS))
    assert named(llm) == ["openai", "claude"]
    assert (await ask(llm)).completed.provider == "openai"
    await llm.aclose()


async def test_models_and_keys_are_those_of_the_settings(stand_in: StandIn) -> None:
    settings = make_settings(stand_in, anthropic_model="claude-test", **BOTH_KEYS)
    llm = build_llm(settings)
    await ask(llm)
    await llm.aclose()
    call = stand_in.calls[0]
    assert (call.provider, call.model) == ("anthropic", "claude-test")
    assert call.effort == settings.anthropic_effort
    assert "a-key" in call.headers.get("x-api-key", call.headers["authorization"])


async def test_provider_without_a_key_is_skipped(stand_in: StandIn) -> None:
    llm = build_llm(make_settings(stand_in, openai_api_key="o-key", anthropic_api_key=" "))
    assert named(llm) == ["openai"]
    await llm.aclose()


@pytest.mark.parametrize(
    "values", [{}, {"llm_providers": "", **BOTH_KEYS}, {"llm_providers": "offline", **BOTH_KEYS}]
)
async def test_offline_serves_when_no_provider_is_left(
    stand_in: StandIn, values: dict[str, object]
) -> None:
    llm = build_llm(make_settings(stand_in, **values))
    assert llm.health().status == "offline"
    assert (await ask(llm)).completed.provider == "offline"
    assert stand_in.calls == []


def test_unknown_provider_is_refused_at_the_start(stand_in: StandIn) -> None:
    with pytest.raises(UnknownProvider, match="“gemini”; the providers are anthropic, openai"):
        build_llm(make_settings(stand_in, llm_providers="gemini"))


def test_base_url_without_a_scheme_is_refused_at_the_start(stand_in: StandIn) -> None:
    settings = make_settings(stand_in, openai_base_url="localhost:11434/v1", openai_api_key="k")
    with pytest.raises(ConfigurationError, match="OPENAI_BASE_URL must begin with http"):
        build_llm(settings)
