"""The wire of the cache."""

from pydantic import BaseModel

from server.staff.instruction.wire import name


class ClearedResponse(BaseModel):
    """How many entries are gone."""

    model_config = name("ClearedResponse")

    renditions: int
    rewrites: int


class CacheStatsResponse(BaseModel):
    """What the cache of renditions holds; `avg_content_size` in characters."""

    model_config = name("CacheStatsResponse")

    total_entries: int
    unique_users: int
    unique_chapters: int
    avg_content_size: float
