"""The frozen values of the cache: what to clear, what is there."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClearScope:
    """What to clear: one chapter's renditions, one learner's, or, with neither, all."""

    chapter_id: str | None = None
    user_id: int | None = None


@dataclass(frozen=True, slots=True)
class Cleared:
    renditions: int
    rewrites: int


@dataclass(frozen=True, slots=True)
class CacheStats:
    total_entries: int
    unique_users: int
    unique_chapters: int
    avg_content_size: float  # characters; 0 on an empty cache


@dataclass(frozen=True, slots=True)
class EarlierSection:
    """A section of a stored rendition, as it was named then."""

    source_hash: str
    id: str
    title: str
    key: str


@dataclass(frozen=True, slots=True)
class StoredOnce:
    """A stored rendition with its owner's answers and a language that the owner has read in."""

    chapter_id: str
    profile_hash: str
    onboarding: Mapping[str, str]
    language: str
