"""Turn an order into a rendition."""

import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from server.personalization import queries, stock_queries
from server.personalization.answering import answer
from server.personalization.domain import (
    OFFLINE,
    WHOLE_BOOK,
    CacheStats,
    Cleared,
    ClearScope,
    Event,
    FallbackCause,
    Order,
    Planned,
    Refresh,
    Rendition,
    RenditionName,
    ShownSection,
    Source,
)
from server.personalization.generation import show_sections
from server.personalization.hot import HotRendition
from server.personalization.log_desk import LogEntry
from server.personalization.logging import log_row
from server.personalization.naming import name_plan
from server.personalization.resources import Resources
from server.personalization.showing import show_title
from server.personalization.storing import unpack_sections


async def render_events(resources: Resources, order: Order) -> AsyncIterator[Event]:
    """Yield the plan, each section as it is ready, then the rendition; from the cache if we can."""
    started = time.perf_counter()
    yield Planned(order, tuple(section.id for section in order.chapter.sections))

    rendition = await find_cached(resources, order)
    if rendition is None:
        # No transaction is open while we wait for a model; each section is stored as it comes.
        sections: dict[int, ShownSection] = {}
        async for ready in show_sections(resources, order):
            sections[ready.index] = ready.section
            yield ready
        rendition = await conclude(resources, order, (sections[i] for i in sorted(sections)))

    rendition = replace(rendition, response_time_ms=round((time.perf_counter() - started) * 1000))
    await resources.log.write(LogEntry(log_row(rendition), used=_find_used(rendition)))
    _count(resources, rendition)
    yield rendition


def _find_used(rendition: Rendition) -> RenditionName | None:
    """The stored rendition whose use is to be noted."""
    is_stored = rendition.source in {Source.MEMORY, Source.CACHE}
    return rendition.name if is_stored else None


async def render_json(resources: Resources, order: Order) -> bytes:
    """The answer as it is sent; what is in memory is sent without being looked into."""
    started = time.perf_counter()
    hot = find_hot(resources, order)
    if hot is None:
        return answer(await render(resources, order)).model_dump_json().encode()
    response_time_ms = round((time.perf_counter() - started) * 1000)
    row = hot.write_row(order, response_time_ms)
    await resources.log.write(LogEntry(row, used=order.name))
    _count(resources, replace(hot.show(order), response_time_ms=response_time_ms))
    return hot.write_answer(order, response_time_ms)


def _count(resources: Resources, rendition: Rendition) -> None:
    metrics = resources.metrics
    metrics.requests.labels(rendition.source).inc()
    metrics.latency.labels(rendition.source).observe(rendition.response_time_ms / 1000)
    for reason in rendition.fallback_reasons:
        metrics.fallbacks.labels(reason).inc()


async def render(resources: Resources, order: Order) -> Rendition:
    """Run the same pipeline and keep only its last event."""
    last: Event | None = None
    async for event in render_events(resources, order):
        last = event
    assert isinstance(last, Rendition)
    return last


def find_hot(resources: Resources, order: Order) -> HotRendition | None:
    """The rendition in memory, unless more is asked for."""
    if order.refresh is Refresh.EVERYTHING or not order.plan.steps:
        return None
    return resources.hot.find(order.name)


async def find_cached(resources: Resources, order: Order) -> Rendition | None:
    """The rendition from memory or as it is stored, whoever owns it, unless more is asked for."""
    if order.refresh is Refresh.EVERYTHING or not order.plan.steps:
        return None
    hot = find_hot(resources, order)
    if hot is not None:
        return hot.show(order)
    async with resources.sessions() as session:
        row = await queries.find_rendition(session, order.name)
        if row is None:
            return None
        title, sections = unpack_sections(row)
    rendition = Rendition(
        order=order,
        plan_hash=order.plan_hash,
        title=title,
        sections=sections,
        source=Source.CACHE,
        offline=False,
    )
    resources.hot.keep(rendition)
    return rendition


async def conclude(resources: Resources, order: Order, shown: Iterable[ShownSection]) -> Rendition:
    """Join the sections, and remember the whole if all of it may be shown again."""
    sections = tuple(shown)
    plan_hash = order.plan_hash
    if any(section.replaced for section in sections):
        async with resources.sessions.begin() as session:
            revision = await queries.raise_revision(session, order.chapter.id)
        plan_hash = name_plan(order.plan, revision)
    rendition = Rendition(
        order=order,
        plan_hash=plan_hash,
        title=show_title(order.chapter, sections),
        sections=sections,
        source=_source_of(sections),
        offline=_is_offline(resources, sections),
    )
    if _is_storable(rendition):
        async with resources.sessions.begin() as session:
            await queries.remember_rendition(session, rendition)
        resources.hot.keep(rendition)
    return rendition


def _source_of(sections: tuple[ShownSection, ...]) -> Source:
    """Where what is shown came from; a model that did not answer is no source."""
    answered = [section for section in sections if section.cause is not FallbackCause.OUTAGE]
    if any(section.generated for section in answered):
        return Source.LLM
    if any(section.is_written_by_model or section.cause for section in answered):
        return Source.SECTIONS
    return Source.ORIGINAL


def _is_offline(resources: Resources, sections: tuple[ShownSection, ...]) -> bool:
    """No model is set up, and the store did not have every section either."""
    if not resources.is_offline:
        return False
    return any(section.provider == OFFLINE for section in sections) or not any(
        section.is_written_by_model for section in sections
    )


def _is_storable(rendition: Rendition) -> bool:
    """Not what a model's bad day, or the lack of a model, made of it."""
    return (
        rendition.source is not Source.ORIGINAL
        and not rendition.offline
        and not rendition.has_outage
    )


async def clear(session: AsyncSession, scope: ClearScope, *, rewrites: bool) -> Cleared:
    """Forget renditions, and with `rewrites` the section rewrites too, so that they cost again."""
    keys = await stock_queries.list_section_keys(session, scope) if rewrites else set[str]()
    chapters = await stock_queries.delete_renditions(session, scope)
    deleted = await stock_queries.delete_rewrites(session, scope, keys) if rewrites else 0
    named = [scope.chapter_id] if scope.chapter_id is not None else []
    # A chapter of which nothing is stored may still be in some worker's memory.
    is_all = scope.chapter_id is None and scope.user_id is None
    for chapter_id in [WHOLE_BOOK] if is_all else sorted({*chapters, *named}):
        await queries.raise_revision(session, chapter_id)
    return Cleared(renditions=len(chapters), rewrites=deleted)


async def count_stored(session: AsyncSession) -> CacheStats:
    """The cache statistics of `contract.sql`."""
    return await stock_queries.compute_cache_stats(session)


async def export_account(session: AsyncSession, user_id: int) -> Mapping[str, object]:
    """What the heart holds about a learner."""
    return {
        "personalization_cache": await stock_queries.list_renditions_of(session, user_id),
        "personalization_log": await stock_queries.list_log_of(session, user_id),
    }


async def count_by_chapter(session: AsyncSession) -> dict[str, tuple[int, int]]:
    """For each chapter with stored text: its renditions and its section rewrites."""
    return await stock_queries.count_stored_by_chapter(session)
