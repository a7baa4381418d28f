"""Corrections: what instructors pin, reject and lock, and how an order comes to hold it.

Each act raises the revision of every chapter that shows the text, in the act's own transaction.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.generation.corrections import queries as correction_queries
from server.generation.corrections.domain import Corrections, Lock, Pin, Place, Record
from server.generation.renditions import queries
from server.generation.renditions.domain import Order
from server.generation.renditions.storing import EarlierSection, read_earlier
from server.generation.rewriting.domain import SectionRewrite

MOST_REJECTED = 1000  # that a queue looks at


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
    locks = await correction_queries.list_locks(session, chapter_id)
    hints = await correction_queries.find_hints(session, set(keys))
    return Corrections(frozenset(lock.section_id for lock in locks), hints)


def correct_order(order: Order, corrections: Corrections) -> Order:
    """The order with its locked sections locked, and the hints where the prompt is written from."""
    if not corrections.locked and not corrections.hints:
        return order
    sections = tuple(
        replace(section, locked=True) if section.id in corrections.locked else section
        for section in order.chapter.sections
    )
    chapter = replace(order.chapter, sections=sections)
    keyed = zip(sections, order.section_keys, strict=True)
    hints = {each.source: corrections.hints[key] for each, key in keyed if key in corrections.hints}
    brief = replace(order.brief, chapter=chapter, hints=hints)
    return replace(order, chapter=chapter, brief=brief)


async def pin(
    session: AsyncSession, place: Place, rewrite: SectionRewrite, user_id: int, *, edited: bool
) -> None:
    """Have this text win; pins for earlier wordings of the section have been seen to with it."""
    await correction_queries.delete_pins(session, place)
    await correction_queries.save_pin(session, place, rewrite, user_id, edited=edited)
    await _revise(session, place)


async def unpin(session: AsyncSession, place: Place) -> int:
    """Let the model's text be shown again; returns how many pins there were."""
    gone = await correction_queries.delete_pins(session, place)
    if gone:
        await _revise(session, place)
    return gone


async def reject(session: AsyncSession, place: Place, user_id: int, hint: str | None) -> bool:
    """Drop what is shown, so that the next request asks anew; whether there was a text."""
    dropped = await correction_queries.delete_rewrite(session, place.key)
    unpinned = await correction_queries.delete_pins(session, place)
    if hint is None:
        await correction_queries.delete_hint(session, place.key)
    else:
        await correction_queries.save_hint(session, place.key, hint, user_id)
    await _revise(session, place)
    return dropped or unpinned > 0


async def lock(session: AsyncSession, chapter_id: str, section_id: str, user_id: int) -> bool:
    """Show everybody the author's words; False where they are shown already."""
    locked = await correction_queries.save_lock(session, chapter_id, section_id, user_id)
    if locked:
        await queries.raise_revision(session, chapter_id)
    return locked


async def unlock(session: AsyncSession, chapter_id: str, section_id: str) -> bool:
    """Let the section be rewritten again; False where no instructor had locked it."""
    unlocked = await correction_queries.delete_lock(session, chapter_id, section_id)
    if unlocked:
        await queries.raise_revision(session, chapter_id)
    return unlocked


async def _revise(session: AsyncSession, place: Place) -> None:
    showing = await correction_queries.list_chapters_showing(session, place.key)
    for chapter_id in sorted({place.chapter_id, *showing}):
        await queries.raise_revision(session, chapter_id)


async def list_pins(
    session: AsyncSession, chapter_id: str | None = None, keys: Collection[str] = ()
) -> list[Pin]:
    """The pins of a chapter, or of the book; with `keys` also what is pinned under one of them."""
    return await correction_queries.list_pins(session, chapter_id, keys)


async def list_locks(session: AsyncSession, chapter_id: str) -> list[Lock]:
    return await correction_queries.list_locks(session, chapter_id)


async def list_records(session: AsyncSession, keys: Collection[str]) -> Mapping[str, Record]:
    """The store's record of these keys: how often the verifier said no, and why."""
    return await correction_queries.list_records(session, keys)


async def list_rejected(session: AsyncSession) -> list[tuple[str, str]]:
    """Keys that fall back, each with a chapter that asked for it."""
    return await correction_queries.list_rejected(session, limit=MOST_REJECTED)


async def list_earlier(session: AsyncSession, chapter_id: str) -> list[EarlierSection]:
    """The sections of all stored renditions of a chapter, the newest rendition's first."""
    found = await correction_queries.list_stored_sections(session, chapter_id)
    return [each for source_hash, packed in found for each in read_earlier(source_hash, packed)]


async def find_revision(session: AsyncSession, chapter_id: str) -> int:
    """The chapter's revision, as readers see it."""
    return await queries.find_revision(session, chapter_id)
