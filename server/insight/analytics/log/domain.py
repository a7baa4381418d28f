"""The request log as an admin sees it: numbers of accounts, no e-mail and no profile."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

LARGEST_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What rows are wanted; None leaves a property open."""

    chapter_id: str | None = None
    source: str | None = None
    status: str | None = None
    transformation: str | None = None
    fallback_reason: str | None = None
    language: str | None = None
    request_id: str | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One answered personalisation; `user_id` is None once the account is erased."""

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
    cost_usd: Decimal | None
    sections_total: int
    sections_rewritten: int
    sections_fallback: int
    fallback_reasons: list[str]


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
    entries: tuple[LogEntry, ...]
    next: LogCursor | None  # None: these are the last
