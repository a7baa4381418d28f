"""Builds the model that the settings ask for, with its budget and its switch around each client."""

from datetime import timedelta
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from server.core.database.engine import Sessions
from server.generation.budget.calls import BudgetedLLM, StoppableLLM, Switch
from server.generation.budget.domain import Price, PriceList
from server.generation.budget.service import Ledger
from server.generation.llm.domain import LLM, OFFLINE
from server.generation.llm.service import Wrap, build_llm
from server.settings import ConfigurationError, Settings

# A section's deadline bounds its calls; a reservation outlives it by as much again.
DEADLINES_PER_RESERVATION = 2


class ModelHasNoPrice(ConfigurationError):
    """A budget is set, and nobody knows what this model costs."""

    def __init__(self, model: str) -> None:
        super().__init__(
            f"LLM_DAILY_BUDGET_USD is set, but the price of the model “{model}” is not known: "
            "name a YAML file in LLM_PRICES_FILE that has it, in the format of "
            "server/generation/budget/prices.yaml, or set LLM_DAILY_BUDGET_USD to 0."
        )


def build_budgeted_llm(settings: Settings, sessions: Sessions, measure: Wrap | None = None) -> LLM:
    """The providers in their order, each behind the switch and, where it has a price, the budget.

    Without a budget a model may have no price: it is then called for an unknown amount. `measure`
    comes outermost, so that it sees what a call has cost, and our own refusals too.
    """
    prices = load_prices(settings.llm_prices_file)
    ledger = build_ledger(settings, sessions)
    switch = Switch(sessions)

    def wrap(client: LLM, model: str) -> LLM:
        price = _find_price(settings, prices, model)
        if price is not None:
            client = BudgetedLLM(client, model=model, price=price, ledger=ledger)
        client = StoppableLLM(client, switch)
        return measure(client, model) if measure else client

    return build_llm(settings, wrap)


def build_reader(settings: Settings, sessions: Sessions, measure: Wrap | None = None) -> LLM | None:
    """Build the models of the second reader, under the budget; None where reviews are off."""
    if settings.llm_review == "off":
        return None
    llm = build_budgeted_llm(choose_readers(settings), sessions, measure)
    return None if llm.health().status == OFFLINE else llm


def choose_readers(settings: Settings) -> Settings:
    """Return the settings with the second reader's models in place of the writer's."""
    models = {
        "anthropic_model": settings.anthropic_review_model or settings.anthropic_model,
        "openai_model": settings.openai_review_model or settings.openai_model,
    }
    return settings.model_copy(update=models)


def build_ledger(settings: Settings, sessions: Sessions) -> Ledger:
    """Build the ledger of the day's budget from the settings."""
    lifetime = timedelta(seconds=settings.llm_timeout_s * DEADLINES_PER_RESERVATION)
    return Ledger(sessions, settings.llm_daily_budget_usd, lifetime)


def check_models(settings: Settings) -> None:
    """Raise ConfigurationError where a client cannot be built, or has no price under a budget."""
    prices = load_prices(settings.llm_prices_file)

    def check(client: LLM, model: str) -> LLM:
        _find_price(settings, prices, model)
        return client

    build_llm(settings, check)
    if settings.llm_review != "off":
        build_llm(choose_readers(settings), check)


def _find_price(settings: Settings, prices: PriceList, model: str) -> Price | None:
    price = prices.price_of(model)
    if price is None and settings.llm_daily_budget_usd:
        raise ModelHasNoPrice(model)
    return price


OURS = Path(__file__).with_name("prices.yaml")


class PriceListError(ConfigurationError):
    """A price list that cannot be read; the message names the file and what is wrong in it."""


class _PriceFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prices: tuple[Price, ...]


def load_prices(path: Path | None = None) -> PriceList:
    """Our list, with a site's own prices in place of ours where it has any."""
    site = () if path is None else _read_file(path)
    return PriceList({price.model: price for price in (*_read_ours(), *site)})


@cache
def _read_ours() -> tuple[Price, ...]:
    """What we ship does not change while we run."""
    return tuple(_read_file(OURS))


def _read_file(path: Path) -> tuple[Price, ...]:
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _PriceFile.model_validate(content).prices
    except (OSError, UnicodeDecodeError) as error:
        raise PriceListError(f"The price list {path} cannot be read.") from error
    except yaml.YAMLError as error:
        raise PriceListError(f"The price list {path} is not YAML.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise PriceListError(f"In the price list {path}, {place}: {first['msg']}.") from error
