"""OpenAI's Chat Completions, as its SDK reads them."""

from collections.abc import Mapping

from pydantic import BaseModel, Field, TypeAdapter

from tests.stand_in.domain import UPSTREAM_TEXT, Fault
from tests.stand_in.wire import (
    Asking,
    Delta,
    Json,
    Refusal,
    Reply,
    Script,
    Stop,
    count_tokens,
    dump,
    split_text,
)

_FINISH_REASONS = {
    Stop.END: "stop",
    Stop.LENGTH: "length",
    Stop.WINDOW: "length",
    Stop.ODD: "tool_calls",
    Stop.REFUSAL: "content_filter",
    Stop.REFUSAL_DELTA: "stop",
}
_ERRORS = {
    Fault.HTTP_400: (400, "invalid_request_error", None),
    Fault.HTTP_401: (401, "invalid_request_error", "invalid_api_key"),
    Fault.HTTP_402: (402, "billing_error", None),
    Fault.HTTP_403: (403, "invalid_request_error", "unsupported_country_region_territory"),
    Fault.HTTP_404: (404, "invalid_request_error", "model_not_found"),
    Fault.HTTP_413: (413, "invalid_request_error", None),
    Fault.HTTP_422: (422, "invalid_request_error", None),
    Fault.HTTP_429: (429, "requests", "rate_limit_exceeded"),
    Fault.HTTP_429_RETRY_AFTER: (429, "tokens", "rate_limit_exceeded"),
    Fault.HTTP_500: (500, "server_error", None),
    Fault.HTTP_503: (503, "server_error", None),
    Fault.HTTP_529: (529, "server_error", "overloaded_error"),
    Fault.QUOTA: (429, "insufficient_quota", "insufficient_quota"),
    Fault.NO_CREDIT: (429, "billing_not_active", "billing_not_active"),
}
_CREATED = 1_760_000_000


class _Part(BaseModel):
    type: str
    text: str


class _Turn(BaseModel):
    role: str = Field(pattern="^(system|developer|user|assistant)$")
    content: str | list[_Part]


class _StreamOptions(BaseModel):
    include_usage: bool = False


class _Body(BaseModel):
    model: str
    messages: list[_Turn] = Field(min_length=1)
    stream: bool = False
    stream_options: _StreamOptions | None = None
    max_completion_tokens: int = Field(default=4096, ge=1)
    reasoning_effort: str = ""


class OpenAIWire:
    @property
    def provider(self) -> str:
        return "openai"

    def read(self, raw: bytes) -> Asking:
        body = _Body.model_validate_json(raw)
        turns = tuple((turn.role, _join(turn.content)) for turn in body.messages)
        options = body.stream_options or _StreamOptions()
        return Asking(
            provider=self.provider,
            model=body.model,
            system="\n".join(text for role, text in turns if role in {"system", "developer"}),
            turns=tuple(turn for turn in turns if turn[0] in {"user", "assistant"}),
            max_tokens=body.max_completion_tokens,
            effort=body.reasoning_effort,
            streamed=body.stream,
            caches=True,
            wants_usage=options.include_usage,
            body=TypeAdapter(dict[str, object]).validate_json(raw),
        )

    def is_signed(self, headers: Mapping[str, str]) -> bool:
        return headers.get("authorization", "").startswith("Bearer ")

    def write(self, reply: Reply) -> Json:
        refused = reply.stop is Stop.REFUSAL_DELTA
        message = {
            "role": "assistant",
            "content": None if refused else reply.text,
            "refusal": reply.text if refused else None,
        }
        choice = {
            "index": 0,
            "message": message,
            "logprobs": None,
            "finish_reason": _FINISH_REASONS[reply.stop],
        }
        return {**_frame(reply, "chat.completion"), "choices": [choice], "usage": _usage(reply)}

    def write_stream(self, reply: Reply) -> Script:
        field = "refusal" if reply.stop is Stop.REFUSAL_DELTA else "content"
        finish = _chunk(reply, {}, _FINISH_REASONS[reply.stop])
        no_choices = list[Json]()
        frame = _frame(reply, "chat.completion.chunk")
        usage = {**frame, "choices": no_choices, "usage": _usage(reply)}
        return Script(
            head=(_chunk(reply, {"role": "assistant", "content": "", "refusal": None}),),
            deltas=tuple(
                Delta(_chunk(reply, {field: text}), count_tokens(text))
                for text in split_text(reply.text)
            ),
            tail=(finish, *([_event(usage)] if reply.with_usage else []), b"data: [DONE]\n\n"),
            error=_event(_error("service_unavailable_error", "server_is_overloaded")),
            malformed=b'data: {"id":"chatcmpl-0001","obj\n\n',
        )

    def refuse(self, fault: Fault) -> Refusal | None:
        if fault not in _ERRORS:
            return None
        status, type_, code = _ERRORS[fault]
        headers = {"retry-after-ms": "1500"} if fault is Fault.HTTP_429_RETRY_AFTER else {}
        return Refusal(status, _error(type_, code), headers)


def _join(content: str | list[_Part]) -> str:
    return content if isinstance(content, str) else "".join(part.text for part in content)


def _frame(reply: Reply, object_: str) -> dict[str, object]:
    return {
        "id": f"chatcmpl-{reply.number:04}",
        "object": object_,
        "created": _CREATED,
        "model": reply.model,
        "service_tier": "default",
        "system_fingerprint": None,
    }


def _usage(reply: Reply) -> Json:
    return {
        "prompt_tokens": reply.input_tokens,
        "completion_tokens": reply.output_tokens,
        "total_tokens": reply.input_tokens + reply.output_tokens,
        "prompt_tokens_details": {
            "cached_tokens": reply.cached_tokens,
            "cache_write_tokens": reply.cache_write_tokens,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {"reasoning_tokens": 0},
    }


def _chunk(reply: Reply, delta: Json, finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    frame = {**_frame(reply, "chat.completion.chunk"), "choices": [choice]}
    return _event({**frame, "usage": None} if reply.with_usage else frame)


def _event(data: Json) -> bytes:
    return f"data: {dump(data)}\n\n".encode()


def _error(type_: str, code: str | None) -> Json:
    return {"error": {"message": UPSTREAM_TEXT, "type": type_, "param": None, "code": code}}
