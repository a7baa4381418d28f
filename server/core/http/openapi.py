"""The API's own description, where the framework writes what the version it names does not have."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus

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

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None


def describe_streams_as_text(app: FastAPI) -> None:
    """Streams are described by `itemSchema`, which came with OpenAPI 3.2; we say 3.1."""
    write = app.openapi

    def openapi() -> dict[str, Json]:
        description: dict[str, Json] = write()
        _replace_item_schemas(description)
        _name_by_titles(description)
        return description

    # The framework's documented way to change the description.
    app.openapi = openapi  # type: ignore[method-assign]


def _list_objects(part: Json) -> Iterator[dict[str, Json]]:
    """Every object of a description, the outer ones first."""
    if isinstance(part, dict):
        yield part
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    for each in list(inner):
        yield from _list_objects(each)


def _replace_item_schemas(description: Json) -> None:
    for part in _list_objects(description):
        if "itemSchema" in part:
            part.pop("itemSchema")
            part["schema"] = {"type": "string"}


def _name_by_titles(description: Json) -> None:
    """A value that goes out as it is says by its title what it is called on the wire."""
    match description:
        case {"components": {"schemas": dict() as schemas}}:
            names = {name: _read_title(schemas[name], name) for name in schemas}
            renamed = {name: title for name, title in names.items() if title != name}
            named = {renamed.get(name, name): schema for name, schema in schemas.items()}
            schemas.clear()
            schemas.update(sorted(named.items()))
            _follow(description, renamed)
        case _:
            pass


def _read_title(schema: Json, name: str) -> str:
    title = schema.get("title") if isinstance(schema, dict) else None
    written = re.sub(r"[\[\]]", "_", title) if isinstance(title, str) else ""
    return written if written.isidentifier() else name


def _follow(description: Json, renamed: Mapping[str, str]) -> None:
    for part in _list_objects(description):
        reference = part.get("$ref")
        if isinstance(reference, str):
            path, _, name = reference.rpartition("/")
            part["$ref"] = f"{path}/{renamed.get(name, name)}"
        # What is computed is marked as not to be sent, which goes without saying of an answer.
        part.pop("readOnly", None)


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
