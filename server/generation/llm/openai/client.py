"""OpenAI's Chat Completions behind the port; any server that speaks them will do."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
from openai import AsyncStream, OpenAIError
from openai.types import CompletionUsage
from openai.types.chat import ChatCompletionChunk

from server.generation.llm.deadlines import limit_call
from server.generation.llm.domain import (
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
    TextChunk,
)
from server.generation.llm.openai.openai_wire import (
    PROVIDER,
    Effort,
    build_parameters,
    choose_caching,
    complete,
    connect,
    explain,
    read_effort,
)


class OpenAILLM:
    """A Chat Completions server. One call per stream; retrying is for who holds the deadline.

    A silent server is given up after half of `timeout_s`, so that the caller's own deadline leaves
    time for another provider, and never later than the deadline.
    """

    def __init__(
        self, *, api_key: str, base_url: str | None, model: str, effort: str, timeout_s: float
    ) -> None:
        self._model = model
        self._effort: Effort | None = read_effort(effort)
        self._caching = choose_caching(base_url, model)
        self._silence_s = timeout_s / 2
        self._client = connect(api_key=api_key, base_url=base_url, silence_s=self._silence_s)

    @property
    def name(self) -> str:
        return PROVIDER

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        answer = _Answer(self._model)
        try:
            async with await self._open(request) as chunks:
                async for chunk in chunks:
                    text = answer.read(chunk)
                    if text:
                        yield TextChunk(text, PROVIDER, answer.model)
        except (OpenAIError, httpx2.HTTPError, httpx2.StreamError) as error:
            raise explain(error) from error
        except (ValueError, TypeError, AttributeError) as error:
            # The SDK does not validate what it parses: a broken event fails where it is read.
            raise LLMUnavailable(PROVIDER, Failure.CONNECTION) from error
        yield answer.completed()

    def health(self) -> LLMHealth:
        return LLMHealth("ready", ((self.name, "ready"),))

    async def aclose(self) -> None:
        await self._client.close()

    async def _open(self, request: LLMRequest) -> AsyncStream[ChatCompletionChunk]:
        return await self._client.chat.completions.create(
            **build_parameters(request, self._model, self._effort, self._caching),
            stream=True,
            stream_options={"include_usage": True},
            timeout=limit_call(PROVIDER, request, self._silence_s),
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
            raise LLMUnavailable(PROVIDER, Failure.CONNECTION)
        return complete(self.model, self.finish_reason, self.usage, refused=self.refused)
