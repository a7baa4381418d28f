"""The wire of instruction."""

from pydantic import BaseModel, ConfigDict


class ClearedResponse(BaseModel):
    """How many entries are gone."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={"examples": [{"renditions": 12, "rewrites": 0}]},
    )

    renditions: int
    rewrites: int


class CacheStatsResponse(BaseModel):
    """What the cache of renditions holds; `avg_content_size` in characters."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "total_entries": 12,
                    "unique_users": 7,
                    "unique_chapters": 3,
                    "avg_content_size": 30120.5,
                }
            ]
        },
    )

    total_entries: int
    unique_users: int
    unique_chapters: int
    avg_content_size: float
