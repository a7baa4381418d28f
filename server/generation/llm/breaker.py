"""A circuit breaker: a provider that keeps failing is left alone for a while."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from server.generation.llm.domain import Failure, LLMUnavailable

FAILURES_TO_OPEN: Final = 3
OPEN_S: Final = 30.0
OVERRUNS_TO_OPEN: Final = 6  # a chapter whose sections are hard is not the provider's fault
LONG_S: Final = 20.0  # of talking; what is begun shortly before a deadline says nothing
# Money and keys do not come back by themselves; asking often would only be noise.
OPEN_FOR_ACCOUNT_S: Final = 60.0

_ACCOUNT = frozenset({Failure.AUTHENTICATION, Failure.QUOTA})
_TRANSIENT = frozenset({Failure.OVERLOADED, Failure.TIMEOUT, Failure.CONNECTION, Failure.SERVER})
_OURS = frozenset({Failure.BUDGET, Failure.STOPPED})


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call that was let through; `probes` when its outcome decides whether others follow.

    `in_a_row` is how many calls had failed by then: calls that fail side by side are one sign of
    trouble, not several; `overruns` likewise how many had run into their limit. `answered` is how
    many whole answers there had been, and `began` when the call was let through, by the clock.
    """

    probes: bool
    in_a_row: int
    answered: int
    overruns: int
    began: float


class Breaker:
    """Closed, open until a moment, or half open: then one call is let through to find out."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._in_a_row = 0
        self._answered = 0
        self._overruns = 0
        self._open_until: float | None = None
        self._probing = False
        self._failure: Failure | None = None

    @property
    def failure(self) -> Failure | None:
        """Why calls are held back; None while the breaker is closed."""
        return self._failure if self._open_until is not None else None

    @property
    def remaining_s(self) -> float:
        """How long until a call may be tried."""
        return max(0.0, (self._open_until or 0.0) - self._clock())

    def admit(self) -> Attempt | None:
        """Let a call through, or return None when the provider is to be left alone."""
        if self._open_until is None:
            return self._let_through(probes=False)
        if self._probing or self._clock() < self._open_until:
            return None
        self._probing = True
        return self._let_through(probes=True)

    def _let_through(self, *, probes: bool) -> Attempt:
        return Attempt(probes, self._in_a_row, self._answered, self._overruns, began=self._clock())

    @contextmanager
    def watch(self, attempt: Attempt) -> Generator[None]:
        """Learn from how the call ends; one that its caller gave up says nothing."""
        try:
            yield
        except LLMUnavailable as error:
            self._learn(attempt, error.failure)
            raise
        finally:
            if attempt.probes:
                self._probing = False

    def succeed(self) -> None:
        """The provider gave a whole answer: whatever was wrong is over."""
        self._in_a_row = self._overruns = 0
        self._answered += 1
        self._open_until = None
        self._failure = None

    def run_over(self, attempt: Attempt) -> None:
        """An answer was cut at its limit: a model whose answers all are does not know an end."""
        self._in_a_row, self._open_until, self._failure = 0, None, None  # it is there
        self._overruns = max(self._overruns, attempt.overruns + 1)
        if self._overruns >= OVERRUNS_TO_OPEN:
            self._open(Failure.TIMEOUT, OPEN_S)

    def run_on(self, attempt: Attempt) -> None:
        """It was still talking at its deadline, and has ended nothing meanwhile: that is enough."""
        is_long = self._clock() - attempt.began >= LONG_S
        if is_long and self._answered == attempt.answered:
            self._open(Failure.TIMEOUT, OPEN_S)

    def _learn(self, attempt: Attempt, failure: Failure) -> None:
        if failure in _OURS or (self._open_until is not None and not attempt.probes):
            return  # the provider was not asked, or long before it opened: nothing new
        if failure in _ACCOUNT:
            self._open(failure, OPEN_FOR_ACCOUNT_S)
        elif failure in _TRANSIENT:
            self._in_a_row = max(self._in_a_row, attempt.in_a_row + 1)
            if attempt.probes or self._in_a_row >= FAILURES_TO_OPEN:
                self._open(failure, OPEN_S)
        else:
            self.succeed()  # a request that is at fault was read, so the provider is there

    def _open(self, failure: Failure, seconds: float) -> None:
        self._failure = failure
        self._open_until = self._clock() + seconds
