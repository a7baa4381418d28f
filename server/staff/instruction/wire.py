"""How the API's description shows values that go out as they are, and what it leaves out."""

from pathlib import Path
from typing import Annotated, TypeVar

import yaml
from pydantic import ConfigDict, Field, GetPydanticSchema, JsonValue, TypeAdapter
from pydantic_core.core_schema import any_schema

_TEXT = Path(__file__).with_name("examples.yaml").read_text(encoding="utf-8")
_EXAMPLES = TypeAdapter(dict[str, JsonValue]).validate_python(yaml.safe_load(_TEXT))

Value = TypeVar("Value")
# What the pages need of a value and no client is sent.
Unsent = Annotated[
    Value, GetPydanticSchema(lambda _type, _handler: any_schema()), Field(exclude=True)
]


def name(title: str) -> ConfigDict:
    """What a value is called on the wire, with an example of it where there is one."""
    if title not in _EXAMPLES:
        return ConfigDict(title=title)
    return ConfigDict(title=title, json_schema_extra={"examples": [_EXAMPLES[title]]})
