"""The API's own description, where the framework writes what the version it names does not have."""

from http import HTTPStatus
from typing import TYPE_CHECKING

from fastapi import FastAPI

from server.core.http.problems import PROBLEM_MEDIA_TYPE, Problem
from server.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    NotSignedIn,
    ServiceUnavailable,
    TooManyRequests,
)

if TYPE_CHECKING:
    pass


Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def describe_streams_as_text(app: FastAPI) -> None:
    """Streams are described by `itemSchema`, which came with OpenAPI 3.2; we say 3.1."""
    write = app.openapi

    def openapi() -> dict[str, Json]:
        description: dict[str, Json] = write()
        _replace_item_schemas(description)
        return description

    # The framework's documented way to change the description.
    app.openapi = openapi  # type: ignore[method-assign]


def _replace_item_schemas(part: Json) -> None:
    if isinstance(part, dict):
        if "itemSchema" in part:
            part.pop("itemSchema")
            part["schema"] = {"type": "string"}
        for inner in part.values():
            _replace_item_schemas(inner)
    elif isinstance(part, list):
        for inner in part:
            _replace_item_schemas(inner)


DESCRIBED = (
    BadRequest,
    NotSignedIn,
    Forbidden,
    NotFound,
    Conflict,
    InvalidInput,
    TooManyRequests,
    ServiceUnavailable,
)


def describe_problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The OpenAPI description of the problems that a route may answer."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {
                PROBLEM_MEDIA_TYPE: {
                    "schema": Problem.model_json_schema(),
                    "example": _example_of(status),
                }
            },
        }
        for status in statuses
    }


def _example_of(status: int) -> dict[str, object]:
    kind = next(each for each in DESCRIBED if each.status == status)
    problem = Problem(
        type=f"urn:chapterwise:problem:{kind.slug}",
        title=kind.title,
        status=status,
        detail="A sentence for a person says what is wrong here and what to do.",
        instance="/api/v1/personalize",
        fields=[{"field": "body.language", "message": "is needed"}]
        if kind is InvalidInput
        else None,
    )
    return problem.model_dump(exclude_none=True)
