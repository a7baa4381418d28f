"""The frozen values of money and limits."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_CEILING, Decimal
from typing import Final
from uuid import UUID

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
class ModelSpending:
    """What one model has cost on a day."""

    provider: str
    model: str
    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal


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
    models: tuple[ModelSpending, ...]

    @property
    def left_usd(self) -> Decimal | None:
        """What may still be reserved today; None without a limit."""
        if self.limit_usd is None:
            return None
        return max(NO_MONEY, self.limit_usd - self.settled_usd - self.reserved_usd)


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
