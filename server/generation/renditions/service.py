"""Turn an order into a rendition."""

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import aclosing
from dataclasses import replace
from functools import partial

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.background import Audience, Tell, detach
from server.core.telemetry.logs import current_request_id
from server.errors import ServiceUnavailable, TextbookError
from server.generation.budget.service import take_permit
from server.generation.corrections.service import find_stored
from server.generation.editions.domain import SEEN_ANEW, Order, Refresh
from server.generation.editions.service import raise_revision, rename
from server.generation.llm.domain import OFFLINE
from server.generation.renditions import queries
from server.generation.renditions.answers import write_answer
from server.generation.renditions.cache import queries as cache_queries
from server.generation.renditions.canonical import hash_canonical
from server.generation.renditions.domain import (
    Event,
    Planned,
    Prepared,
    Rendition,
    SectionReady,
    ShownSection,
    Source,
    StoredRendition,
    UsageKnown,
)
from server.generation.renditions.hot_tier import HotRendition, warm_up
from server.generation.renditions.log import queries as log_queries
from server.generation.renditions.log.domain import LogEntry, LoggedAnswer
from server.generation.renditions.missing import show_sections
from server.generation.renditions.notes import NoteLimit, count_allowed
from server.generation.renditions.queries import unpack_sections
from server.generation.renditions.resources import Resources
from server.generation.renditions.sections import show_known, show_title
from server.generation.renditions.shared_calls import Progress
from server.generation.rewriting.domain import Usage
from server.generation.rewriting.store.domain import (
    PASSING_CAUSES,
    Requirement,
    StoredRewrite,
    set_aside,
    withhold,
)


async def prepare(resources: Resources, order: Order) -> Prepared:
    """What is known of the answer before anything is generated, or the refusal to generate more.

    What is stored is read first, so that it is never limited, and read once.
    """
    cached = await find_cached(resources, order)
    if cached is not None:
        return Prepared(order, cached)
    prepared = await _look_up(resources, order)
    if resources.is_offline or len(prepared.known) == len(order.parts):
        return prepared
    permit = await take_permit(
        resources.sessions, order.asker.user_id, per_minute=resources.rate_limit_per_minute
    )
    return replace(prepared, permit=permit)


async def _look_up(resources: Resources, order: Order) -> Prepared:
    """An order with what the store holds of its sections."""
    names = [part.name for part in order.parts if part.rewritable]
    found = await find_stored(resources.sessions, names)
    admit = _READERS.get(order.refresh) or partial(resources.admit, order.edition)
    stored = {key: admit(each) for key, each in found.items()}
    return Prepared(order, known=show_known(order, stored), stored=stored)


# What there is for a second reader. What somebody has read meanwhile is not paid for twice.
_READERS: Mapping[Refresh, Callable[[StoredRewrite], StoredRewrite]] = {
    Refresh.READING: partial(withhold, required={Requirement.READ}),
    Refresh.READING_ANEW: set_aside,
}


async def generate(resources: Resources, order: Order) -> AsyncIterator[Progress]:
    """The sections of an order that nobody waits for: no rendition, no permit, nothing logged."""
    async for progress in show_sections(resources, await _look_up(resources, order)):
        yield progress


async def render_events(
    resources: Resources, prepared: Prepared, audience: Audience
) -> AsyncIterator[Event]:
    """Yield the plan, each section as it is ready, then the rendition; from the cache if we can."""
    started = time.perf_counter()
    order = prepared.order
    yield Planned(order, tuple(section.id for section in order.chapter.sections))

    rendition = prepared.cached
    if rendition is None:
        # No transaction is open while we wait for a model; each section is stored as it comes.
        sections: dict[int, ShownSection] = {}
        usages: dict[int, Usage] = {}
        limit = NoteLimit(order, count_allowed(order))
        async for progress in show_sections(resources, prepared):
            if isinstance(progress, UsageKnown):
                usages[progress.index] = progress.usage
                continue
            for ready in limit.take(progress.index, progress.section):
                sections[ready.index] = ready.section
                yield ready
        for index, usage in usages.items():
            sections[index] = replace(sections[index], usage=usage)
        rendition = await conclude(resources, order, (sections[i] for i in sorted(sections)))
    else:
        for index, section in enumerate(rendition.sections):
            yield SectionReady(index, section)

    took_ms = round((time.perf_counter() - started) * 1000)
    rendition = replace(rendition, response_time_ms=took_ms, is_aborted=audience.is_gone)
    await resources.log.write(_log(rendition))
    _count(resources, rendition.source, took_ms, rendition.fallback_reasons)
    if rendition.cached:
        resources.metrics.hits.inc()
    yield rendition


async def watch(resources: Resources, prepared: Prepared) -> AsyncGenerator[Event]:
    """Yield the events of a rendition that goes on to its end when nobody watches any more."""
    audience = Audience()

    async def work(tell: Tell[Event]) -> None:
        async for event in render_events(resources, prepared, audience):
            tell(event)

    async with aclosing(detach(resources.background, work, audience)) as watched:
        async for event in watched:
            yield event


def _log(rendition: Rendition) -> LogEntry:
    """What the log says of it; of a stored one the use is to be noted."""
    is_stored = rendition.source in {Source.MEMORY, Source.CACHE}
    return LogEntry(
        LoggedAnswer.of(rendition),
        rendition.order.asker.user_id,
        current_request_id(),
        rendition.response_time_ms,
        rendition.name if is_stored else None,
    )


async def render_json(resources: Resources, order: Order) -> bytes:
    """The answer as it is sent; what is in memory is sent without being looked into."""
    started = time.perf_counter()
    hot = find_hot(resources, order)
    if hot is None:
        rendition = await render(resources, await prepare(resources, order))
        if order.form.as_trees:
            return await asyncio.to_thread(write_answer, rendition)
        return write_answer(rendition)
    response_time_ms = round((time.perf_counter() - started) * 1000)
    await resources.log.write(hot.log(order, response_time_ms))
    _count(resources, Source.MEMORY, response_time_ms, hot.fallback_reasons)
    resources.metrics.hits.inc()
    return hot.write_answer(order, response_time_ms)


def _count(
    resources: Resources, source: Source, response_time_ms: int, reasons: Iterable[str]
) -> None:
    metrics = resources.metrics
    metrics.requests.labels(source).inc()
    metrics.latency.labels(source).observe(response_time_ms / 1000)
    for reason in reasons:
        metrics.fallbacks.labels(reason).inc()


async def render(resources: Resources, prepared: Prepared) -> Rendition:
    """Run the same pipeline and keep only its last event."""
    last: Event | None = None
    async with aclosing(watch(resources, prepared)) as events:
        async for event in events:
            last = event
    assert isinstance(last, Rendition)
    return last


async def render_all(
    resources: Resources, preparations: Iterable[Awaitable[Prepared]]
) -> list[Rendition | TextbookError]:
    """Render each order of a batch as if it had come alone; one that is refused fails no other.

    Equal ones meet at the claims of their sections, so that they are generated once.
    """
    return await asyncio.gather(*(_render_one(resources, each) for each in preparations))


async def _render_one(
    resources: Resources, preparation: Awaitable[Prepared]
) -> Rendition | TextbookError:
    try:
        return await render(resources, await preparation)
    except TextbookError as error:
        return error
    except (OperationalError, InterfaceError, PoolTimeout):
        # One that failed must not take the others' answers with it: they are in the log already.
        return ServiceUnavailable("The database does not answer. Try again in a moment.")


def find_hot(resources: Resources, order: Order) -> HotRendition | None:
    """The rendition in memory, unless more is asked for."""
    if order.refresh in SEEN_ANEW or not order.plan.steps:
        return None
    return resources.hot.find(order)


async def find_cached(resources: Resources, order: Order) -> Rendition | None:
    """The rendition from memory or as it is stored, whoever owns it, unless more is asked for."""
    if order.refresh in SEEN_ANEW or not order.plan.steps:
        return None
    hot = find_hot(resources, order)
    if hot is not None:
        return hot.show(order)
    other = resources.hot.find_other_form(order)
    rendition = other.show(order) if other else await _find_stored(resources, order)
    return None if rendition is None else await _make_ready(resources, rendition)


async def _find_stored(resources: Resources, order: Order) -> Rendition | None:
    async with resources.sessions() as session:
        row = await queries.find_rendition(session, order.name)
        if row is None:
            return None
        title, sections = unpack_sections(row)
    if row.rendition_hash is None and not order.inline:
        return None  # The version before has stored it, and nobody could make its bytes again.
    if resources.requires_review and any(section.is_unread for section in sections):
        return None
    rendition = Rendition(
        order=order,
        plan_hash=order.plan_hash,
        title=title,
        sections=sections,
        source=Source.CACHE,
        offline=False,
        hash=row.rendition_hash or "",
    )
    # The version before has stored one that has no hash.
    return rendition if rendition.hash else _name_bytes(rendition)


async def _make_ready(resources: Resources, rendition: Rendition) -> Rendition:
    """Have a stored rendition in memory in the form that is asked for, and known by its hash."""
    order = rendition.order
    if order.inline and not resources.hot.takes(rendition):
        return rendition
    hot = await asyncio.to_thread(warm_up, rendition)
    resources.hot.keep(rendition, hot)
    if hot.reference is None:
        return rendition
    async with resources.sessions.begin() as session:
        await queries.remember_form(session, rendition.name, hot.reference.hash)
    return replace(rendition, reference=hot.reference)


async def conclude(resources: Resources, order: Order, shown: Iterable[ShownSection]) -> Rendition:
    """Join the sections, and remember the whole if all of it may be shown again."""
    sections = tuple(replace(section, rewrite=None) for section in shown)
    edition, is_current = order.edition, True
    if any(section.replaced for section in sections):
        async with resources.sessions.begin() as session:
            revision = await raise_revision(session, order.chapter.id)
        edition = rename(edition, revision)
        # What somebody has pinned, locked or cleared since the order was placed is not in it.
        is_current = revision == order.edition.revision + 1
    rendition = _name_bytes(
        Rendition(
            order=order,
            plan_hash=edition.plan_hash,
            title=show_title(order.chapter, sections),
            sections=sections,
            source=_source_of(sections),
            offline=_is_offline(resources, sections),
        )
    )
    if is_current and _is_storable(rendition):
        async with resources.sessions.begin() as session:
            await queries.remember_rendition(session, rendition)
        return await _make_ready(resources, rendition)
    return rendition


def _name_bytes(rendition: Rendition) -> Rendition:
    """With the hash of what is read, which is kept wherever the rendition is."""
    read = rendition.title, rendition.language, rendition.sections
    return replace(rendition, hash=hash_canonical(*read))


def _source_of(sections: tuple[ShownSection, ...]) -> Source:
    """Where what is shown came from; a model that did not answer is no source."""
    answered = [section for section in sections if section.cause not in PASSING_CAUSES]
    if any(section.generated for section in answered):
        return Source.LLM
    if any(section.is_rewritten or section.cause for section in answered):
        return Source.SECTIONS
    return Source.ORIGINAL


def _is_offline(resources: Resources, sections: tuple[ShownSection, ...]) -> bool:
    """No model is set up, and the store did not have every section either."""
    if not resources.is_offline:
        return False
    return any(section.provider == OFFLINE for section in sections) or not any(
        section.is_rewritten for section in sections
    )


def _is_storable(rendition: Rendition) -> bool:
    """Not what a model's bad day, or the lack of a model, made of it."""
    return (
        rendition.source is not Source.ORIGINAL
        and not rendition.offline
        and not rendition.has_outage
    )


async def find_hashed_rendition(
    session: AsyncSession, rendition_hash: str
) -> StoredRendition | None:
    """What somebody has read, for as long as a row has it whose bytes make the hash."""
    found = await queries.find_hashed_rendition(session, rendition_hash)
    if found is None:
        return None
    made = hash_canonical(found.title, found.language, found.sections)
    return found if made == rendition_hash else None


async def export_account(session: AsyncSession, user_id: int) -> Mapping[str, object]:
    """What the heart holds about a learner."""
    return {
        "personalization_cache": await cache_queries.list_renditions_of(session, user_id),
        "personalization_log": await log_queries.list_log_of(session, user_id),
    }
