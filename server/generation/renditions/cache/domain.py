"""The frozen values of the cache: what to clear, what is there."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.core.http.examples import Examples

EXAMPLES = Examples(__file__)


@dataclass(frozen=True, slots=True)
class ClearScope:
    """What to clear: one chapter's renditions, one learner's, or, with neither, all."""

    chapter_id: str | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cleared:
    """How many entries are gone."""

    __pydantic_config__ = EXAMPLES.name("ClearedResponse")

    renditions: int
    rewrites: int


@dataclass(frozen=True, slots=True)
class CacheStats:
    """What the cache of renditions holds; `avg_content_size` in characters."""

    __pydantic_config__ = EXAMPLES.name("CacheStatsResponse")

    total_entries: int
    unique_users: int
    unique_chapters: int
    avg_content_size: float  # 0 on an empty cache


@dataclass(frozen=True, slots=True)
class EarlierSection:
    """A section of a stored rendition, as it was named then."""

    source_hash: str
    id: str
    title: str
    key: str


@dataclass(frozen=True, slots=True)
class StoredOnce:
    """A rendition in the cache, with its owner's answers and a language that they read in."""

    chapter_id: str
    profile_hash: str
    onboarding: Mapping[str, str]
    language: str
