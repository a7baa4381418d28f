"""What streams and batches of Anthropic's share: the client, a call's parameters, its errors."""

from collections.abc import Mapping
from typing import Final, Literal, NotRequired

import httpx2
from anthropic import APIStatusError, APITimeoutError, AsyncAnthropic
from anthropic.types import MessageParam, OutputConfigParam, TextBlockParam
from typing_extensions import TypedDict

from server.generation.llm.deadlines import CONNECT_S
from server.generation.llm.domain import Failure, LLMRequest, LLMUnavailable, Message, StopReason
from server.generation.llm.failures import classify, read_retry_after

PROVIDER: Final = "claude"
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


class MessageParameters(TypedDict):
    """A call as the SDK takes it, streamed or in a batch."""

    model: str
    max_tokens: int
    messages: list[MessageParam]
    system: NotRequired[list[TextBlockParam]]
    output_config: NotRequired[OutputConfigParam]


def connect(*, api_key: str, base_url: str | None, silence_s: float) -> AsyncAnthropic:
    """The SDK's client; everything it would look up in the environment is given here."""
    return AsyncAnthropic(
        api_key=api_key,
        base_url=base_url or DEFAULT_BASE_URL,
        max_retries=0,
        timeout=httpx2.Timeout(silence_s, connect=min(CONNECT_S, silence_s)),
        open_telemetry=False,
    )


def build_parameters(request: LLMRequest, model: str, effort: Effort | None) -> MessageParameters:
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
    if effort and effort not in _EFFORTS:
        known = ", ".join(_EFFORTS)
        raise ValueError(f"ANTHROPIC_EFFORT is “{effort}”; it may be empty or one of: {known}.")
    return _EFFORTS.get(effort)


def read_stop_reason(reason: str | None) -> StopReason:
    return _STOP_REASONS.get(reason or "", StopReason.OTHER)


def explain(error: Exception) -> LLMUnavailable:
    """Our name for whatever the SDK raised; its own words stay behind."""
    if isinstance(error, APIStatusError):
        failure = classify_wording(
            classify(error.status_code, error.error_code, error.type), error.api_message
        )
        return LLMUnavailable(
            PROVIDER, failure, retry_after_s=read_retry_after(error.response.headers)
        )
    timed_out = isinstance(error, APITimeoutError | httpx2.TimeoutException)
    return LLMUnavailable(PROVIDER, Failure.TIMEOUT if timed_out else Failure.CONNECTION)


def classify_wording(failure: Failure, message: str | None) -> Failure:
    """A rejection that its wording shows to be an empty account is one of quota."""
    spent = any(wording in (message or "").lower() for wording in _SPENT_WORDINGS)
    return Failure.QUOTA if failure is Failure.REJECTED and spent else failure


def _to_param(message: Message) -> MessageParam:
    if message.role == "assistant":
        return {"role": "assistant", "content": message.text}
    return {"role": "user", "content": message.text}
