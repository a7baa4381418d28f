"""The wire of several orders in one request."""

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from server.core.http.problems import Problem
from server.generation.renditions.schemas import (
    EXAMPLE_RENDITION,
    EXAMPLE_REQUEST,
    EXAMPLE_SECTION,
    PersonalizeRequest,
    RenditionResponse,
)

MOST_REQUESTS = 20

EXAMPLE_RESULT: JsonDict = {
    **EXAMPLE_RENDITION,
    "notice": "1 of 1 sections are shown as the author wrote them, because the rewritten text "
    "did not pass our checks.",
    "sections": [
        {
            **EXAMPLE_SECTION,
            "status": "fallback",
            "reason": "The rewritten text did not pass our checks, so this is the author's own.",
        }
    ],
}
EXAMPLE_PROBLEM: JsonDict = {
    "type": "urn:chapterwise:problem:chapter-not-found",
    "title": "There is no such chapter",
    "status": 404,
    "detail": "There is no chapter 'chapter-99' in this book.",
    "instance": "/api/v1/personalize/batch",
}


class BatchRequest(BaseModel):
    """Orders, each as in `POST /personalize`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"requests": [EXAMPLE_REQUEST]}]})

    requests: list[PersonalizeRequest] = Field(min_length=1, max_length=MOST_REQUESTS)


class BatchItemResponse(BaseModel):
    """What one request would have answered alone: its status, and the one or the other body."""

    chapter_id: str
    status: int
    result: RenditionResponse | None
    problem: Problem | None
    retry_after: int | None = Field(description="Seconds; what the header would say of a 429.")


class BatchResponse(BaseModel):
    """One result for each request, in the order of the requests."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "results": [
                        {
                            "chapter_id": "chapter-02",
                            "status": 200,
                            "result": EXAMPLE_RESULT,
                            "problem": None,
                            "retry_after": None,
                        },
                        {
                            "chapter_id": "chapter-99",
                            "status": 404,
                            "result": None,
                            "problem": EXAMPLE_PROBLEM,
                            "retry_after": None,
                        },
                    ]
                }
            ]
        }
    )

    results: list[BatchItemResponse]
