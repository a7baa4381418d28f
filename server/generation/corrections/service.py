"""Corrections: what instructors pin, reject and lock, and how an order comes to hold it.

Each act raises the revision of every chapter that shows the text, in the act's own transaction.
"""

from collections.abc import Collection, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.generation.corrections import queries
from server.generation.corrections.domain import Corrections, Lock, Pin, Place
from server.generation.editions import queries as editions_queries
from server.generation.renditions.cache.service import revise_showing
from server.generation.rewriting.domain import SectionRewrite
from server.generation.rewriting.store import queries as store_queries
from server.generation.rewriting.store.domain import StoredRewrite


async def load_corrections(
    sessions: Sessions, chapter_id: str, keys: Collection[str]
) -> Corrections:
    """The locks of a chapter, and the hints on these sections of it."""
    async with sessions() as session:
        return await read_corrections(session, chapter_id, keys)


async def read_corrections(
    session: AsyncSession, chapter_id: str, keys: Collection[str]
) -> Corrections:
    """The same, in a transaction that has begun."""
    locks = await queries.list_locks(session, chapter_id)
    hints = await queries.find_hints(session, set(keys))
    return Corrections(frozenset(lock.section_id for lock in locks), hints)


async def pin(
    session: AsyncSession, place: Place, rewrite: SectionRewrite, user_id: int, *, edited: bool
) -> None:
    """Have this text win; pins for earlier wordings of the section have been seen to with it."""
    await queries.delete_pins(session, place)
    await queries.save_pin(session, place, rewrite, user_id, edited=edited)
    await revise_showing(session, place)


async def unpin(session: AsyncSession, place: Place) -> int:
    """Let the model's text be shown again; returns how many pins there were."""
    gone = await queries.delete_pins(session, place)
    if gone:
        await revise_showing(session, place)
    return gone


async def reject(session: AsyncSession, place: Place, user_id: int, hint: str | None) -> bool:
    """Drop what is shown, so that the next request asks anew; whether there was a text."""
    dropped = await store_queries.delete_rewrite(session, place.key)
    unpinned = await queries.delete_pins(session, place)
    if hint is None:
        await queries.delete_hint(session, place.key)
    else:
        await queries.save_hint(session, place.key, hint, user_id)
    await revise_showing(session, place)
    return dropped or unpinned > 0


async def lock(session: AsyncSession, chapter_id: str, section_id: str, user_id: int) -> bool:
    """Show everybody the author's words; False where they are shown already."""
    locked = await queries.save_lock(session, chapter_id, section_id, user_id)
    if locked:
        await editions_queries.raise_revision(session, chapter_id)
    return locked


async def unlock(session: AsyncSession, chapter_id: str, section_id: str) -> bool:
    """Let the section be rewritten again; False where no instructor had locked it."""
    unlocked = await queries.delete_lock(session, chapter_id, section_id)
    if unlocked:
        await editions_queries.raise_revision(session, chapter_id)
    return unlocked


async def take_turn(session: AsyncSession, chapter_id: str) -> None:
    """Wait until nobody else acts on the chapter; ours until the transaction ends."""
    await queries.lock_chapter(session, chapter_id)


async def list_pins(
    session: AsyncSession, chapter_id: str | None = None, keys: Collection[str] = ()
) -> list[Pin]:
    """The pins of a chapter, or of the book; with `keys` also what is pinned under one of them."""
    return await queries.list_pins(session, chapter_id, keys)


async def list_locks(session: AsyncSession, chapter_id: str) -> list[Lock]:
    return await queries.list_locks(session, chapter_id)


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
        found |= await store_queries.find_rewrites(session, some)
    return found
