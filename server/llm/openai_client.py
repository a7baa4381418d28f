"""OpenAI's Chat Completions behind the port; any server that speaks them will do."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import httpx2
from openai import (
    APIError,
    APIStatusError,
    APITimeoutError,
    AsyncOpenAI,
    AsyncStream,
    OpenAIError,
    Timeout,
    omit,
)
from openai.types import CompletionUsage
from openai.types.chat import (
    ChatCompletionAssistantMessageParam,
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionSystemMessageParam,
    ChatCompletionUserMessageParam,
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

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
_EFFORTS: Mapping[str, Effort] = {
    "none": "none",
    "minimal": "minimal",
    "low": "low",
    "medium": "medium",
    "high": "high",
    "xhigh": "xhigh",
    "max": "max",
}
_STOP_REASONS = {
    "stop": StopReason.END,
    "length": StopReason.LENGTH,
    "content_filter": StopReason.REFUSAL,
}


class OpenAILLM:
    """A Chat Completions server. One call per stream; retrying is for who holds the deadline.

    A silent server is given up after half of `timeout_s`, so that the caller's own deadline leaves
    time for another provider.
    """

    def __init__(
        self, *, api_key: str, base_url: str | None, model: str, effort: str, timeout_s: float
    ) -> None:
        self._model = model
        self._effort: Effort | None = _read_effort(effort)
        self._client = AsyncOpenAI(
            api_key=api_key,
            base_url=base_url or DEFAULT_BASE_URL,
            max_retries=0,
            timeout=Timeout(timeout_s / 2, connect=min(5.0, timeout_s / 2)),
        )
        # The SDK has read these from the environment; they would be sent along with our key.
        self._client.organization = None
        self._client.project = None
        self._client.admin_api_key = None

    @property
    def name(self) -> str:
        return "openai"

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        answer = _Answer(self._model)
        try:
            async with await self._open(request) as chunks:
                async for chunk in chunks:
                    text = answer.read(chunk)
                    if text:
                        yield TextChunk(text)
        except (OpenAIError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise _explain(error) from error
        except (ValueError, TypeError, AttributeError) as error:
            # The SDK does not validate what it parses: a broken event fails where it is read.
            raise LLMUnavailable("openai", Failure.CONNECTION) from error
        yield answer.completed()

    def health(self) -> LLMHealth:
        return LLMHealth("ready", ((self.name, "ready"),))

    async def aclose(self) -> None:
        await self._client.close()

    async def _open(self, request: LLMRequest) -> AsyncStream[ChatCompletionChunk]:
        return await self._client.chat.completions.create(
            model=self._model,
            messages=_to_params(request),
            max_completion_tokens=request.max_output_tokens,
            reasoning_effort=self._effort or omit,
            stream=True,
            stream_options={"include_usage": True},
        )


@dataclass(slots=True)
class _Answer:
    """What the chunks have told so far; only a finish reason makes it whole."""

    model: str
    finish_reason: str | None = None
    refused: bool = False
    usage: CompletionUsage | None = None

    def read(self, chunk: ChatCompletionChunk) -> str:
        """Take in one chunk and return the text it brings; the last one has usage and no choice."""
        self.model = chunk.model or self.model
        self.usage = chunk.usage or self.usage
        text = ""
        for choice in chunk.choices or ():
            self.finish_reason = choice.finish_reason or self.finish_reason
            self.refused = self.refused or bool(choice.delta.refusal)
            text += choice.delta.content or ""
        return text

    def completed(self) -> Completed:
        if self.finish_reason is None:
            raise LLMUnavailable("openai", Failure.CONNECTION)
        details = self.usage.prompt_tokens_details if self.usage else None
        return Completed(
            stop_reason=self._stop_reason(self.finish_reason),
            provider="openai",
            model=self.model,
            input_tokens=(self.usage.prompt_tokens or 0) if self.usage else 0,
            output_tokens=(self.usage.completion_tokens or 0) if self.usage else 0,
            cached_input_tokens=(details.cached_tokens or 0) if details else 0,
            cache_write_tokens=(details.cache_write_tokens or 0) if details else 0,
        )

    def _stop_reason(self, finish_reason: str) -> StopReason:
        if self.refused:
            return StopReason.REFUSAL
        return _STOP_REASONS.get(finish_reason, StopReason.OTHER)


def _to_params(request: LLMRequest) -> list[ChatCompletionMessageParam]:
    system = ChatCompletionSystemMessageParam(role="system", content=request.system)
    turns = [_to_param(message) for message in request.messages]
    return [system, *turns] if request.system else turns


def _to_param(message: Message) -> ChatCompletionMessageParam:
    if message.role == "assistant":
        return ChatCompletionAssistantMessageParam(role="assistant", content=message.text)
    return ChatCompletionUserMessageParam(role="user", content=message.text)


def _read_effort(effort: str) -> Effort | None:
    if effort and effort not in _EFFORTS:
        known = ", ".join(_EFFORTS)
        raise ValueError(f"OPENAI_EFFORT is “{effort}”; it may be empty or one of: {known}.")
    return _EFFORTS.get(effort)


def _explain(error: Exception) -> LLMUnavailable:
    if isinstance(error, APIStatusError):
        return LLMUnavailable(
            "openai",
            classify(error.status_code, error.code, error.type),
            retry_after_s=read_retry_after(error.response.headers),
        )
    if isinstance(error, APITimeoutError | httpx2.TimeoutException):
        return LLMUnavailable("openai", Failure.TIMEOUT)
    if isinstance(error, APIError) and error.body is not None:
        # An error that came as an event of a stream that had begun with 200.
        return LLMUnavailable("openai", classify(None, error.code, error.type))
    return LLMUnavailable("openai", Failure.CONNECTION)
