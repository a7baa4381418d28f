"""What others ask of the budget: money, the switch that stops all calls, a learner's permits."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID, uuid4

import httpx2
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions, delete_in_steps
from server.errors import FieldError, InvalidInput, TooManyRequests
from server.generation.budget import queries
from server.generation.budget.domain import (
    NOTHING,
    Bill,
    DaySpending,
    Permit,
    Price,
    PriceList,
    Reservation,
    Tokens,
    cost_of,
    round_up,
)
from server.generation.budget.queries import find_stop, list_bills, start_models
from server.generation.llm.domain import Completed, Failure, LLMRequest, LLMUnavailable

__all__ = ["find_stop", "list_bills", "start_models"]

LONGEST_REASON = 1000


async def spent_today(session: AsyncSession, daily_limit_usd: Decimal) -> DaySpending:
    """What today (UTC) has cost, and what running calls hold back; a limit of 0 is none."""
    day = await queries.find_today(session)
    return await queries.add_up_day(session, day, daily_limit_usd or None)


async def stop_models(session: AsyncSession, *, by: str, reason: str) -> None:
    """Stop all model calls on all hosts; safe to repeat, the last reason stands."""
    if len(reason) > LONGEST_REASON:
        wrong = FieldError("body.reason", f"may have {LONGEST_REASON} characters")
        raise InvalidInput("The reason is too long.", fields=[wrong])
    await queries.remember_stop(session, by, reason)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Each method is a transaction of its own; none is open while a model is waited for."""

    sessions: Sessions
    daily_limit_usd: Decimal  # 0: none
    lifetime: timedelta  # of a reservation; longer than any call

    async def reserve(self, reservation: Reservation, *, lifetime: timedelta | None = None) -> None:
        """Hold the money back, or raise LLMUnavailable: all calls are stopped, or it is not there.

        A batch, which runs for hours, says how long its reservation is to live.
        """
        amount = reservation.amount_usd
        async with self.sessions.begin() as session:
            if await find_stop(session) is not None:
                raise LLMUnavailable(reservation.provider, Failure.STOPPED)
            day = await queries.find_today(session)
            if amount and self.daily_limit_usd:
                taken = await queries.lock_day(session, day)
                if taken + amount > self.daily_limit_usd:
                    raise LLMUnavailable(reservation.provider, Failure.BUDGET)
            await queries.add_reservation(session, reservation, day, lifetime or self.lifetime)

    async def settle(self, reservation_id: UUID, bill: Bill) -> None:
        """Put the bill in the reservation's place, on the day on which that was made."""
        async with self.sessions.begin() as session:
            await queries.settle_reservation(
                session, reservation_id, None if bill == NOTHING else bill
            )


async def take_permit(sessions: Sessions, user_id: int, *, per_minute: int) -> Permit:
    """Allow one more generation, or raise TooManyRequests; a limit of 0 allows all."""
    permit = Permit(uuid4(), user_id)
    if per_minute == 0:
        return permit
    async with sessions.begin() as session:
        await queries.lock_permits(session, user_id)
        wait_s = await queries.find_wait(session, user_id, per_minute)
        if not wait_s:
            await queries.add_permit(session, permit)
        await queries.prune_permits(session)
    if wait_s:
        raise TooManyRequests(
            f"You have asked for {per_minute} rewritten chapters within a minute. "
            f"Try again in {wait_s} s.",
            retry_after_s=wait_s,
        )
    return permit


async def return_permit(sessions: Sessions, permit: Permit) -> None:
    """Give it back: nothing was generated, or all that went wrong was our fault."""
    async with sessions.begin() as session:
        await queries.remove_permit(session, permit)


async def prune_permits(sessions: Sessions) -> int:
    """Forget the permits that no longer count; return how many it were."""
    return await delete_in_steps(sessions, queries.prune_permits)


# Fewer characters to a token than any model we know needs, so that more is reserved than is billed.
ASCII_PER_TOKEN: Final = 3
OTHERS_PER_TOKEN: Final = 2
TOKENS_PER_MESSAGE: Final = 16  # what a provider puts around each

# The provider answered with an error status, or was never reached.
_UNBILLED = (
    httpx2.HTTPStatusError,
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.UnsupportedProtocol,
)
_IN_DOUBT = frozenset({Failure.TIMEOUT, Failure.CONNECTION})


def bound_tokens(text: str) -> int:
    """Rather too many than too few tokens for this text."""
    plain = sum(character.isascii() for character in text)
    return -(-plain // ASCII_PER_TOKEN) + -(-(len(text) - plain) // OTHERS_PER_TOKEN)


def estimate_cost(
    prices: PriceList, model: str, input_tokens: int, output_tokens: int, *, batch: bool = False
) -> Decimal | None:
    """What so many tokens cost without any help of a cache; None where the model has no price."""
    price = prices.price_of(model)
    if price is None:
        return None
    return round_up(cost_of(price, Tokens(input_tokens, output_tokens), batch=batch))


def bill_most(price: Price, request: LLMRequest, *, batch: bool = False) -> Bill:
    """The dearest that this call can become: the longest answer to a prompt new to the cache."""
    texts = [request.system, *(message.text for message in request.messages)]
    prompt = sum(bound_tokens(text) + TOKENS_PER_MESSAGE for text in texts)
    return _bill_estimate(price, prompt, request.max_output_tokens, batch=batch)


def bill_completed(price: Price, completed: Completed, *, batch: bool = False) -> Bill:
    """What the provider's own count comes to."""
    tokens = Tokens(
        input=completed.input_tokens,
        output=completed.output_tokens,
        cache_read=completed.cached_input_tokens,
        cache_write=completed.cache_write_tokens,
    )
    cost = round_up(cost_of(price, tokens, batch=batch))
    return Bill(cost, completed.input_tokens, completed.output_tokens)


def was_refused(error: LLMUnavailable) -> bool:
    """Whether the provider said no or never heard of the call, so that nothing is billed."""
    if error.failure not in _IN_DOUBT:
        return True
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, _UNBILLED):
        # The SDKs hide the cause of a status error, but it is there.
        cause = cause.__cause__ or cause.__context__
    return cause is not None


@dataclass(slots=True)
class Meter:
    """Reads along with one call, to know at any moment what it is billed at most."""

    price: Price
    most: Bill
    parts: list[str] = field(default_factory=list[str])
    known: Bill | None = None

    @property
    def bill(self) -> Bill:
        """The provider's count; without one the whole prompt and the text that came.

        A call that broke off in silence may have been thinking all the while.
        """
        if self.known is not None:
            return self.known
        if not self.parts:
            return self.most
        output = min(bound_tokens("".join(self.parts)), self.most.output_tokens)
        return _bill_estimate(self.price, self.most.input_tokens, output)

    def hear(self, text: str) -> None:
        """Note a piece of the answer."""
        if text:
            self.parts.append(text)

    def complete(self, completed: Completed) -> Completed:
        """Take the provider's count, where it gives one."""
        if completed.input_tokens and (completed.output_tokens or not self.parts):
            self.known = bill_completed(self.price, completed)
        return replace(completed, cost_usd=self.bill.cost_usd)

    def fail(self, error: LLMUnavailable) -> None:
        """There is no whole answer; a refusal before any text costs nothing."""
        if not self.parts and was_refused(error):
            self.known = NOTHING


def _bill_estimate(price: Price, prompt: int, output: int, *, batch: bool = False) -> Bill:
    """At the dearer of the two rates that a prompt token which nobody has cached can have."""
    costs = (
        cost_of(price, Tokens(prompt, output, cache_write=written), batch=batch)
        for written in (0, prompt)
    )
    return Bill(round_up(max(costs)), prompt, output)
