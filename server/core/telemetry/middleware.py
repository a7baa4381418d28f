"""The middleware around all requests: an id, a log line, metrics and a trace for each."""

import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from starlette.datastructures import Headers

from server.core.telemetry.metrics import Metrics
from server.core.telemetry.traces import Trace, Tracing

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


API_PREFIX = "/api/v1"
REQUEST_ID_HEADER = "x-request-id"
ACCEPTABLE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
# Methods that a request may make up itself are no label of a metric.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
EVENT_STREAM = b"text/event-stream"
FIRST_ERROR_STATUS = 500

logger = structlog.stdlib.get_logger(__name__)


class RequestLogging:
    """ASGI middleware: gives each request an id, and logs, counts and traces how it went."""

    def __init__(self, app: "ASGIApp", *, metrics: Metrics, tracing: Tracing) -> None:
        self._app = app
        self._metrics = metrics
        self._tracing = tracing

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = _request_id(headers)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        answer = _Answer(request_id)

        async def send_noting(message: "Message") -> None:
            answer.note(message, self._metrics)
            await send(message)

        with self._tracing.trace_request(_method_of(scope), headers) as trace:
            try:
                await self._app(scope, receive, send_noting)
            finally:
                self._conclude(scope, answer, trace)

    def _conclude(self, scope: "Scope", answer: "_Answer", trace: Trace) -> None:
        took_s = time.perf_counter() - answer.started
        method, route = _method_of(scope), _route_of(scope)
        self._metrics.http_requests.labels(method, route, str(answer.status)).inc()
        self._metrics.http_time.labels(route).observe(took_s)
        if answer.is_stream:
            self._metrics.streams.dec()
        trace.note(
            {
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": answer.status,
                "request_id": answer.request_id,
            }
        )
        if answer.status >= FIRST_ERROR_STATUS:
            trace.fail(str(answer.status))
        _log_request(scope, answer.status, took_s * 1000)


@dataclass(slots=True)
class _Answer:
    """What is known of an answer while it is sent; one that never began is an error."""

    request_id: str
    status: int = 500
    is_stream: bool = False
    started: float = field(default_factory=time.perf_counter)

    def note(self, message: "Message", metrics: Metrics) -> None:
        """Read the beginning of the answer, and put the request's id into it."""
        if message["type"] != "http.response.start":
            return
        self.status = message["status"]
        headers = [
            *message.get("headers", ()),
            (REQUEST_ID_HEADER.encode(), self.request_id.encode()),
        ]
        message["headers"] = headers
        self.is_stream = any(
            name == b"content-type" and value.startswith(EVENT_STREAM) for name, value in headers
        )
        if self.is_stream:
            metrics.streams.inc()


def _request_id(headers: Headers) -> str:
    """The caller's id if it is a plain word, else one of ours."""
    given = headers.get(REQUEST_ID_HEADER, "")
    return given if ACCEPTABLE_REQUEST_ID.fullmatch(given) else uuid4().hex


def _method_of(scope: "Scope") -> str:
    method: str = scope["method"]
    return method if method in METHODS else "other"


def _route_of(scope: "Scope") -> str:
    """The route's template, never what was asked for; routers leave out the API's prefix."""
    template = getattr(scope.get("route"), "path_format", None)
    if not isinstance(template, str):
        return "other"
    is_api = scope["path"].startswith(f"{API_PREFIX}/")
    return f"{API_PREFIX}{template}" if is_api else template


def _log_request(scope: "Scope", status: int, duration_ms: float) -> None:
    log = logger.error if status >= FIRST_ERROR_STATUS else logger.info
    rounded_ms = round(duration_ms, 1)
    log(
        "request",
        method=scope["method"],
        path=scope["path"],
        status=status,
        duration=f"{rounded_ms:.0f}ms",
        duration_ms=rounded_ms,
    )
