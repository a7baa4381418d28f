"""The frozen answers of analytics."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Period:
    """From, inclusive, to, exclusive; either may be open."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class ChapterRequests:
    chapter_id: str
    requests: int


@dataclass(frozen=True, slots=True)
class ResponseTime:
    """Milliseconds of the requests that were (not) served from what was stored."""

    cached: bool
    requests: int
    avg_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class ProviderUse:
    """What one provider did: `llm_provider` is null where no provider's text was shown."""

    llm_provider: str | None
    requests: int
    input_tokens: int
    output_tokens: int
    sections_fallback: int


@dataclass(frozen=True, slots=True)
class Summary:
    requests_total: int
    requests_by_chapter: tuple[ChapterRequests, ...]
    hit_rate_percent: float | None  # null on an empty log
    response_time: tuple[ResponseTime, ...]
    providers: tuple[ProviderUse, ...]
