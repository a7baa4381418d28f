"""Asks the next provider when one gives no answer, and goes round again when that may help."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final, Generic, TypeVar

from server.generation.llm.breaker import Attempt, Breaker
from server.generation.llm.deadlines import Timing, read_until
from server.generation.llm.domain import (
    LLM,
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
    StopReason,
    TextChunk,
    closing_stream,
)

SYSTEM_TIMING = Timing()


@dataclass(frozen=True, slots=True)
class _Provider:
    client: LLM
    breaker: Breaker


class FailoverLLM:
    """Providers in order of preference, each behind a breaker of its own.

    Only a call that has yielded no text is tried again or moves on: text of two calls must never
    mix. A provider that its breaker holds back is passed over, never waited for.
    """

    def __init__(self, clients: Sequence[LLM], *, timing: Timing = SYSTEM_TIMING) -> None:
        assert clients, "failover needs a provider"
        self._timing = timing
        self._providers = tuple(_Provider(client, Breaker(timing.clock)) for client in clients)

    @property
    def name(self) -> str:
        return self._providers[0].client.name

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        failure = LLMUnavailable(self.name, Failure.TIMEOUT)
        turns = Turns(self._providers, request.deadline, self._timing)
        while (provider := await turns.take()) is not None:
            attempt = provider.breaker.admit()
            if attempt is None:
                failure = _held_back(provider)
                turns.drop(provider)
                continue
            name, yielded_text = provider.client.name, False
            try:
                async with (
                    closing_stream(_ask(provider, attempt, request)) as answer,
                    closing_stream(read_until(request.deadline, name, answer)) as chunks,
                ):
                    async for chunk in chunks:
                        yielded_text = yielded_text or isinstance(chunk, TextChunk)
                        yield chunk
            except LLMUnavailable as error:
                if yielded_text:
                    if error.failure is Failure.TIMEOUT:
                        provider.breaker.run_on(attempt)
                    raise
                failure = error
                turns.fail(provider, error)
            else:
                return
        raise failure

    def health(self) -> LLMHealth:
        states = tuple(
            (provider.client.name, provider.breaker.failure or _find_own_state(provider.client))
            for provider in self._providers
        )
        ready = all(state == "ready" for _, state in states)
        return LLMHealth("ready" if ready else "degraded", states)

    async def aclose(self) -> None:
        for provider in self._providers:
            await provider.client.aclose()


async def _ask(provider: _Provider, attempt: Attempt, request: LLMRequest) -> AsyncIterator[Chunk]:
    """Ask one provider, and let its breaker learn how that went."""
    with provider.breaker.watch(attempt):
        async with closing_stream(provider.client.stream(request)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Completed) and chunk.stop_reason is StopReason.LENGTH:
                    provider.breaker.run_over(attempt)
                elif isinstance(chunk, Completed):
                    provider.breaker.succeed()
                yield chunk


def _find_own_state(client: LLM) -> str:
    """What a client says of itself: that our budget keeps it from calls, or nothing."""
    return dict(client.health().providers).get(client.name, "ready")


def _held_back(provider: _Provider) -> LLMUnavailable:
    return LLMUnavailable(
        provider.client.name,
        provider.breaker.failure or Failure.SERVER,
        retry_after_s=provider.breaker.remaining_s,
    )


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
