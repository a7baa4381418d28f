"""Whose turn it is to be asked, and how long to wait for it: the retries of one request."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, Generic, TypeVar

from server.generation.llm.deadlines import Timing
from server.generation.llm.domain import Failure, LLMUnavailable

ROUNDS: Final = 3
FIRST_WAIT_S: Final = 0.5
# How long a request without a deadline of its own may wait for a provider to recover.
PATIENCE_S: Final = 30.0

_TRANSIENT = frozenset({Failure.OVERLOADED, Failure.CONNECTION, Failure.SERVER})

T = TypeVar("T")


@dataclass(slots=True)
class _Candidate(Generic[T]):
    provider: T
    ready_at: float
    asked: int = 0


class Turns(Generic[T]):
    """Providers in order of preference; one that failed for a passing reason has another turn.

    It comes after the wait that the provider asks for or, without one, after a random share of a
    wait that doubles; whoever is ready earlier goes first, so an overload moves on to the next
    provider at once. Nobody is asked more than three times, nor waited for beyond the deadline.
    """

    def __init__(self, providers: Sequence[T], deadline: float | None, timing: Timing) -> None:
        start = timing.clock()
        self._timing = timing
        self._deadline = inf if deadline is None else deadline
        self._patience = start + PATIENCE_S if deadline is None else deadline
        self._waiting = [_Candidate(provider, start) for provider in providers]

    async def take(self) -> T | None:
        """The provider to ask now, waited for if need be; None when no turn is left."""
        now = self._timing.clock()
        if not self._waiting or now >= self._deadline:
            return None
        first = next((one for one in self._waiting if one.ready_at <= now), None)
        if first is None:
            first = min(self._waiting, key=lambda one: one.ready_at)
            await self._timing.sleep(first.ready_at - now)
        return first.provider

    def drop(self, provider: T) -> None:
        """This one has no further turn."""
        self._waiting = [one for one in self._waiting if one.provider is not provider]

    def fail(self, provider: T, error: LLMUnavailable) -> None:
        """Learn how a turn ended: there is another if the failure may pass in time."""
        one = next(one for one in self._waiting if one.provider is provider)
        one.asked += 1
        one.ready_at = self._timing.clock() + self._choose_wait(one.asked, error.retry_after_s)
        if error.failure not in _TRANSIENT or one.asked >= ROUNDS or one.ready_at >= self._patience:
            self.drop(provider)

    def _choose_wait(self, asked: int, retry_after_s: float | None) -> float:
        if retry_after_s is not None:
            return retry_after_s
        # Full jitter: many requests that failed together do not come back together.
        return self._timing.random() * FIRST_WAIT_S * 2.0 ** (asked - 1)
