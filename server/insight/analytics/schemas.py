"""The pages in which the answers of analytics go out."""

from typing import Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, TypeAdapter
from pydantic.config import JsonDict

from server.insight.analytics.domain import EXAMPLES, BudgetDay, ModelUse

ItemT = TypeVar("ItemT")


def _show_one_item(schema: JsonDict, page: type[BaseModel]) -> None:
    """The name and the example of a page are those of its item."""
    (item,) = get_args(page.model_fields["items"].annotation)
    row = TypeAdapter(item).json_schema(mode="serialization")
    (example,) = row["examples"]
    schema["title"] = f"PageResponse[{row['title']}]"
    schema["examples"] = [{"total": 1, "limit": 100, "offset": 0, "items": [example]}]


class PageResponse(BaseModel, Generic[ItemT]):
    """A part of the rows; `total` is how many there are."""

    model_config = ConfigDict(json_schema_extra=_show_one_item)

    total: int
    limit: int
    offset: int
    items: list[ItemT]


class ModelPageResponse(PageResponse[ModelUse]):
    """Models, and the days' bills against the budget."""

    model_config = ConfigDict(json_schema_extra=EXAMPLES.show("ModelPageResponse"))

    budget: list[BudgetDay]
