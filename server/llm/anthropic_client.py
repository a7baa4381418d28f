"""Anthropic's Messages API behind the port, through the official SDK."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import httpx2
from anthropic import (
    AnthropicError,
    APIStatusError,
    APITimeoutError,
    AsyncAnthropic,
    AsyncStream,
    Timeout,
    omit,
)
from anthropic.types import (
    MessageDeltaUsage,
    MessageParam,
    OutputConfigParam,
    RawMessageStreamEvent,
    TextBlockParam,
    Usage,
)

from server.llm.domain import (
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
    Message,
    StopReason,
    TextChunk,
)
from server.llm.failures import classify, read_retry_after

DEFAULT_BASE_URL: Final = "https://api.anthropic.com"

Effort = Literal["low", "medium", "high", "xhigh", "max"]
_EFFORTS: Mapping[str, Effort] = {
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
_STOP_REASONS = {
    "end_turn": StopReason.END,
    "stop_sequence": StopReason.END,
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.LENGTH,
    "refusal": StopReason.REFUSAL,
}
# An empty account is told apart from a bad request by its wording alone.
_SPENT_WORDINGS = ("credit balance", "usage limits")


class AnthropicLLM:
    """Claude. One call per stream, no retries of the SDK's: retrying is for who holds the deadline.

    A silent server is given up after half of `timeout_s`, so that the caller's own deadline leaves
    time for another provider.
    """

    def __init__(
        self, *, api_key: str, base_url: str | None, model: str, effort: str, timeout_s: float
    ) -> None:
        self._model = model
        self._effort: Effort | None = _read_effort(effort)
        # Everything the SDK would otherwise look up in the environment is given here.
        self._client = AsyncAnthropic(
            api_key=api_key,
            base_url=base_url or DEFAULT_BASE_URL,
            max_retries=0,
            timeout=Timeout(timeout_s / 2, connect=min(5.0, timeout_s / 2)),
            open_telemetry=False,
        )

    @property
    def name(self) -> str:
        return "claude"

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        answer = _Answer(self._model)
        try:
            async with await self._open(request) as events:
                async for event in events:
                    text = answer.read(event)
                    if text:
                        yield TextChunk(text)
        except (AnthropicError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise _explain(error) from error
        except (ValueError, TypeError, AttributeError) as error:
            # The SDK does not validate what it parses: a broken event fails where it is read.
            raise LLMUnavailable("claude", Failure.CONNECTION) from error
        yield answer.completed()

    def health(self) -> LLMHealth:
        return LLMHealth("ready", ((self.name, "ready"),))

    async def aclose(self) -> None:
        await self._client.close()

    async def _open(self, request: LLMRequest) -> AsyncStream[RawMessageStreamEvent]:
        system = TextBlockParam(
            type="text", text=request.system, cache_control={"type": "ephemeral"}
        )
        return await self._client.messages.create(
            model=self._model,
            max_tokens=request.max_output_tokens,
            system=[system] if request.system else omit,
            messages=[_to_param(message) for message in request.messages],
            output_config=OutputConfigParam(effort=self._effort) if self._effort else omit,
            stream=True,
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
            self.stop_reason = _STOP_REASONS.get(event.delta.stop_reason or "", StopReason.OTHER)
            self._count(event.usage)
        elif event.type == "message_stop":
            self.whole = True
        return text

    def completed(self) -> Completed:
        if not self.whole:
            raise LLMUnavailable("claude", Failure.CONNECTION)
        return Completed(
            stop_reason=self.stop_reason,
            provider="claude",
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


def _to_param(message: Message) -> MessageParam:
    if message.role == "assistant":
        return {"role": "assistant", "content": message.text}
    return {"role": "user", "content": message.text}


def _read_effort(effort: str) -> Effort | None:
    if effort and effort not in _EFFORTS:
        known = ", ".join(_EFFORTS)
        raise ValueError(f"ANTHROPIC_EFFORT is “{effort}”; it may be empty or one of: {known}.")
    return _EFFORTS.get(effort)


def _explain(error: Exception) -> LLMUnavailable:
    if isinstance(error, APIStatusError):
        return LLMUnavailable(
            "claude", _classify(error), retry_after_s=read_retry_after(error.response.headers)
        )
    timed_out = isinstance(error, APITimeoutError | httpx2.TimeoutException)
    return LLMUnavailable("claude", Failure.TIMEOUT if timed_out else Failure.CONNECTION)


def _classify(error: APIStatusError) -> Failure:
    failure = classify(error.status_code, error.error_code, error.type)
    message = (error.api_message or "").lower()
    if failure is Failure.REJECTED and any(wording in message for wording in _SPENT_WORDINGS):
        return Failure.QUOTA
    return failure
