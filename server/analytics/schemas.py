"""The wire of analytics."""

from pydantic import BaseModel, ConfigDict


class ChapterRequestsResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    chapter_id: str
    requests: int


class ResponseTimeResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    cached: bool
    requests: int
    avg_ms: float
    p95_ms: float


class ProviderUseResponse(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    llm_provider: str | None
    requests: int
    input_tokens: int
    output_tokens: int
    sections_fallback: int


class SummaryResponse(BaseModel):
    """Use, hit rate (percent), response times (milliseconds), tokens and fallbacks by provider."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "requests_total": 120,
                    "requests_by_chapter": [{"chapter_id": "chapter-02", "requests": 120}],
                    "hit_rate_percent": 84.2,
                    "response_time": [
                        {"cached": True, "requests": 101, "avg_ms": 6.1, "p95_ms": 11.0},
                        {"cached": False, "requests": 19, "avg_ms": 5210.0, "p95_ms": 8100.0},
                    ],
                    "providers": [
                        {
                            "llm_provider": "claude",
                            "requests": 120,
                            "input_tokens": 41000,
                            "output_tokens": 23000,
                            "sections_fallback": 1,
                        }
                    ],
                }
            ]
        },
    )

    requests_total: int
    requests_by_chapter: list[ChapterRequestsResponse]
    hit_rate_percent: float | None
    response_time: list[ResponseTimeResponse]
    providers: list[ProviderUseResponse]
