"""The glossary and the catalogue as an instructor sees them."""

import asyncio
from collections import defaultdict
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.chapters.library import UnreadableChapter
from server.errors import ChapterNotFound
from server.instruction import queries
from server.instruction.describing import describe_condition
from server.instruction.domain import CatalogueEntry, TermUse
from server.personalization.ordering import OrderDesk
from server.rewriting.domain import terms_in
from server.transformations.loading import Entry

RECENTLY = timedelta(days=30)

Uses = dict[str, dict[str, tuple[str, ...]]]


async def list_terms(desk: OrderDesk) -> list[TermUse]:
    """Every term of the glossary, in alphabetical order, with the sections that hold it."""
    uses = await asyncio.to_thread(_find_uses, desk)
    return [
        TermUse(
            term=term.term,
            definition=term.definition,
            keep=term.keep,
            translations=dict(term.translations),
            occurs_in=uses.get(term.term, {}),
        )
        for term in sorted(desk.glossary.current().terms, key=lambda term: term.term.casefold())
    ]


def _find_uses(desk: OrderDesk) -> Uses:
    glossary = desk.glossary.current()
    uses = defaultdict[str, dict[str, tuple[str, ...]]](dict)
    for summary in desk.library.list_chapters():
        try:
            chapter = desk.library.load_chapter(summary.chapter_id)
        except (ChapterNotFound, UnreadableChapter):
            continue
        occurring = glossary.occurring(chapter.content)
        held = [(each.id, set(terms_in(each, occurring))) for each in chapter.sections]
        for term in occurring:
            sections = tuple(id_ for id_, terms in held if term in terms)
            uses[term.term][chapter.id] = sections
    return uses


async def list_catalogue(session: AsyncSession, desk: OrderDesk) -> list[CatalogueEntry]:
    """Every transformation in its order, and how many answers of late it had a part in."""
    applied = await queries.count_applied(session, RECENTLY)
    entries = desk.catalogue.entries
    return [_describe(entry, applied.get(entry.transformation.id, 0)) for entry in entries]


def _describe(entry: Entry, applied: int) -> CatalogueEntry:
    transformation = entry.transformation
    return CatalogueEntry(
        id=transformation.id,
        title=transformation.title,
        why=transformation.why,
        condition=describe_condition(entry.condition),
        order=transformation.order,
        adds=transformation.adds,
        excludes=tuple(entry.conflicts),
        facts=tuple(sheet.id for sheet in transformation.facts),
        applied_last_30_days=applied,
    )
