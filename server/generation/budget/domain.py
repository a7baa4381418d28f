"""The frozen values of money and limits."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MICRODOLLAR: Final = Decimal("0.000001")
NO_MONEY: Final = Decimal(0)


def round_up(dollars: Decimal) -> Decimal:
    """To the six places that the tables keep; a fraction of the last is never dropped."""
    return dollars.quantize(MICRODOLLAR, rounding=ROUND_CEILING)


@dataclass(frozen=True, slots=True)
class Reservation:
    """The most that a call may cost, held back until its bill is known."""

    id: UUID
    provider: str
    model: str
    amount_usd: Decimal


@dataclass(frozen=True, slots=True)
class Bill:
    """What a call has cost, or the calls of a batch together, and the tokens that were bought."""

    cost_usd: Decimal
    input_tokens: int
    output_tokens: int
    calls: int = 1


NOTHING: Final = Bill(NO_MONEY, 0, 0, calls=0)


def add_bills(bills: Iterable[Bill]) -> Bill:
    """One bill for a whole batch, which is reserved and settled as one."""
    total = NOTHING
    for bill in bills:
        total = Bill(
            total.cost_usd + bill.cost_usd,
            total.input_tokens + bill.input_tokens,
            total.output_tokens + bill.output_tokens,
            total.calls + bill.calls,
        )
    return total


@dataclass(frozen=True, slots=True)
class DayBill:
    """What one model was paid on one day (UTC)."""

    day: date
    provider: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal


@dataclass(frozen=True, slots=True)
class DaySpending:
    """A day's money: what is spent, what running calls hold back, and the limit if there is one.

    A reservation whose process died without a bill counts as spent in full.
    """

    day: date
    settled_usd: Decimal
    reserved_usd: Decimal
    open_reservations: int
    limit_usd: Decimal | None
    models: tuple[DayBill, ...]  # the dearest first


@dataclass(frozen=True, slots=True)
class Stop:
    """Who has stopped all model calls, when and why."""

    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Permit:
    """A generation that a learner was allowed; given back when nothing came of it."""

    id: UUID
    user_id: int


MILLION = Decimal(1_000_000)

# Providers answer with a dated snapshot of the model that was asked for: `-20260929`,
# `-2026-09-29`. Any other longer name is another model.
SNAPSHOT = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})\Z")

Rate = Annotated[Decimal, Field(ge=0)]


class LongContext(BaseModel):
    """A prompt of more than `above` tokens makes the whole call so many times as dear."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    above: int = Field(gt=0)
    input_factor: Rate
    output_factor: Rate


class Price(BaseModel):
    """US dollars for a million tokens, on the day for which the source gives them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(min_length=1)
    input: Rate
    output: Rate
    cache_read: Rate | None = None
    cache_write: Rate | None = None
    batch_discount: Annotated[Decimal, Field(ge=0, le=1)] | None = None
    long_context: LongContext | None = None
    as_of: date
    source: str = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens that a call is billed for; `input` is the whole prompt, cached parts included."""

    input: int
    output: int
    cache_read: int = 0
    cache_write: int = 0


@dataclass(frozen=True, slots=True)
class PriceList:
    """The known prices by the model's name."""

    prices: Mapping[str, Price]

    def price_of(self, model: str) -> Price | None:
        """The price of a model or of a dated snapshot of it; None for one that nobody listed."""
        return self.prices.get(model) or self.prices.get(SNAPSHOT.sub("", model))


def cost_of(price: Price, tokens: Tokens, *, batch: bool = False) -> Decimal:
    """US dollars for one call; a batch costs the full price where no discount is known."""
    input_factor, output_factor = _factors(price, tokens)
    plain = max(0, tokens.input - tokens.cache_read - tokens.cache_write)
    prompt = (
        plain * price.input
        + tokens.cache_read * _or_input(price.cache_read, price)
        + tokens.cache_write * _or_input(price.cache_write, price)
    )
    answer = tokens.output * price.output
    discount = price.batch_discount or Decimal(0) if batch else Decimal(0)
    return (prompt * input_factor + answer * output_factor) * (1 - discount) / MILLION


def _factors(price: Price, tokens: Tokens) -> tuple[Decimal, Decimal]:
    surcharge = price.long_context
    if surcharge is None or tokens.input <= surcharge.above:
        return Decimal(1), Decimal(1)
    return surcharge.input_factor, surcharge.output_factor


def _or_input(rate: Decimal | None, price: Price) -> Decimal:
    return price.input if rate is None else rate
