"""The API's own description, where the framework writes what the version it names does not have."""

from fastapi import FastAPI

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
