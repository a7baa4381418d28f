"""The normal form of a profile and its hash: the name under which a profile's work is known."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256

from server.learners.profiles.domain import Profile
from server.learners.profiles.normalizing import profile_of


def normal_form(profile: Profile) -> str:
    """The five fields and `language_tag` as JSON: sorted keys, no spaces."""
    return json.dumps(asdict(profile), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def profile_hash(profile: Profile) -> str:
    """SHA-256 of the normal form in UTF-8, in hex."""
    return sha256(normal_form(profile).encode()).hexdigest()


def generate_cache_key(
    user_id: int, chapter_id: str, onboarding: Mapping[str, str]
) -> tuple[int, str, str]:
    """The three columns of `unique_cache_entry` for a learner's answers and a chapter."""
    return user_id, chapter_id, profile_hash(profile_of(onboarding))
