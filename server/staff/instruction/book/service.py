"""The glossary and the catalogue as an instructor sees them."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.book.chapters.domain import Chapter
from server.book.chapters.library import UnreadableChapter
from server.book.languages.tags import DEFAULT_LANGUAGE, find_primary, find_script, is_translation
from server.core.dates import Period
from server.errors import ChapterNotFound
from server.generation.corrections.service import read_stored
from server.generation.editions.domain import EditionInUse, Order, Part
from server.generation.editions.service import OrderDesk
from server.generation.renditions.domain import SectionStatus
from server.generation.renditions.preview.service import describe_plan
from server.generation.renditions.sections import show_known_section, show_pinned
from server.generation.rewriting.domain import terms_in
from server.generation.rewriting.store.domain import StoredRewrite
from server.generation.warming.service import count_learners
from server.insight.analytics import service as analytics
from server.insight.analytics.domain import TransformationUse
from server.learners.conditions.service import describe_condition
from server.learners.profiles.domain import LearnerFacts
from server.plan.transformations.domain import Entry
from server.staff.instruction.book.domain import (
    CatalogueEntry,
    ChapterException,
    Occurrences,
    Readiness,
    Rehearsal,
    RehearsedSection,
    Terminology,
    TermLanguage,
    TermUse,
)
from server.staff.instruction.domain import is_waiting
from server.staff.instruction.plans.service import list_plans

RECENTLY = timedelta(days=30)


async def list_terms(desk: OrderDesk) -> list[TermUse]:
    """List the glossary's terms for instructors, with the sections that hold them."""
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


def _find_uses(desk: OrderDesk) -> Mapping[str, Occurrences]:
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
    """List the transformations for instructors, with how many answers each had a part in."""
    period = Period(start=datetime.now(UTC) - RECENTLY, end=None)
    scope = await analytics.open_scope(session, period)
    counted = await analytics.count_transformations(session, scope)
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


@dataclass(frozen=True, slots=True)
class TermSearch:
    """Which terms are asked for; what is empty asks for nothing."""

    words: str = ""
    language: str = ""
    lacking: bool = False  # only those without a rendering in a language in use


async def describe_terms(session: AsyncSession, desk: OrderDesk) -> Terminology:
    """Return the glossary for instructors: where terms occur, and what learners read in."""
    terms = await list_terms(desk)
    read = Counter[str]()
    for learner, number in (await count_learners(session)).items():
        read[learner.facts.language] += number if learner.chapter_id is None else 0
    return Terminology(
        terms=tuple(terms),
        languages=tuple(list_languages(terms, read)),
        problem=desk.glossary.problem,
    )


def list_languages(terms: Sequence[TermUse], read: Counter[str]) -> list[TermLanguage]:
    """One entry for each language and script, whatever the region; the book's own needs none."""
    grouped = dict[tuple[str, str | None], list[str]]()
    for tag in sorted({*read, *(tag for term in terms for tag in term.translations)}):
        if is_translation(DEFAULT_LANGUAGE, tag):
            grouped.setdefault((find_primary(tag), find_script(tag)), []).append(tag)
    languages = [
        TermLanguage(
            tag=tags[0],
            learners=sum(read[tag] for tag in tags),
            in_use=any(tag in read for tag in tags),
            lacking=sum(term.find_rendering(tags[0]) is None for term in terms),
        )
        for tags in grouped.values()
    ]
    return sorted(languages, key=lambda each: (-each.learners, not each.in_use, each.tag))


def search_terms(terminology: Terminology, wanted: TermSearch) -> list[TermUse]:
    """The terms that hold all the words, anywhere in their entry."""
    return [term for term in terminology.terms if _is_wanted(terminology, term, wanted)]


def _is_wanted(terminology: Terminology, term: TermUse, wanted: TermSearch) -> bool:
    entry = " ".join((term.term, term.definition, *term.translations.values())).casefold()
    if not all(word in entry for word in wanted.words.casefold().split()):
        return False
    if not wanted.lacking:
        return True
    if wanted.language:
        return term.find_rendering(wanted.language) is None
    return bool(terminology.list_lacking(term))


async def rehearse(
    session: AsyncSession, desk: OrderDesk, chapter_id: str, facts: LearnerFacts
) -> Rehearsal:
    """Return an instructor's dry run: what is there for a plan; no model is asked."""
    order = await desk.draft(chapter_id, facts)
    stored = await read_stored(session, order.edition.names)
    return Rehearsal(
        order=order,
        plan=describe_plan(order, stored),
        # Stored texts are verified anew, which takes a moment.
        sections=await asyncio.to_thread(_list_sections, order, stored),
        in_use=await _find_in_use(session, desk, order.chapter, order.plan_hash),
    )


async def _find_in_use(
    session: AsyncSession, desk: OrderDesk, chapter: Chapter, shown_as: str
) -> EditionInUse | None:
    plans = await list_plans(session, desk, chapter)
    return next((plan for plan in plans.plans if plan.edition.plan_hash == shown_as), None)


def _list_sections(
    order: Order, stored: Mapping[str, StoredRewrite]
) -> tuple[RehearsedSection, ...]:
    return tuple(
        RehearsedSection(part.section.id, part.section.title, _judge(order, part, stored))
        for part in order.parts
    )


def _judge(order: Order, part: Part, stored: Mapping[str, StoredRewrite]) -> Readiness:
    held = stored.get(part.key)
    if part.section.locked:
        return Readiness.LOCKED
    if not part.rewritable:
        return Readiness.UNCHANGED
    if held is not None and show_pinned(order.brief, part.section, held) is not None:
        return Readiness.PINNED
    shown = show_known_section(order, part, held)
    if shown is None:
        return Readiness.MISSING
    if held is not None and is_waiting(held, order.edition):
        return Readiness.WAITING
    return Readiness.REFUSED if shown.status is SectionStatus.FALLBACK else Readiness.STORED
