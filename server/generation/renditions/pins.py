"""Names what the version before has pinned; it goes with that version's columns (`adr/0009`)."""

import asyncio

import structlog

from server.book.chapters.domain import Chapter
from server.core.database.engine import Sessions
from server.errors import ChapterNotFound, InvalidInput
from server.generation.corrections.domain import Pin
from server.generation.corrections.service import list_unnamed, name_pin
from server.generation.editions.domain import facts_behind
from server.generation.editions.service import OrderDesk, name_for_pin
from server.generation.renditions.cache.service import list_earlier
from server.plan.recipes.domain import RecipeNote

logger = structlog.stdlib.get_logger(__name__)


async def name_pins(sessions: Sessions, desk: OrderDesk) -> int:
    """Give each pin of the version before, that still is of its section, the section's name.

    One whose section has changed stays without, and so is outdated.
    """
    async with sessions() as session:
        unnamed = await list_unnamed(session)
    names = {pin.place.key: await _find_name(sessions, desk, pin) for pin in unnamed}
    found = {key: name for key, name in names.items() if name is not None}
    async with sessions.begin() as session:
        for key, name in found.items():
            await name_pin(session, key, name)
    if found:
        logger.info("pins named", named=len(found), left=len(names) - len(found))
    return len(found)


async def _find_name(sessions: Sessions, desk: OrderDesk, pin: Pin) -> str | None:
    try:
        chapter = await asyncio.to_thread(desk.library.load_chapter, pin.place.chapter_id)
    except (ChapterNotFound, InvalidInput):
        return None
    edition = await desk.write_edition(chapter, facts_behind(pin), revision=0)
    part = edition.by_key.get(pin.place.key)
    return part.name.pin if part else await _recall_name(sessions, chapter, pin)


async def _recall_name(sessions: Sessions, chapter: Chapter, pin: Pin) -> str | None:
    """By a stored rendition of the file as it is: prompts may have changed since it was made."""
    async with sessions() as session:
        earlier = await list_earlier(session, chapter.id)
    shown = {each.key: each.id for each in earlier if each.source_hash == chapter.source_hash}
    id_ = shown.get(pin.place.key)
    section = next((each for each in chapter.sections if each.id == id_), None)
    recipe = RecipeNote(pin.place.transformations, pin.place.language)
    return name_for_pin(section, recipe) if section else None
