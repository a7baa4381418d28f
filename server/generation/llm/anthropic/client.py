"""Anthropic's Messages API behind the port, through the official SDK."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
from anthropic import AnthropicError, AsyncStream
from anthropic.types import MessageDeltaUsage, RawMessageStreamEvent, Usage

from server.generation.llm.anthropic.anthropic_wire import (
    PROVIDER,
    Effort,
    build_parameters,
    connect,
    explain,
    read_effort,
    read_stop_reason,
)
from server.generation.llm.deadlines import limit_call
from server.generation.llm.domain import (
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
    StopReason,
    TextChunk,
)


class AnthropicLLM:
    """Claude. One call per stream, no retries of the SDK's: retrying is for who holds the deadline.

    A silent server is given up after half of `timeout_s`, so that the caller's own deadline leaves
    time for another provider, and never later than the deadline.
    """

    def __init__(
        self, *, api_key: str, base_url: str | None, model: str, effort: str, timeout_s: float
    ) -> None:
        self._model = model
        self._effort: Effort | None = read_effort(effort)
        self._silence_s = timeout_s / 2
        self._client = connect(api_key=api_key, base_url=base_url, silence_s=self._silence_s)

    @property
    def name(self) -> str:
        return PROVIDER

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        answer = _Answer(self._model)
        try:
            async with await self._open(request) as events:
                async for event in events:
                    text = answer.read(event)
                    if text:
                        yield TextChunk(text, PROVIDER, answer.model)
        except (AnthropicError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise explain(error) from error
        except (ValueError, TypeError, AttributeError) as error:
            # The SDK does not validate what it parses: a broken event fails where it is read.
            raise LLMUnavailable(PROVIDER, Failure.CONNECTION) from error
        yield answer.completed()

    def health(self) -> LLMHealth:
        return LLMHealth("ready", ((self.name, "ready"),))

    async def aclose(self) -> None:
        await self._client.close()

    async def _open(self, request: LLMRequest) -> AsyncStream[RawMessageStreamEvent]:
        return await self._client.messages.create(
            **build_parameters(request, self._model, self._effort),
            stream=True,
            timeout=limit_call(PROVIDER, request, self._silence_s),
        )


@dataclass(slots=True)
class _Answer:
    """What the events have told so far; only `message_stop` makes it whole."""

    model: str
    stop_reason: StopReason = StopReason.OTHER
    uncached: int = 0
    cached: int = 0
    cache_write: int = 0
    output: int = 0
    whole: bool = False

    def read(self, event: RawMessageStreamEvent) -> str:
        """Take in one event and return the text it brings."""
        text = ""
        if event.type == "message_start":
            self.model = event.message.model or self.model
            self._count(event.message.usage)
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            text = event.delta.text
        elif event.type == "message_delta":
            self.stop_reason = read_stop_reason(event.delta.stop_reason)
            self._count(event.usage)
        elif event.type == "message_stop":
            self.whole = True
        return text

    def completed(self) -> Completed:
        if not self.whole:
            raise LLMUnavailable(PROVIDER, Failure.CONNECTION)
        return Completed(
            stop_reason=self.stop_reason,
            provider=PROVIDER,
            model=self.model,
            input_tokens=self.uncached + self.cached + self.cache_write,
            output_tokens=self.output,
            cached_input_tokens=self.cached,
            cache_write_tokens=self.cache_write,
        )

    def _count(self, usage: Usage | MessageDeltaUsage) -> None:
        # The counts are cumulative; a later event leaves out what it does not change.
        self.uncached = usage.input_tokens or self.uncached
        self.cached = usage.cache_read_input_tokens or self.cached
        self.cache_write = usage.cache_creation_input_tokens or self.cache_write
        self.output = usage.output_tokens or self.output
