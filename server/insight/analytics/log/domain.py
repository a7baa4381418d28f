"""The request log as an admin sees it: numbers of accounts, no e-mail and no profile."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from server.core.http.examples import Examples
from server.generation.renditions.domain import Source
from server.insight.analytics.domain import Usd

LARGEST_ID = 2**63 - 1
LARGEST_USER_ID = 2**31 - 1

EXAMPLES = Examples(__file__)

Word = Annotated[str, StringConstraints(max_length=255, pattern=r"^[^\x00]+$")]


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What rows are wanted; None leaves a property open."""

    chapter_id: Word | None = None
    source: Source | None = None
    status: Word | None = None
    transformation: Word | None = None
    fallback_reason: Word | None = None
    language: Word | None = None
    request_id: Word | None = None
    user_id: Annotated[int, Field(ge=1, le=LARGEST_USER_ID)] | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One answered personalisation; `user_id` is null once the account is erased."""

    __pydantic_config__ = EXAMPLES.name("LogEntryResponse")

    id: int
    created_at: datetime
    request_id: str | None
    user_id: int | None
    chapter_id: str
    language: str | None
    transformations: list[str]
    status: str
    source: str
    cached: bool
    response_time_ms: int
    llm_provider: str | None
    llm_model: str | None
    input_tokens: int
    output_tokens: int
    cost_usd: Usd | None
    sections_total: int
    sections_rewritten: int
    sections_fallback: int
    fallback_reasons: list[str]
    rendition_hash: str | None


@dataclass(frozen=True, slots=True)
class LogCursor:
    """The last row that was seen; what comes next is older."""

    created_at: datetime
    id: int

    def write(self) -> str:
        return f"{self.created_at.astimezone(UTC).isoformat()}_{self.id}"


def read_cursor(written: str) -> LogCursor:
    """Raise ValueError where it is none of ours."""
    moment, _, number = written.rpartition("_")
    created_at, id_ = datetime.fromisoformat(moment), int(number)
    if created_at.tzinfo is None or not 0 <= id_ <= LARGEST_ID:
        raise ValueError("a cursor names a moment with its zone and a row")
    return LogCursor(created_at.astimezone(UTC), id_)


@dataclass(frozen=True, slots=True)
class LogPage:
    """Rows of the log, newest first; `next` is the `after` of the next page, null on the last."""

    __pydantic_config__ = EXAMPLES.name("LogPageResponse")

    items: tuple[LogEntry, ...]
    next: str | None
