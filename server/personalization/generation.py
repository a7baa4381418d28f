"""Missing sections, side by side, each generated once for everybody.

A section is claimed in the database before a model is asked for it. Who does not get the claim
waits until the owner has stored it, failed, or stopped renewing. No session is open meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

import structlog

from server.chapters.domain import Section
from server.personalization import queries
from server.personalization.domain import (
    FallbackCause,
    Order,
    Refresh,
    SectionReady,
    SectionStatus,
    ShownSection,
    StoredRewrite,
    StoredState,
    is_rewritable,
)
from server.personalization.resources import Resources
from server.personalization.showing import (
    show_fallback,
    show_original,
    show_rewrite,
    still_holds,
)
from server.rewriting.domain import Outcome, Rejected, Rewritten, SectionRewrite
from server.rewriting.service import rewrite_section

POLL_SECONDS = 0.2
RENEW_SECONDS = 3.0

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class _Job:
    """One section of an order that is not settled yet."""

    order: Order
    index: int
    stored: StoredRewrite | None
    again: bool  # ask anew even where a text or a back-off stands

    @property
    def section(self) -> Section:
        return self.order.chapter.sections[self.index]

    @property
    def key(self) -> str:
        return self.order.section_keys[self.index]

    def show(self, rewrite: SectionRewrite, status: SectionStatus) -> ShownSection:
        return show_rewrite(self.section, rewrite, self.order.brief, status)


async def show_sections(resources: Resources, order: Order) -> AsyncIterator[SectionReady]:
    """Yield what is known in reading order, then the missing sections as they are ready.

    The tasks go on when the caller goes away: what they finish is stored for the next one.
    """
    stored = await _find_stored(resources, order)
    jobs: list[_Job] = []
    for index in range(len(order.chapter.sections)):
        known = _show_known(order, index, stored.get(order.section_keys[index]))
        if known is not None:
            yield SectionReady(index, known)
        else:
            key = order.section_keys[index]
            again = order.refresh is Refresh.EVERYTHING or _is_spoilt(stored.get(key))
            jobs.append(_Job(order, index, stored.get(key), again))
    tasks = [asyncio.create_task(_settle(resources, job)) for job in jobs]
    for task in tasks:
        resources.background.add(task)
        task.add_done_callback(resources.background.discard)
    for finished in asyncio.as_completed(tasks):
        yield await finished


async def _find_stored(resources: Resources, order: Order) -> dict[str, StoredRewrite]:
    keys = [
        key
        for key, section in zip(order.section_keys, order.chapter.sections, strict=True)
        if is_rewritable(section, order.plan)
    ]
    if not keys:
        return {}
    async with resources.sessions() as session:
        return await queries.find_rewrites(session, keys)


def _show_known(order: Order, index: int, stored: StoredRewrite | None) -> ShownSection | None:
    """The section if nobody needs to be asked about it now."""
    section = order.chapter.sections[index]
    if not is_rewritable(section, order.plan):
        return show_original(section)
    if stored is None or order.refresh is Refresh.EVERYTHING:
        return None
    return _show_stored(order, index, stored)


def _show_stored(order: Order, index: int, stored: StoredRewrite) -> ShownSection | None:
    section = order.chapter.sections[index]
    if stored.state is StoredState.REJECTED and not stored.is_due:
        return show_fallback(section, FallbackCause.REJECTED, retry_at=stored.retry_at)
    if stored.rewrite is None:
        return None
    if not still_holds(section, stored.rewrite, order.brief):
        return None
    return show_rewrite(section, stored.rewrite, order.brief, SectionStatus.CACHED)


def _is_spoilt(stored: StoredRewrite | None) -> bool:
    """A ready text that came this far did not hold, so it is asked for anew."""
    return stored is not None and stored.state is StoredState.READY


async def _settle(resources: Resources, job: _Job) -> SectionReady:
    if resources.is_offline:
        return SectionReady(job.index, await _show_offline(resources, job))
    owner = uuid4()
    while not await _claim(resources, job, owner):
        shown = await _follow(resources, job)
        if shown is not None:
            return SectionReady(job.index, replace(shown, generated=True))
        await asyncio.sleep(POLL_SECONDS)
    return SectionReady(job.index, await _generate(resources, job, owner))


async def _show_offline(resources: Resources, job: _Job) -> ShownSection:
    """The author's words with the notes that the fact sheets hold; never stored."""
    outcome = await _rewrite(resources, job)
    if not isinstance(outcome, Rewritten) or not outcome.rewrite.notes:
        return show_original(job.section)
    return job.show(outcome.rewrite, SectionStatus.REWRITTEN)


async def _claim(resources: Resources, job: _Job, owner: UUID) -> bool:
    async with resources.sessions.begin() as session:
        return await queries.claim_rewrite(
            session, job.key, owner, job.order.chapter.id, again=job.again
        )


async def _follow(resources: Resources, job: _Job) -> ShownSection | None:
    """What whoever owns the claim has come to, or None while it is still at work."""
    async with resources.sessions() as session:
        stored = (await queries.find_rewrites(session, [job.key])).get(job.key)
    return _show_stored(job.order, job.index, stored) if stored is not None else None


async def _generate(resources: Resources, job: _Job, owner: UUID) -> ShownSection:
    """Ask the model under our claim, and leave the store as the outcome says."""
    try:
        async with _renewing(resources, job.key, owner):
            outcome = await _rewrite(resources, job)
        shown = await _store(resources, job, owner, outcome)
    except BaseException:
        await asyncio.shield(_release(resources, job.key, owner))
        raise
    return replace(shown, usage=outcome.usage, generated=True)


async def _rewrite(resources: Resources, job: _Job) -> Outcome:
    # The deadline starts with the turn: waiting for one is not the model's fault.
    async with resources.turns:
        return await rewrite_section(
            resources.llm, job.order.brief, job.section, timeout_s=resources.timeout_s
        )


async def _store(resources: Resources, job: _Job, owner: UUID, outcome: Outcome) -> ShownSection:
    if isinstance(outcome, Rewritten):
        async with resources.sessions.begin() as session:
            await queries.fulfil_claim(session, job.key, owner, outcome)
        shown = job.show(outcome.rewrite, SectionStatus.REWRITTEN)
        return replace(shown, replaced=job.stored is not None)
    if isinstance(outcome, Rejected):
        async with resources.sessions.begin() as session:
            reason = "; ".join(outcome.differences)
            retry_at = await queries.reject_claim(session, job.key, owner, reason)
        return _show_kept(job) or show_fallback(
            job.section, FallbackCause.REJECTED, retry_at=retry_at
        )
    await _release(resources, job.key, owner)
    return _show_kept(job) or show_fallback(job.section, FallbackCause.OUTAGE)


def _show_kept(job: _Job) -> ShownSection | None:
    """The good text that a failed refresh leaves in place."""
    if job.stored is None or job.stored.state is not StoredState.READY:
        return None
    return _show_stored(job.order, job.index, job.stored)


async def _release(resources: Resources, key: str, owner: UUID) -> None:
    async with resources.sessions.begin() as session:
        await queries.release_claim(session, key, owner)


@asynccontextmanager
async def _renewing(resources: Resources, key: str, owner: UUID) -> AsyncIterator[None]:
    """Keep the claim alive for as long as the block runs."""
    renewals = asyncio.create_task(_renew_until_cancelled(resources, key, owner))
    try:
        yield
    finally:
        renewals.cancel()
        await asyncio.gather(renewals, return_exceptions=True)


async def _renew_until_cancelled(resources: Resources, key: str, owner: UUID) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        async with resources.sessions.begin() as session:
            if not await queries.renew_claim(session, key, owner):
                logger.warning("claim lost", key=key)
                return
