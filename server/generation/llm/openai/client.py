"""OpenAI's Chat Completions behind the port; any server that speaks them will do."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final, Literal, NotRequired, get_args
from urllib.parse import urlsplit

import httpx2
from openai import APIError, APIStatusError, APITimeoutError, AsyncOpenAI, AsyncStream, OpenAIError
from openai.types import CompletionUsage
from openai.types.chat import (
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionSystemMessageParam,
)
from openai.types.chat.chat_completion_content_part_text_param import PromptCacheBreakpoint
from openai.types.chat.completion_create_params import PromptCacheOptions
from typing_extensions import TypedDict, override

from server.generation.llm import sdk
from server.generation.llm.deadlines import CONNECT_S, limit_call
from server.generation.llm.domain import (
    Completed,
    Failure,
    LLMRequest,
    LLMUnavailable,
    Message,
    StopReason,
)
from server.generation.llm.failures import classify, read_retry_after
from server.generation.llm.sdk import Account, Provider, StreamingClient


class OpenAILLM(StreamingClient[AsyncOpenAI, ChatCompletionChunk]):
    """A Chat Completions server."""

    def __init__(self, account: Account) -> None:
        super().__init__(OPENAI, account, connect(account, silence_s=account.silence_s))
        self._effort: Effort | None = read_effort(account.effort)
        self._caching = choose_caching(account.base_url, account.model)

    @override
    def _begin(self) -> "_Answer":
        return _Answer(self._account.model)

    @override
    async def _open(self, request: LLMRequest) -> AsyncStream[ChatCompletionChunk]:
        return await self._client.chat.completions.create(
            **build_parameters(request, self._account.model, self._effort, self._caching),
            stream=True,
            stream_options={"include_usage": True},
            timeout=limit_call(PROVIDER, request, self._account.silence_s),
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


PROVIDER: Final = "openai"
DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"
OWN_HOST: Final = "api.openai.com"

# From this version on only the part of a prompt before a marked place is found again.
_FIRST_WITH_MARKS = (5, 6)
_VERSION = re.compile(r"gpt-(\d+)(?:\.(\d+))?(?![\w.])")

Effort = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
_EFFORTS: tuple[Effort, ...] = get_args(Effort)
_STOP_REASONS = {
    "stop": StopReason.END,
    "length": StopReason.LENGTH,
    "content_filter": StopReason.REFUSAL,
}


class CompletionParameters(TypedDict):
    """A call as the SDK takes it, streamed or in a batch."""

    model: str
    messages: list[ChatCompletionMessageParam]
    max_completion_tokens: int
    reasoning_effort: NotRequired[Effort]
    prompt_cache_key: NotRequired[str]
    prompt_cache_options: NotRequired[PromptCacheOptions]


@dataclass(frozen=True, slots=True)
class Caching:
    """How a call of Chat Completions asks for prompt caching."""

    sends_key: bool
    marks_prompt: bool


def connect(account: Account, *, silence_s: float) -> AsyncOpenAI:
    """Open OpenAI's SDK on an account."""
    client = AsyncOpenAI(
        api_key=account.api_key,
        base_url=account.base_url or DEFAULT_BASE_URL,
        max_retries=0,
        timeout=httpx2.Timeout(silence_s, connect=min(CONNECT_S, silence_s)),
    )
    # The SDK has read these from the environment; they would be sent along with our key.
    client.organization = None
    client.project = None
    client.admin_api_key = None
    return client


def choose_caching(base_url: str | None, model: str) -> Caching:
    """Ask only who understands: compatible servers and older models may refuse what is new."""
    host = urlsplit(base_url or DEFAULT_BASE_URL).hostname or ""
    is_own = host == OWN_HOST or host.endswith(f".{OWN_HOST}")
    return Caching(is_own, is_own and _read_version(model) >= _FIRST_WITH_MARKS)


def build_parameters(
    request: LLMRequest, model: str, effort: Effort | None, caching: Caching
) -> CompletionParameters:
    """Put a request into the words of OpenAI's Chat Completions."""
    turns = [_to_param(message) for message in request.messages]
    parameters = CompletionParameters(
        model=model, messages=turns, max_completion_tokens=request.max_output_tokens
    )
    if effort:
        parameters["reasoning_effort"] = effort
    if request.system:
        parameters["messages"] = [_to_system(request.system, caching), *turns]
    if request.system and caching.sends_key:
        # Calls with one prompt are sent to one machine, whose cache has it.
        parameters["prompt_cache_key"] = hashlib.sha256(request.system.encode()).hexdigest()[:32]
    if request.system and caching.marks_prompt:
        # Without this the end of every message would be written to the cache too, at a surcharge.
        parameters["prompt_cache_options"] = {"mode": "explicit"}
    return parameters


def read_effort(effort: str) -> Effort | None:
    """Read `OPENAI_EFFORT`."""
    return sdk.read_effort("OPENAI_EFFORT", effort, _EFFORTS)


def complete(
    model: str, finish_reason: str, usage: CompletionUsage | None, *, refused: bool
) -> Completed:
    """What a whole answer says of itself; a server that counts nothing costs nothing."""
    details = usage.prompt_tokens_details if usage else None
    reason = _STOP_REASONS.get(finish_reason, StopReason.OTHER)
    return Completed(
        stop_reason=StopReason.REFUSAL if refused else reason,
        provider=PROVIDER,
        model=model,
        input_tokens=(usage.prompt_tokens or 0) if usage else 0,
        output_tokens=(usage.completion_tokens or 0) if usage else 0,
        cached_input_tokens=(details.cached_tokens or 0) if details else 0,
        cache_write_tokens=(details.cache_write_tokens or 0) if details else 0,
    )


def explain(error: Exception) -> LLMUnavailable:
    """Our name for whatever the SDK raised; its own words stay behind."""
    if isinstance(error, APIStatusError):
        return LLMUnavailable(
            PROVIDER,
            classify(error.status_code, error.code, error.type),
            retry_after_s=read_retry_after(error.response.headers),
        )
    if isinstance(error, APITimeoutError | httpx2.TimeoutException):
        return LLMUnavailable(PROVIDER, Failure.TIMEOUT)
    if isinstance(error, APIError) and error.body is not None:
        # An error that came as an event of a stream that had begun with 200.
        return LLMUnavailable(PROVIDER, classify(None, error.code, error.type))
    return LLMUnavailable(PROVIDER, Failure.CONNECTION)


OPENAI: Final = Provider(PROVIDER, OpenAIError, explain)


def _to_system(text: str, caching: Caching) -> ChatCompletionSystemMessageParam:
    if not caching.marks_prompt:
        return {"role": "system", "content": text}
    mark: PromptCacheBreakpoint = {"mode": "explicit"}
    return {
        "role": "system",
        "content": [{"type": "text", "text": text, "prompt_cache_breakpoint": mark}],
    }


def _to_param(message: Message) -> ChatCompletionMessageParam:
    if message.role == "assistant":
        return {"role": "assistant", "content": message.text}
    return {"role": "user", "content": message.text}


def _read_version(model: str) -> tuple[int, int]:
    """The version in a model's name: `gpt-6.1-terra` is (6, 1); (0, 0) where there is none."""
    found = _VERSION.match(model)
    return (int(found[1]), int(found[2] or 0)) if found else (0, 0)
