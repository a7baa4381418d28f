"""Anthropic's Messages, as its SDK reads them."""

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

_STOP_REASONS = {
    Stop.END: "end_turn",
    Stop.LENGTH: "max_tokens",
    Stop.WINDOW: "model_context_window_exceeded",
    Stop.ODD: "pause_turn",
    Stop.REFUSAL: "refusal",
    Stop.REFUSAL_DELTA: "refusal",
}
_ERRORS = {
    Fault.HTTP_400: (400, "invalid_request_error"),
    Fault.HTTP_401: (401, "authentication_error"),
    Fault.HTTP_402: (402, "billing_error"),
    Fault.HTTP_403: (403, "permission_error"),
    Fault.HTTP_404: (404, "not_found_error"),
    Fault.HTTP_413: (413, "request_too_large"),
    Fault.HTTP_422: (422, "invalid_request_error"),
    Fault.HTTP_429: (429, "rate_limit_error"),
    Fault.HTTP_429_RETRY_AFTER: (429, "rate_limit_error"),
    Fault.HTTP_500: (500, "api_error"),
    Fault.HTTP_503: (503, "api_error"),
    Fault.HTTP_529: (529, "overloaded_error"),
    Fault.QUOTA: (429, "rate_limit_error"),
    Fault.NO_CREDIT: (400, "invalid_request_error"),
}


class _Block(BaseModel):
    type: str
    text: str
    cache_control: dict[str, str] | None = None


class _Turn(BaseModel):
    role: str = Field(pattern="^(user|assistant)$")
    content: str | list[_Block] = Field(min_length=1)


class _OutputConfig(BaseModel):
    effort: str = ""


class _Body(BaseModel):
    model: str
    max_tokens: int = Field(ge=1)
    messages: list[_Turn] = Field(min_length=1)
    system: str | list[_Block] = ""
    stream: bool = False
    output_config: _OutputConfig = _OutputConfig()


class AnthropicWire:
    @property
    def provider(self) -> str:
        return "anthropic"

    def read(self, raw: bytes) -> Asking:
        body = _Body.model_validate_json(raw)
        blocks = body.system if isinstance(body.system, list) else []
        return Asking(
            provider=self.provider,
            model=body.model,
            system=_join(body.system),
            turns=tuple((turn.role, _join(turn.content)) for turn in body.messages),
            max_tokens=body.max_tokens,
            effort=body.output_config.effort,
            streamed=body.stream,
            caches=any(block.cache_control for block in blocks),
            wants_usage=True,
            body=TypeAdapter(dict[str, object]).validate_json(raw),
        )

    def is_signed(self, headers: Mapping[str, str]) -> bool:
        # The SDK moved its key from the first header to the second; servers take both.
        key = headers.get("x-api-key") or headers.get("authorization", "").startswith("Bearer ")
        return bool(key and headers.get("anthropic-version"))

    def write(self, reply: Reply) -> Json:
        return {
            **_message(reply),
            "content": [{"type": "text", "text": reply.text}],
            "stop_reason": _STOP_REASONS[reply.stop],
            "usage": _usage(reply, reply.output_tokens),
        }

    def write_stream(self, reply: Reply) -> Script:
        start = {"type": "message_start", "message": _message(reply)}
        block = {"type": "text", "text": ""}
        stop = {"stop_reason": _STOP_REASONS[reply.stop], "stop_sequence": None}
        return Script(
            head=(
                _event(start),
                _event({"type": "content_block_start", "index": 0, "content_block": block}),
                _event({"type": "ping"}),
            ),
            deltas=tuple(_delta(text) for text in split_text(reply.text)),
            tail=(
                _event({"type": "content_block_stop", "index": 0}),
                _event(
                    {
                        "type": "message_delta",
                        "delta": stop,
                        "usage": {"output_tokens": reply.output_tokens},
                    }
                ),
                _event({"type": "message_stop"}),
            ),
            error=_event(_error("overloaded_error")),
            malformed=b'event: content_block_delta\ndata: {"type":"content_block_delta","ind\n\n',
        )

    def refuse(self, fault: Fault) -> Refusal | None:
        if fault not in _ERRORS:
            return None
        status, type_ = _ERRORS[fault]
        message = UPSTREAM_TEXT
        if fault is Fault.NO_CREDIT:
            message = f"Your credit balance is too low. {UPSTREAM_TEXT}"
        code = "enforced_spend_limit_reached" if fault is Fault.QUOTA else None
        headers = {"retry-after": "7"} if fault is Fault.HTTP_429_RETRY_AFTER else {}
        return Refusal(status, _error(type_, message, code), headers)


def _join(content: str | list[_Block]) -> str:
    return content if isinstance(content, str) else "".join(block.text for block in content)


def _message(reply: Reply) -> dict[str, object]:
    return {
        "id": f"msg_{reply.number:04}",
        "type": "message",
        "role": "assistant",
        "model": reply.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": _usage(reply, 1),
    }


def _usage(reply: Reply, output_tokens: int) -> Json:
    cached = reply.cached_tokens + reply.cache_write_tokens
    return {
        "input_tokens": reply.input_tokens - cached,
        "cache_creation_input_tokens": reply.cache_write_tokens,
        "cache_read_input_tokens": reply.cached_tokens,
        "output_tokens": output_tokens,
        "service_tier": "standard",
    }


def _delta(text: str) -> Delta:
    delta = {"type": "text_delta", "text": text}
    event = _event({"type": "content_block_delta", "index": 0, "delta": delta})
    return Delta(event, count_tokens(text))


def _event(data: Json) -> bytes:
    return f"event: {data['type']}\ndata: {dump(data)}\n\n".encode()


def _error(type_: str, message: str = UPSTREAM_TEXT, code: str | None = None) -> Json:
    error: dict[str, object] = {"type": type_, "message": message}
    if code is not None:
        error["details"] = {"error_code": code}
    return {"type": "error", "error": error, "request_id": "req_0001"}
