"""The wire of analytics: pages of what `schemas` describes."""

from typing import Generic, TypeVar, get_args

from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from server.insight.analytics.schemas import (
    MODEL_USE,
    BudgetDayResponse,
    FromDomain,
    ModelUseResponse,
)

ItemT = TypeVar("ItemT", bound=FromDomain)


def _show_one_item(schema: JsonDict, page: type[BaseModel]) -> None:
    """The example of a page is the example of its item."""
    (item,) = get_args(page.model_fields["items"].annotation)
    (example,) = item.model_json_schema()["examples"]
    schema["examples"] = [{"total": 1, "limit": 100, "offset": 0, "items": [example]}]


class PageResponse(BaseModel, Generic[ItemT]):
    """A part of the rows; `total` is how many there are."""

    model_config = ConfigDict(json_schema_extra=_show_one_item)

    total: int
    limit: int
    offset: int
    items: list[ItemT]


class ModelPageResponse(PageResponse[ModelUseResponse]):
    """Models, and the days' bills against the budget."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "total": 1,
                    "limit": 100,
                    "offset": 0,
                    "items": [MODEL_USE],
                    "budget": [
                        {
                            "day": "2026-11-21",
                            "billed_usd": 0.61,
                            "daily_limit_usd": 10.0,
                            "used_percent": 6.1,
                        }
                    ],
                }
            ]
        }
    )

    budget: list[BudgetDayResponse]
