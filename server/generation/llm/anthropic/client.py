"""Anthropic's Messages API behind the port, through the official SDK."""

from dataclasses import dataclass
from typing import Final, Literal, NotRequired, get_args

import httpx2
from anthropic import AnthropicError, APIStatusError, APITimeoutError, AsyncAnthropic, AsyncStream
from anthropic.types import (
    MessageDeltaUsage,
    MessageParam,
    OutputConfigParam,
    RawMessageStreamEvent,
    TextBlockParam,
    Usage,
)
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


class AnthropicLLM(StreamingClient[AsyncAnthropic, RawMessageStreamEvent]):
    """Claude; the SDK retries nothing by itself."""

    def __init__(self, account: Account) -> None:
        super().__init__(CLAUDE, account, connect(account, silence_s=account.silence_s))
        self._effort: Effort | None = read_effort(account.effort)

    @override
    def _begin(self) -> "Answer":
        return Answer(self._account.model)

    @override
    async def _open(self, request: LLMRequest) -> AsyncStream[RawMessageStreamEvent]:
        return await self._client.messages.create(
            **build_parameters(request, self._account.model, self._effort),
            stream=True,
            timeout=limit_call(PROVIDER, request, self._account.silence_s),
        )


@dataclass(slots=True)
class Answer:
    """What Claude's events have told so far; only `message_stop` makes it whole."""

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
            self.count(event.message.usage)
        elif event.type == "content_block_delta" and event.delta.type == "text_delta":
            text = event.delta.text
        elif event.type == "message_delta":
            self.stop_reason = read_stop_reason(event.delta.stop_reason)
            self.count(event.usage)
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

    def count(self, usage: Usage | MessageDeltaUsage) -> None:
        """The counts are cumulative; a later event leaves out what it does not change."""
        self.uncached = usage.input_tokens or self.uncached
        self.cached = usage.cache_read_input_tokens or self.cached
        self.cache_write = usage.cache_creation_input_tokens or self.cache_write
        self.output = usage.output_tokens or self.output


PROVIDER: Final = "claude"
DEFAULT_BASE_URL: Final = "https://api.anthropic.com"

Effort = Literal["low", "medium", "high", "xhigh", "max"]
_EFFORTS: tuple[Effort, ...] = get_args(Effort)
_STOP_REASONS = {
    "end_turn": StopReason.END,
    "stop_sequence": StopReason.END,
    "max_tokens": StopReason.LENGTH,
    "model_context_window_exceeded": StopReason.LENGTH,
    "refusal": StopReason.REFUSAL,
}
# An empty account is told apart from a bad request by its wording alone.
_SPENT_WORDINGS = ("credit balance", "usage limits")


class MessageParameters(TypedDict):
    """A call as the SDK takes it, streamed or in a batch."""

    model: str
    max_tokens: int
    messages: list[MessageParam]
    system: NotRequired[list[TextBlockParam]]
    output_config: NotRequired[OutputConfigParam]


def connect(account: Account, *, silence_s: float) -> AsyncAnthropic:
    """The SDK's client; everything it would look up in the environment is given here."""
    return AsyncAnthropic(
        api_key=account.api_key,
        base_url=account.base_url or DEFAULT_BASE_URL,
        max_retries=0,
        timeout=httpx2.Timeout(silence_s, connect=min(CONNECT_S, silence_s)),
        open_telemetry=False,
    )


def build_parameters(request: LLMRequest, model: str, effort: Effort | None) -> MessageParameters:
    """Put a request into the words of Anthropic's Messages API."""
    parameters = MessageParameters(
        model=model,
        max_tokens=request.max_output_tokens,
        messages=[_to_param(message) for message in request.messages],
    )
    if request.system:
        # A prompt too short to be cached is answered all the same, at the plain price.
        parameters["system"] = [
            {"type": "text", "text": request.system, "cache_control": {"type": "ephemeral"}}
        ]
    if effort:
        parameters["output_config"] = {"effort": effort}
    return parameters


def read_effort(effort: str) -> Effort | None:
    """Read `ANTHROPIC_EFFORT`."""
    return sdk.read_effort("ANTHROPIC_EFFORT", effort, _EFFORTS)


def read_stop_reason(reason: str | None) -> StopReason:
    """Return what Anthropic's stop reason means."""
    return _STOP_REASONS.get(reason or "", StopReason.OTHER)


def explain(error: Exception) -> LLMUnavailable:
    """Name the failure that Anthropic's SDK raised; its own words stay behind."""
    if isinstance(error, APIStatusError):
        failure = classify_wording(
            classify(error.status_code, error.error_code, error.type), error.api_message
        )
        return LLMUnavailable(
            PROVIDER, failure, retry_after_s=read_retry_after(error.response.headers)
        )
    timed_out = isinstance(error, APITimeoutError | httpx2.TimeoutException)
    return LLMUnavailable(PROVIDER, Failure.TIMEOUT if timed_out else Failure.CONNECTION)


CLAUDE: Final = Provider(PROVIDER, AnthropicError, explain)


def classify_wording(failure: Failure, message: str | None) -> Failure:
    """Name Anthropic's rejection: one whose wording shows an empty account is one of quota."""
    spent = any(wording in (message or "").lower() for wording in _SPENT_WORDINGS)
    return Failure.QUOTA if failure is Failure.REJECTED and spent else failure


def _to_param(message: Message) -> MessageParam:
    if message.role == "assistant":
        return {"role": "assistant", "content": message.text}
    return {"role": "user", "content": message.text}
