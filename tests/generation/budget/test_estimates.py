"""What a call can cost at most, and what is made of one that ended without a count."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.generation.budget.domain import NOTHING, Price
from server.generation.budget.resources import load_prices
from server.generation.budget.service import Meter, bill_most, bound_tokens, estimate_cost
from server.generation.llm.domain import (
    Completed,
    Failure,
    LLMRequest,
    LLMUnavailable,
    Message,
    StopReason,
)

PRICES = load_prices()
REQUEST = LLMRequest("Keep every placeholder.", (Message("user", "A motor turns."),), 1000)


def price_of(model: str) -> Price:
    price = PRICES.price_of(model)
    assert price is not None
    return price


SONNET = price_of("claude-sonnet-5-5")


def meter_of(price: Price = SONNET) -> Meter:
    return Meter(price, bill_most(price, REQUEST))


def completed(prompt: int, answer: int, *, cached: int = 0, written: int = 0) -> Completed:
    return Completed(StopReason.END, "claude", "claude-sonnet-5-5", prompt, answer, cached, written)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("abc", 1), ("abcd", 2), ("روبوٹ", 3), ("روبوٹ abc", 5)]
)
def test_other_scripts_have_fewer_characters_to_a_token(text: str, tokens: int) -> None:
    assert bound_tokens(text) == tokens


@given(
    prompt=st.integers(1, 45),
    answer=st.integers(0, 1000),
    shares=st.tuples(st.integers(0, 50), st.integers(0, 50)),
    model=st.sampled_from(sorted(PRICES.prices)),
)
def test_no_count_within_the_estimate_costs_more_than_is_reserved(
    prompt: int, answer: int, shares: tuple[int, int], model: str
) -> None:
    cached = min(prompt, shares[0])
    written = min(prompt - cached, shares[1])
    meter = meter_of(price_of(model))
    assert meter.most.input_tokens >= 45
    meter.complete(completed(prompt, answer, cached=cached, written=written))
    assert meter.bill.cost_usd <= meter.most.cost_usd


def test_longest_answer_and_a_cache_write_are_reserved() -> None:
    most = bill_most(SONNET, REQUEST)
    expected = (most.input_tokens * Decimal("2.50") + 1000 * Decimal("10.00")) / 1_000_000
    assert most.cost_usd == expected.quantize(Decimal("0.000001"), rounding="ROUND_CEILING")


def test_batch_is_reserved_at_its_lower_price() -> None:
    batch = bill_most(SONNET, REQUEST, batch=True).cost_usd
    assert abs(batch * 2 - bill_most(SONNET, REQUEST).cost_usd) <= Decimal("0.000001")


def test_cost_is_known_only_for_models_with_a_price() -> None:
    assert estimate_cost(PRICES, "claude-sonnet-5-5", 1000, 100) == Decimal("0.003")
    assert estimate_cost(PRICES, "claude-sonnet-5-5", 1000, 100, batch=True) == Decimal("0.0015")
    assert estimate_cost(PRICES, "nobody-knows", 1000, 100) is None


def test_smallest_call_is_not_rounded_away() -> None:
    assert estimate_cost(PRICES, "gpt-6-luna", 1, 0) == Decimal("0.000001")


def test_text_that_came_is_billed_with_the_whole_prompt() -> None:
    meter = meter_of()
    meter.hear("In short: a motor turns.")
    meter.fail(LLMUnavailable("claude", Failure.OVERLOADED))
    assert meter.bill.input_tokens == meter.most.input_tokens
    assert meter.bill.output_tokens == 8
    assert NOTHING.cost_usd < meter.bill.cost_usd < meter.most.cost_usd


def test_silence_may_have_been_thinking() -> None:
    meter = meter_of()
    meter.fail(LLMUnavailable("claude", Failure.TIMEOUT))
    assert meter.bill == meter.most


@pytest.mark.parametrize(
    "failure",
    sorted(set(Failure) - {Failure.TIMEOUT, Failure.CONNECTION}),
)
def test_refusal_before_any_text_costs_nothing(failure: Failure) -> None:
    meter = meter_of()
    meter.fail(LLMUnavailable("claude", failure))
    assert meter.bill == NOTHING


def test_text_is_never_billed_beyond_what_was_allowed() -> None:
    meter = meter_of()
    meter.hear("word " * 10_000)
    assert meter.bill == meter.most


@pytest.mark.parametrize("count", [completed(0, 0), completed(0, 12), completed(40, 0)])
def test_count_that_cannot_be_is_replaced_by_the_estimate(count: Completed) -> None:
    meter = meter_of()
    meter.hear("A motor turns.")
    told = meter.complete(count)
    assert told.cost_usd == meter.bill.cost_usd > 0
    assert meter.bill.output_tokens == 5
