"""A model whose calls are counted and timed, one meter for each section."""

import time
from collections.abc import AsyncIterator

from server.generation.budget.pricing import Tokens
from server.generation.llm.domain import LLM, Chunk, Completed, LLMHealth, LLMRequest
from server.generation.llm.streaming import closing_stream
from server.insight.evaluation.domain import Call


class MeteredLLM:
    """Another model; `calls` are those that it completed."""

    def __init__(self, llm: LLM, *, timed: bool) -> None:
        self._llm = llm
        self._timed = timed
        self.calls: list[Call] = []

    @property
    def name(self) -> str:
        return self._llm.name

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        started = time.perf_counter()
        async with closing_stream(self._llm.stream(request)) as chunks:
            async for chunk in chunks:
                if isinstance(chunk, Completed):
                    self._note(chunk, time.perf_counter() - started)
                yield chunk

    def health(self) -> LLMHealth:
        return self._llm.health()

    async def aclose(self) -> None:
        await self._llm.aclose()

    def _note(self, completed: Completed, seconds: float) -> None:
        tokens = Tokens(
            input=completed.input_tokens,
            output=completed.output_tokens,
            cache_read=completed.cached_input_tokens,
            cache_write=completed.cache_write_tokens,
        )
        self.calls.append(
            Call(completed.provider, completed.model, tokens, seconds if self._timed else None)
        )
