"""What work beside requests asks of the store: what it holds, and that it is to be seen anew."""

from collections.abc import Sequence
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.generation.renditions import queries
from server.generation.renditions.domain import StoredRewrite
from server.generation.rewriting.domain import Rewritten
from server.generation.rewriting.store import queries as rewrite_queries
from server.generation.rewriting.store.service import SectionClaim

KEYS_AT_ONCE = 5000  # a statement takes 65,535 values at most


async def find_stored(sessions: Sessions, keys: Sequence[str]) -> dict[str, StoredRewrite]:
    """What the store holds of these keys, however many they are."""
    async with sessions() as session:
        return await read_stored(session, keys)


async def read_stored(session: AsyncSession, keys: Sequence[str]) -> dict[str, StoredRewrite]:
    """The same, in a transaction that has begun."""
    found: dict[str, StoredRewrite] = {}
    for start in range(0, len(keys), KEYS_AT_ONCE):
        some = keys[start : start + KEYS_AT_ONCE]
        found |= await rewrite_queries.find_rewrites(session, some)
    return found


async def revise_chapter(sessions: Sessions, chapter_id: str) -> None:
    """Have everything stored of the chapter seen anew."""
    async with sessions.begin() as session:
        await queries.raise_revision(session, chapter_id)


async def store_rewrite(
    sessions: Sessions, key: str, chapter_id: str, outcome: Rewritten, *, again: bool
) -> bool:
    """Keep a verified rewrite that no request asked for, under a claim like any other.

    False where somebody else has stored one meanwhile, or is at work on it; with `again` a text
    that is there is replaced.
    """
    claim = SectionClaim(sessions, key, uuid4())
    return await claim.take(chapter_id, again=again) and await claim.fulfil(outcome)
