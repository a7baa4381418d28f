"""The wire of the request log."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from server.insight.analytics.log.domain import LogPage
from server.insight.analytics.schemas import FromDomain

ENTRY: JsonDict = {
    "id": 918,
    "created_at": "2026-11-21T12:00:00.123456Z",
    "request_id": "8f0c2a9f5f5b4c0c",
    "user_id": 12,
    "chapter_id": "chapter-02",
    "language": "en",
    "transformations": ["beginner-simplify", "jetson-hardware"],
    "status": "ok",
    "source": "llm",
    "cached": False,
    "response_time_ms": 5210,
    "llm_provider": "claude",
    "llm_model": "claude-sonnet-4-5",
    "input_tokens": 4100,
    "output_tokens": 2300,
    "cost_usd": 0.047,
    "sections_total": 12,
    "sections_rewritten": 10,
    "sections_fallback": 1,
    "fallback_reasons": ["numbers"],
}


class LogEntryResponse(FromDomain):
    """One answered personalisation; `user_id` is null once the account is erased."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENTRY]})

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
    cost_usd: float | None
    sections_total: int
    sections_rewritten: int
    sections_fallback: int
    fallback_reasons: list[str]


class LogPageResponse(BaseModel):
    """Rows of the log, newest first; `next` is the `after` of the next page, null on the last."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [ENTRY], "next": "2026-11-21T12:00:00.123456+00:00_918"}]
        }
    )

    items: list[LogEntryResponse]
    next: str | None

    @classmethod
    def of(cls, page: LogPage) -> "LogPageResponse":
        items = [LogEntryResponse.model_validate(each) for each in page.entries]
        return cls(items=items, next=page.next.write() if page.next else None)
