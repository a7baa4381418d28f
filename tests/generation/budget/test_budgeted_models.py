"""What the settings make of the budget, and when they are refused before the first request."""

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from server.core.database.engine import Sessions
from server.generation.budget.resources import (
    ModelHasNoPrice,
    PriceListError,
    build_budgeted_llm,
    check_models,
)
from server.generation.budget.service import spent_today
from server.generation.llm.service import UnknownProvider
from server.settings import Settings
from tests.generation.llm.asking import ask
from tests.stand_in import StandIn

KEY = SecretStr("sk-secret-1234")


def settings_for(stand_in: StandIn, **changes: object) -> Settings:
    given: dict[str, object] = {
        "anthropic_api_key": KEY,
        "anthropic_base_url": stand_in.anthropic_base_url,
        "openai_api_key": KEY,
        "openai_base_url": stand_in.openai_base_url,
    }
    return Settings.model_validate(given | changes)


@pytest.fixture
def own_prices(tmp_path: Path) -> Path:
    file = tmp_path / "prices.yaml"
    file.write_text(
        "prices: [{model: our-own, input: 3, output: 4, as_of: 2026-11-01, source: our contract}]"
    )
    return file


async def test_model_without_a_price_is_refused_under_a_budget(
    stand_in: StandIn, sessions: Sessions
) -> None:
    unpriced = settings_for(stand_in, openai_model="our-own", llm_daily_budget_usd="5")
    with pytest.raises(ModelHasNoPrice, match=r"“our-own”.*LLM_PRICES_FILE.*prices\.yaml"):
        check_models(unpriced)
    with pytest.raises(ModelHasNoPrice):
        build_budgeted_llm(unpriced, sessions)


def test_price_of_the_sites_own_is_enough(stand_in: StandIn, own_prices: Path) -> None:
    check_models(
        settings_for(
            stand_in,
            openai_model="our-own",
            llm_daily_budget_usd="5",
            llm_prices_file=own_prices,
        )
    )


def test_model_that_nobody_can_call_needs_no_price(stand_in: StandIn) -> None:
    check_models(
        settings_for(stand_in, openai_model="our-own", openai_api_key="", llm_daily_budget_usd="5")
    )
    check_models(Settings(llm_daily_budget_usd=Decimal(5)))  # offline


def test_what_cannot_be_built_or_read_is_refused_too(stand_in: StandIn, tmp_path: Path) -> None:
    with pytest.raises(UnknownProvider):
        check_models(settings_for(stand_in, llm_providers="mistral"))
    with pytest.raises(PriceListError):
        check_models(settings_for(stand_in, llm_prices_file=tmp_path / "none.yaml"))


@pytest.mark.parametrize("budget", ["-1", "lots", "inf", "nan"])
def test_budget_that_is_no_amount_is_refused(stand_in: StandIn, budget: str) -> None:
    with pytest.raises(ValidationError):
        settings_for(stand_in, llm_daily_budget_usd=budget)


async def test_call_is_priced_and_booked(many: Sessions, stand_in: StandIn) -> None:
    settings = settings_for(stand_in, llm_daily_budget_usd="5")
    llm = build_budgeted_llm(settings, many)
    cost = (await ask(llm)).completed.cost_usd
    await llm.aclose()

    async with many() as session:
        spending = await spent_today(session, settings.llm_daily_budget_usd)
    assert spending.settled_usd == cost != 0
    assert spending.limit_usd == 5


async def test_without_a_budget_a_model_without_a_price_costs_nobody_knows_what(
    many: Sessions, stand_in: StandIn
) -> None:
    llm = build_budgeted_llm(settings_for(stand_in, anthropic_model="our-own"), many)
    completed = (await ask(llm)).completed
    await llm.aclose()
    assert completed.output_tokens > 0
    assert completed.cost_usd is None
