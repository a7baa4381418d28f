"""What a call costs, by a dated price list that a site may override with a file of its own.

`prices.yaml` beside this module describes the format. A site's file has the same one; a model that
both name has the site's price.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.settings import ConfigurationError

OURS = Path(__file__).with_name("prices.yaml")
MILLION = Decimal(1_000_000)

# Providers answer with a dated snapshot of the model that was asked for: `-20260929`,
# `-2026-09-29`. Any other longer name is another model.
SNAPSHOT = re.compile(r"-(?:\d{8}|\d{4}-\d{2}-\d{2})\Z")

Rate = Annotated[Decimal, Field(ge=0)]


class PriceListError(ConfigurationError):
    """A price list that cannot be read; the message names the file and what is wrong in it."""


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


class _PriceFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prices: tuple[Price, ...]


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one call; `input` is the whole prompt, the cached parts of it included."""

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


def load_prices(path: Path | None = None) -> PriceList:
    """Our list, with a site's own prices in place of ours where it has any."""
    site = () if path is None else _read_file(path)
    return PriceList({price.model: price for price in (*_read_ours(), *site)})


@cache
def _read_ours() -> tuple[Price, ...]:
    """What we ship does not change while we run."""
    return tuple(_read_file(OURS))


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
