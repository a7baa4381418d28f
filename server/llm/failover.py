"""Asks the next provider when one gives no answer."""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass

from server.llm.breaker import Breaker
from server.llm.domain import (
    LLM,
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
    TextChunk,
)
from server.llm.streaming import closing_stream


@dataclass(frozen=True, slots=True)
class _Provider:
    client: LLM
    breaker: Breaker


class FailoverLLM:
    """Providers in order of preference, each behind a breaker of its own.

    Only a call that has yielded no text moves on: text of two providers must never mix.
    """

    def __init__(
        self, clients: Sequence[LLM], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        assert clients, "failover needs a provider"
        self._providers = tuple(_Provider(client, Breaker(clock)) for client in clients)

    @property
    def name(self) -> str:
        return self._providers[0].client.name

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        failure: LLMUnavailable | None = None
        for provider in self._providers:
            yielded_text = False
            try:
                async with closing_stream(_ask(provider, request)) as chunks:
                    async for chunk in chunks:
                        yielded_text = yielded_text or isinstance(chunk, TextChunk)
                        yield chunk
            except LLMUnavailable as error:
                if yielded_text:
                    raise
                failure = error
            else:
                return
        assert failure is not None
        raise failure

    def health(self) -> LLMHealth:
        states = tuple(
            (provider.client.name, provider.breaker.failure or "ready")
            for provider in self._providers
        )
        ready = all(provider.breaker.failure is None for provider in self._providers)
        return LLMHealth("ready" if ready else "degraded", states)

    async def aclose(self) -> None:
        for provider in self._providers:
            await provider.client.aclose()


async def _ask(provider: _Provider, request: LLMRequest) -> AsyncIterator[Chunk]:
    """Ask one provider, unless its breaker holds the call back."""
    breaker = provider.breaker
    attempt = breaker.admit()
    if attempt is None:
        raise LLMUnavailable(
            provider.client.name,
            breaker.failure or Failure.SERVER,
            retry_after_s=breaker.remaining_s,
        )
    with breaker.watch(attempt):
        async with closing_stream(provider.client.stream(request)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Completed):
                    breaker.succeed()
                yield chunk
