"""Corrections: what instructors pin, reject and lock, and what there is of a section with it.

Whoever acts raises the revision of the chapters that show the text, in the same transaction.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.generation.corrections import queries
from server.generation.corrections.domain import Corrections, Place, SectionName
from server.generation.corrections.queries import (
    list_locks,
    list_pins,
    list_unnamed,
    lock,
    name_pin,
    take_turn,
    unlock,
    unpin,
)
from server.generation.rewriting.domain import SectionRewrite
from server.generation.rewriting.store.domain import UNASKED, StoredRewrite
from server.generation.rewriting.store.service import delete_rewrite, find_rewrites

__all__ = [
    "list_locks",
    "list_pins",
    "list_unnamed",
    "lock",
    "name_pin",
    "take_turn",
    "unlock",
    "unpin",
]


async def load_corrections(
    sessions: Sessions, chapter_id: str, keys: Collection[str]
) -> Corrections:
    """The locks of a chapter, and the hints on these sections of it."""
    async with sessions() as session:
        return await read_corrections(session, chapter_id, keys)


async def read_corrections(
    session: AsyncSession, chapter_id: str, keys: Collection[str]
) -> Corrections:
    """Return a chapter's locks and hints, in a transaction that has begun."""
    locks = await list_locks(session, chapter_id)
    hints = await queries.find_hints(session, set(keys)) if keys else {}
    return Corrections(frozenset(each.section_id for each in locks), hints)


async def pin(
    session: AsyncSession, place: Place, rewrite: SectionRewrite, user_id: int, *, edited: bool
) -> None:
    """Have this text win; pins for earlier wordings of the section have been seen to with it."""
    await unpin(session, place)
    await queries.save_pin(session, place, rewrite, user_id, edited=edited)


async def reject(session: AsyncSession, place: Place, user_id: int, hint: str | None) -> bool:
    """Drop what is shown, so that the next request asks anew; whether there was a text."""
    dropped = await delete_rewrite(session, place.key)
    unpinned = await unpin(session, place)
    if hint is None:
        await queries.delete_hint(session, place.key)
    else:
        await queries.save_hint(session, place.key, hint, user_id)
    return dropped or unpinned > 0


NAMES_AT_ONCE = 5000  # a statement takes 65,535 values at most


async def find_stored(
    sessions: Sessions, names: Collection[SectionName]
) -> dict[str, StoredRewrite]:
    """What there is of these sections, by their keys: stored rewrites, and what is pinned."""
    if not names:
        return {}
    async with sessions() as session:
        return await read_stored(session, names)


async def read_stored(
    session: AsyncSession, names: Collection[SectionName]
) -> dict[str, StoredRewrite]:
    """Return stored and pinned texts by section: what instructors pinned wins over the store."""
    found: dict[str, StoredRewrite] = {}
    ordered = sorted(set(names))
    for start in range(0, len(ordered), NAMES_AT_ONCE):
        some = ordered[start : start + NAMES_AT_ONCE]
        found |= await find_rewrites(session, [name.key for name in some])
        pinned = await queries.find_pinned(session, some)
        found |= {
            key: replace(found.get(key, UNASKED), pinned=text) for key, text in pinned.items()
        }
    return found
