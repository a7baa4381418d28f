"""Models around models: a base for them all, and the one that counts calls."""

import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from typing_extensions import override

from server.core.telemetry.metrics import Metrics
from server.core.telemetry.traces import Tracing
from server.generation.llm.domain import (
    LLM,
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
    closing_stream,
)

Hear = Callable[[Chunk], Awaitable[Chunk]]


async def pass_on(chunk: Chunk) -> Chunk:
    """Return a model's chunk as it came."""
    return chunk


class WrappedLLM:
    """Another model; a subclass says what happens around a call, and what of its chunks."""

    def __init__(self, llm: LLM) -> None:
        self._llm = llm

    @property
    def name(self) -> str:
        return self._llm.name

    @asynccontextmanager
    async def _call(self, _request: LLMRequest) -> AsyncGenerator[Hear]:
        """Left after the stream has been closed, also when its reader goes away."""
        yield pass_on

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        async with self._call(request) as hear, closing_stream(self._llm.stream(request)) as chunks:
            async for chunk in chunks:
                yield await hear(chunk)

    def health(self) -> LLMHealth:
        return self._llm.health()

    async def aclose(self) -> None:
        await self._llm.aclose()


class BorrowedLLM(WrappedLLM):
    """A language model that whoever wraps it must not close."""

    @override
    async def aclose(self) -> None:
        """The model is not ours to close."""


class MeasuredLLM(WrappedLLM):
    """One provider's client; a call that its caller gave up counts as a call and nothing else."""

    def __init__(self, llm: LLM, *, model: str, metrics: Metrics, tracing: Tracing) -> None:
        super().__init__(llm)
        self._model = model
        self._metrics = metrics
        self._tracing = tracing
        metrics.expect_provider(llm.name, model, list(Failure))

    @override
    @asynccontextmanager
    async def _call(self, _request: LLMRequest) -> AsyncGenerator[Hear]:
        self._metrics.calls.labels(self.name).inc()
        started = time.perf_counter()
        with self._tracing.trace_call(self.name, self._model) as call:

            async def hear(chunk: Chunk) -> Chunk:
                if isinstance(chunk, Completed):
                    call.note(_describe(chunk))
                    self._count(chunk, time.perf_counter() - started)
                return chunk

            try:
                yield hear
            except LLMUnavailable as error:
                call.fail(error.failure)
                self._metrics.errors.labels(error.provider, error.failure).inc()
                raise

    def _count(self, completed: Completed, took_s: float) -> None:
        metrics, tokens = self._metrics, self._metrics.tokens
        metrics.call_time.labels(self.name).observe(took_s)
        tokens.labels(self.name, self._model, "input").inc(completed.input_tokens)
        tokens.labels(self.name, self._model, "output").inc(completed.output_tokens)
        if completed.cost_usd is not None:
            metrics.cost.labels(self.name, self._model).inc(float(completed.cost_usd))


def _describe(completed: Completed) -> dict[str, str | int]:
    return {
        "gen_ai.response.model": completed.model,
        "gen_ai.response.finish_reasons": completed.stop_reason,
        "gen_ai.usage.input_tokens": completed.input_tokens,
        "gen_ai.usage.output_tokens": completed.output_tokens,
    }
