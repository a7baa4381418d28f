"""How the API's description shows values that go out as they are, and what it leaves out."""

from typing import Annotated, TypeVar

from pydantic import Field, GetPydanticSchema
from pydantic_core.core_schema import any_schema

from server.core.http.examples import Examples

Value = TypeVar("Value")
# What the pages need of a value and no client is sent.
Unsent = Annotated[
    Value, GetPydanticSchema(lambda _type, _handler: any_schema()), Field(exclude=True)
]

name = Examples(__file__).name
