"""The wire of several orders in one request."""

from pydantic import BaseModel, ConfigDict, Field

from server.core.http.problems import Problem
from server.generation.renditions.schemas import EXAMPLES, PersonalizeRequest, RenditionResponse

MOST_REQUESTS = 20


class BatchRequest(BaseModel):
    """Orders, each as in `POST /personalize`."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("BatchRequest"))

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

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("BatchResponse"))

    results: list[BatchItemResponse]
