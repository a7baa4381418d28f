"""What a call can cost at most before it is made, and what it has cost after it."""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final

import httpx2

from server.generation.budget.domain import NOTHING, Bill, round_up
from server.generation.budget.pricing import Price, PriceList, Tokens, cost_of
from server.generation.llm.domain import Completed, Failure, LLMRequest, LLMUnavailable

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


def count_tokens(text: str) -> int:
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
    prompt = sum(count_tokens(text) + TOKENS_PER_MESSAGE for text in texts)
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
        output = min(count_tokens("".join(self.parts)), self.most.output_tokens)
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
