"""The price list: every figure has a date and a source, and a bill adds up to the cent."""

from decimal import Decimal
from pathlib import Path

import pytest

from server.generation.budget.domain import Price, Tokens, cost_of
from server.generation.budget.resources import PriceListError, load_prices
from server.settings import Settings

MILLION = 1_000_000
SONNET = "claude-sonnet-5-5"
TERRA = "gpt-6.1-terra"


def price_of(model: str) -> Price:
    price = load_prices().price_of(model)
    assert price is not None
    return price


def test_default_models_have_prices() -> None:
    for setting in ("anthropic_model", "openai_model"):
        model = Settings.model_fields[setting].default
        assert price_of(model).source.count("https://") == 1


@pytest.mark.parametrize(
    ("tokens", "dollars"),
    [
        (Tokens(MILLION, 0), "2"),
        (Tokens(0, MILLION), "10"),
        (Tokens(MILLION, 0, cache_read=MILLION), "0.20"),
        (Tokens(MILLION, 0, cache_write=MILLION), "2.50"),
        (Tokens(3 * MILLION, 100_000, cache_read=MILLION, cache_write=MILLION), "5.70"),
    ],
)
def test_each_kind_of_token_has_its_rate(tokens: Tokens, dollars: str) -> None:
    assert cost_of(price_of(SONNET), tokens) == Decimal(dollars)


def test_batch_costs_half() -> None:
    tokens = Tokens(MILLION, MILLION)
    assert cost_of(price_of(SONNET), tokens, batch=True) == Decimal(6)


def test_whole_call_is_dearer_only_beyond_the_limit() -> None:
    price = price_of(TERRA)
    assert cost_of(price, Tokens(272_000, 1000)) == Decimal("0.277")
    assert cost_of(price, Tokens(300_000, 1000)) == Decimal("0.6075")


def test_cached_tokens_without_a_rate_count_as_input() -> None:
    bare = price_of(SONNET).model_copy(update={"cache_read": None})
    assert cost_of(bare, Tokens(MILLION, 0, cache_read=MILLION)) == Decimal(2)


@pytest.mark.parametrize("snapshot", [f"{SONNET}-20260929", f"{SONNET}-2026-09-29"])
def test_dated_snapshot_has_the_price_of_its_model(snapshot: str) -> None:
    assert load_prices().price_of(snapshot) == price_of(SONNET)


@pytest.mark.parametrize("other", [f"{SONNET}-fast", f"{SONNET}-2026", "claude-sonnet-5", "", "x"])
def test_unknown_model_has_no_price(other: str) -> None:
    assert load_prices().price_of(other) is None


def test_own_file_overrides_and_adds(tmp_path: Path) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(
        "prices:\n"
        f"  - {{model: {SONNET}, input: 1, output: 2.5, as_of: 2026-11-01, source: our contract}}\n"
        "  - {model: our-own, input: 0, output: 0, as_of: 2026-11-01, source: our own machine}\n"
    )
    prices = load_prices(file)
    own = prices.price_of(SONNET)
    assert own is not None
    assert cost_of(own, Tokens(MILLION, MILLION)) == Decimal("3.5")
    assert prices.price_of("our-own") is not None
    assert prices.price_of(TERRA) is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("prices: [{model: a, input: -1, output: 1, as_of: 2026-01-01, source: x}]", "input"),
        ("prices: [{model: a, input: 1, output: 1, source: x}]", "as_of"),
        ("prices: {", "not YAML"),
        ("", "the file"),
    ],
)
def test_broken_list_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "prices.yaml"
    file.write_text(text)
    with pytest.raises(PriceListError, match=said):
        load_prices(file)


def test_missing_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PriceListError, match="cannot be read"):
        load_prices(tmp_path / "none.yaml")
