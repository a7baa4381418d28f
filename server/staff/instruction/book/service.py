"""The glossary and the catalogue as an instructor sees them."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.book.chapters.library import UnreadableChapter
from server.errors import ChapterNotFound
from server.generation.editions.service import OrderDesk
from server.generation.rewriting.domain import terms_in
from server.insight.analytics import service as analytics
from server.insight.analytics.domain import Period, TransformationUse
from server.learners.conditions.service import describe_condition
from server.plan.transformations.service import Entry
from server.staff.instruction.book.domain import CatalogueEntry, ChapterException, TermUse

RECENTLY = timedelta(days=30)

Uses = dict[str, dict[str, dict[str, str]]]


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
    uses = defaultdict[str, dict[str, dict[str, str]]](dict)
    for chapter in _read_book(desk):
        occurring = glossary.occurring(chapter.content)
        held = [(each, set(terms_in(each, occurring))) for each in chapter.sections]
        for term in occurring:
            sections = {each.id: each.title for each, terms in held if term in terms}
            uses[term.term][chapter.id] = sections
    return uses


def _read_book(desk: OrderDesk) -> Iterator[Chapter]:
    """Every chapter that can be read, in the order of the book."""
    for summary in desk.library.list_chapters():
        with suppress(ChapterNotFound, UnreadableChapter):
            yield desk.library.load_chapter(summary.chapter_id)


async def list_exceptions(desk: OrderDesk) -> list[ChapterException]:
    """The chapters whose authors keep something as it is written, in the order of the book."""
    return await asyncio.to_thread(_find_exceptions, desk)


def _find_exceptions(desk: OrderDesk) -> list[ChapterException]:
    found = [
        ChapterException(
            chapter_id=chapter.id,
            title=chapter.title,
            opted_out=chapter.opaque or not chapter.personalize,
            excluded=tuple(sorted(chapter.excluded_transformations)),
            locked={each.id: each.title for each in chapter.sections if each.locked},
        )
        for chapter in _read_book(desk)
    ]
    return [each for each in found if each.opted_out or each.excluded or each.locked]


async def list_catalogue(session: AsyncSession, desk: OrderDesk) -> list[CatalogueEntry]:
    """Every transformation in its order, and how many answers of late it had a part in."""
    period = Period(start=datetime.now(UTC) - RECENTLY, end=None)
    counted = await analytics.count_transformations(session, period)
    uses = {each.transformation: each for each in counted}
    entries = desk.catalogue.entries
    return [_describe(each, entries, uses.get(each.transformation.id)) for each in entries]


def _describe(
    entry: Entry, entries: Sequence[Entry], use: TransformationUse | None
) -> CatalogueEntry:
    transformation = entry.transformation
    return CatalogueEntry(
        id=transformation.id,
        title=transformation.title,
        why=transformation.why,
        condition=describe_condition(entry.condition),
        order=transformation.order,
        adds=transformation.adds,
        excludes=tuple(_list_excluded(entry, entries)),
        facts=tuple(sheet.id for sheet in transformation.facts),
        applied_last_30_days=use.requests if use else 0,
        share_percent=use.share_percent if use else None,
    )


def _list_excluded(entry: Entry, entries: Sequence[Entry]) -> Iterator[str]:
    """Whichever of the two files says so, they exclude each other."""
    for other in entries:
        id_ = other.transformation.id
        if id_ in entry.conflicts or entry.transformation.id in other.conflicts:
            yield id_
