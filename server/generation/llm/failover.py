"""Asks the next provider when one gives no answer, and goes round again when that may help."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

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
    TextChunk,
)
from server.generation.llm.retrying import Turns
from server.generation.llm.streaming import closing_stream

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
                if isinstance(chunk, Completed):
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
