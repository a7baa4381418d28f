"""Missing sections, side by side, each generated once for everybody.

A section is claimed in the database before a model is asked for it. Who does not get the claim
waits until the owner has stored it, failed, or stopped renewing. No session is open meanwhile.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

import structlog

from server.chapters.domain import Section
from server.llm.domain import LLM
from server.personalization import rewrite_queries
from server.personalization.claiming import ClaimedLLM, ClaimLost, SectionClaim
from server.personalization.domain import (
    NO_USAGE,
    OFFLINE,
    Claim,
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
from server.rewriting.domain import Outcome, Rejected, Rewritten, SectionRewrite, Unanswered
from server.rewriting.service import rewrite_section

POLL_SECONDS = 0.2

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True)
class _Job:
    """One section of an order that is not settled yet, and what the store held of it."""

    order: Order
    index: int
    stored: StoredRewrite | None

    @property
    def section(self) -> Section:
        return self.order.chapter.sections[self.index]

    @property
    def key(self) -> str:
        return self.order.section_keys[self.index]

    @property
    def again(self) -> bool:
        """Ask anew even where a back-off stands, or a text: this one no longer holds."""
        return self.order.refresh is Refresh.EVERYTHING or self._was_ready

    @property
    def replaces(self) -> bool:
        """Whether a new text takes the place of one, or of a fallback."""
        return self.stored is not None and self.stored.state is not StoredState.PENDING

    @property
    def _was_ready(self) -> bool:
        return self.stored is not None and self.stored.state is StoredState.READY

    def show(self, rewrite: SectionRewrite, status: SectionStatus) -> ShownSection:
        return show_rewrite(self.section, rewrite, self.order.brief, status)

    def show_kept(self) -> ShownSection | None:
        """The good text that a failed refresh leaves in place."""
        if self.stored is None or not self._was_ready:
            return None
        return _show_stored(self.order, self.index, self.stored)

    def show_awaited(self, stored: StoredRewrite) -> ShownSection | None:
        """What someone else has come to; a text that is new came while we waited."""
        shown = _show_stored(self.order, self.index, stored)
        known = self.stored.rewrite if self.stored is not None else None
        if shown is None or shown.status is SectionStatus.FALLBACK or stored.rewrite == known:
            return shown
        return replace(shown, status=SectionStatus.REWRITTEN)


async def show_sections(resources: Resources, order: Order) -> AsyncIterator[SectionReady]:
    """Yield what is known in reading order, then the missing sections as they are ready.

    The tasks go on when the caller goes away: what they finish is stored for the next one.
    """
    stored = await _find_stored(resources, order)
    jobs: dict[str, list[_Job]] = {}
    for index, key in enumerate(order.section_keys):
        known = _show_known(order, index, stored.get(key))
        if known is not None:
            yield SectionReady(index, known)
        else:
            jobs.setdefault(key, []).append(_Job(order, index, stored.get(key)))
    tasks = [asyncio.create_task(_settle_equal(resources, equal)) for equal in jobs.values()]
    for task in tasks:
        resources.background.add(task)
        task.add_done_callback(resources.background.discard)
    for finished in asyncio.as_completed(tasks):
        for ready in await finished:
            yield ready


async def _find_stored(resources: Resources, order: Order) -> dict[str, StoredRewrite]:
    keys = [
        key
        for key, section in zip(order.section_keys, order.chapter.sections, strict=True)
        if is_rewritable(section, order.plan)
    ]
    if not keys:
        return {}
    async with resources.sessions() as session:
        return await rewrite_queries.find_rewrites(session, keys)


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
        return show_fallback(
            section,
            FallbackCause.REJECTED,
            retry_at=stored.retry_at,
            failed_check=stored.failed_check,
        )
    if stored.rewrite is None or not still_holds(section, stored.rewrite, order.brief):
        return None
    return show_rewrite(section, stored.rewrite, order.brief, SectionStatus.CACHED)


async def _settle_equal(resources: Resources, jobs: Sequence[_Job]) -> list[SectionReady]:
    """Sections with the same text are asked for once, and shown each in its own place."""
    first, *others = jobs
    if resources.is_offline:
        return [SectionReady(job.index, await _show_offline(resources, job)) for job in jobs]
    ready = [SectionReady(first.index, await _settle(resources, first))]
    return ready + [SectionReady(job.index, await _follow(resources, job)) for job in others]


async def _show_offline(resources: Resources, job: _Job) -> ShownSection:
    """The author's words with the notes that the fact sheets hold; never stored."""
    original = replace(show_original(job.section), provider=OFFLINE)
    outcome = await _rewrite(resources, job, resources.llm)
    if not isinstance(outcome, Rewritten):
        return original
    shown = job.show(outcome.rewrite, SectionStatus.REWRITTEN)
    return shown if shown.notes else original


async def _settle(resources: Resources, job: _Job) -> ShownSection:
    claim = SectionClaim(resources.sessions, job.key, uuid4())
    if await claim.take(job.order.chapter.id, again=job.again):
        return await _generate(resources, job, claim)
    return await _follow(resources, job)


async def _follow(resources: Resources, job: _Job) -> ShownSection:
    """Wait for the owner of the claim and show what came of it.

    When no provider answered the owner, all who waited give up with it: asking one after the
    other would keep the last of them waiting for the sum of their deadlines. Only the claim of an
    owner that is gone without a word is taken over.
    """
    while True:
        async with resources.sessions() as session:
            stored = (await rewrite_queries.find_rewrites(session, [job.key])).get(job.key)
        if stored is None:
            return replace(_show_unanswered(job), generated=True)
        if stored.claim is Claim.FREE or not job.again:
            shown = job.show_awaited(stored)
            if shown is not None or stored.claim is Claim.FREE:
                return replace(shown or _show_unanswered(job), generated=True)
        if stored.claim is Claim.EXPIRED:
            claim = SectionClaim(resources.sessions, job.key, uuid4())
            again = job.again or stored.state is StoredState.READY
            if await claim.take(job.order.chapter.id, again=again):
                return await _generate(resources, job, claim)
        await asyncio.sleep(POLL_SECONDS)


def _show_unanswered(job: _Job) -> ShownSection:
    return job.show_kept() or show_fallback(job.section, FallbackCause.OUTAGE)


async def _generate(resources: Resources, job: _Job, claim: SectionClaim) -> ShownSection:
    """Ask the model under our claim, and leave the store as the outcome says."""
    try:
        async with claim.renewing():
            outcome = await _rewrite(resources, job, ClaimedLLM(resources.llm, claim))
        shown = await _store(resources, job, claim, outcome)
    except ClaimLost:
        logger.warning("claim lost", key=job.key)
        return await _follow(resources, job)
    except BaseException:
        await asyncio.shield(claim.release())
        raise
    return replace(shown, usage=outcome.usage, generated=True)


async def _rewrite(resources: Resources, job: _Job, llm: LLM) -> Outcome:
    # The deadline starts with the turn: waiting for one is not the model's fault.
    async with resources.turns:
        try:
            return await rewrite_section(
                llm, job.order.brief, job.section, timeout_s=resources.timeout_s
            )
        except ClaimLost:
            raise
        except Exception:
            # Whatever goes wrong with one section, the learner gets the chapter.
            logger.exception("section failed", section=job.section.id)
            return Unanswered(NO_USAGE)


async def _store(
    resources: Resources, job: _Job, claim: SectionClaim, outcome: Outcome
) -> ShownSection:
    """Write what came of it; who lost the claim shows what its new owner makes of it."""
    _count_repair(resources, outcome)
    if isinstance(outcome, Unanswered):
        await claim.release()
        return _show_unanswered(job)
    if isinstance(outcome, Rejected):
        await claim.reject(outcome, keep_ready=job.show_kept() is not None)
    elif await claim.fulfil(outcome):
        shown = job.show(outcome.rewrite, SectionStatus.REWRITTEN)
        return replace(shown, replaced=job.replaces)
    return await _follow(resources, job)


def _count_repair(resources: Resources, outcome: Outcome) -> None:
    """A second reply was paid for; the check that the first one failed says why."""
    if isinstance(outcome, Rewritten) and outcome.differences:
        resources.metrics.repairs.labels(outcome.differences[0].check).inc()
