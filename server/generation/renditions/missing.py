"""Missing sections, side by side, each generated once for everybody.

A section is claimed in the database before a model is asked for it. Who does not get the claim
waits until the owner has stored it, failed, or stopped renewing. No session is open meanwhile.
Small neighbours share a call; each is claimed, verified, stored and, if need be, repaired alone.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

import structlog

from server.core.background import detach
from server.generation.budget.service import return_permit
from server.generation.llm.domain import LLM, OFFLINE
from server.generation.renditions.domain import (
    NO_USAGE,
    Prepared,
    SectionReady,
    SectionStatus,
    ShownSection,
)
from server.generation.renditions.resources import Resources
from server.generation.renditions.reviews import review
from server.generation.renditions.sections import Job, list_jobs, show_original
from server.generation.renditions.shared_calls import (
    Claimed,
    Earlier,
    Gate,
    Progress,
    Report,
    SharedCall,
    choose_gate,
    group_jobs,
    order_groups,
)
from server.generation.review.domain import Draft
from server.generation.rewriting.domain import Outcome, Rejected, Rewritten, Unanswered, Usage
from server.generation.rewriting.service import rewrite_section
from server.generation.rewriting.store.domain import (
    Claim,
    FallbackCause,
    StoredState,
)
from server.generation.rewriting.store.service import ClaimedLLM, ClaimLost, SectionClaim

POLL_SECONDS = 0.2

logger = structlog.stdlib.get_logger(__name__)


async def show_sections(resources: Resources, prepared: Prepared) -> AsyncIterator[Progress]:
    """Yield what is known in reading order, then the missing sections as they are ready.

    The work goes on when the caller goes away: what it finishes is stored for the next one.
    """
    for index in sorted(prepared.known):
        yield SectionReady(index, prepared.known[index])
    work = partial(_settle_all, resources, prepared)
    async with aclosing(detach(resources.background, work)) as progress:
        async for each in progress:
            yield each


async def _settle_all(resources: Resources, prepared: Prepared, report: Report) -> None:
    """Settle every missing section; the permit is given back when a model rewrote nothing."""
    has_rewritten = await _Generation.plan(resources, prepared, report).run()
    if prepared.permit is not None and not has_rewritten:
        await return_permit(resources.sessions, prepared.permit)


@dataclass(frozen=True)
class _Generation:
    """The work on one order; its methods say whether a model has rewritten anything for it."""

    resources: Resources
    groups: Sequence[Sequence[Sequence[Job]]]  # by call; sections with equal text together
    gate: Gate
    report: Report

    @classmethod
    def plan(cls, resources: Resources, prepared: Prepared, report: Report) -> "_Generation":
        jobs = list_jobs(prepared)
        groups = order_groups(group_jobs(jobs, most=resources.shared_characters))
        gate = choose_gate(
            resources.llm,
            prepared.order.brief.system,
            calls=len(groups),
            wait_s=resources.prefix_wait_s,
        )
        return cls(resources, groups, gate, report)

    async def run(self) -> bool:
        """All groups side by side, begun in their order, whatever becomes of one."""
        tasks = list[asyncio.Task[bool]]()
        for group in self.groups:
            if self.resources.is_offline:
                tasks.append(asyncio.create_task(self._show_offline(group)))
                continue
            taken, left = await self._claim([equal[0] for equal in group])
            tasks.append(asyncio.create_task(self._settle(group, taken, left)))
        return any(_raise_first(await asyncio.gather(*tasks, return_exceptions=True)))

    async def _show_offline(self, group: Sequence[Sequence[Job]]) -> bool:
        for job in (job for equal in group for job in equal):
            self._show(job, await _rewrite_offline(self.resources, job))
        return False

    async def _claim(self, jobs: Sequence[Job]) -> tuple[list[Claimed], list[Job]]:
        """What we may generate, and what others are at work on."""
        taken, left = list[Claimed](), list[Job]()
        for job in jobs:
            claim = SectionClaim(self.resources.sessions, job.key, uuid4())
            if await claim.take(job.order.chapter.id, again=job.again):
                taken.append(Claimed(job, claim))
            else:
                left.append(job)
        return taken, left

    async def _settle(
        self, group: Sequence[Sequence[Job]], taken: Sequence[Claimed], left: Sequence[Job]
    ) -> bool:
        """Of equal sections the first is asked for; the others are shown what came of it.

        A text that was left behind unread is only read.
        """
        kept = [each for each in taken if not await self._is_withdrawn(each)]
        drafts = [(each, each.job.recall_draft(each.job.stored)) for each in kept]
        unwritten = [each for each, draft in drafts if draft is None]
        read = (
            self._generate_alone(each, Earlier(self.resources.timeout_s, draft=draft))
            for each, draft in drafts
            if draft is not None
        )
        alone = len(unwritten) == 1
        write = self._generate_alone(unwritten[0]) if alone else self._share(unwritten)
        follow = (self._follow(job) for job in left)
        results = await asyncio.gather(write, *read, *follow, return_exceptions=True)
        equals = (self._follow(job) for equal in group for job in equal[1:])
        results += await asyncio.gather(*equals, return_exceptions=True)
        return any(_raise_first(results))

    async def _is_withdrawn(self, claimed: Claimed) -> bool:
        """Whether the text that was to be read had gone, or changed, before it was claimed.

        What an instructor rejected is not brought back: the next request asks anew.
        """
        job, draft = claimed.job, claimed.job.recall_draft(claimed.job.stored)
        if draft is None:
            return False
        stored = await self.resources.rewrites.find_rewrite(job.name)
        if stored is not None and stored.has_words_of(draft.rewrite):
            return False
        await claimed.claim.release()
        await self._follow(job)
        return True

    async def _follow(self, job: Job, spent: Usage = NO_USAGE) -> bool:
        shown = await _follow(self.resources, self, job)
        return self._show(job, replace(shown, usage=spent + shown.usage))

    async def _share(self, taken: Sequence[Claimed]) -> bool:
        """One call for all of them; whoever it leaves without a text is asked for alone."""
        if not taken:
            return False
        call = SharedCall(self.resources, self.gate, self.report, list(taken))
        try:
            async with AsyncExitStack() as renewing:
                for each in taken:
                    await renewing.enter_async_context(each.claim.renewing())
                await call.make()
            left = [each for each in taken if each.job.index not in call.shown]
            alone = (self._generate_alone(each, call.leave(each.job)) for each in left)
            return any([*await asyncio.gather(*alone), bool(call.shown)])
        except BaseException:
            for each in taken:
                await asyncio.shield(each.claim.release())
            raise

    async def _generate_alone(self, claimed: Claimed, earlier: Earlier | None = None) -> bool:
        shown = await self.generate(claimed, earlier or Earlier(self.resources.timeout_s))
        return self._show(claimed.job, shown)

    async def generate(self, claimed: Claimed, earlier: Earlier) -> ShownSection:
        """Ask the model under our claim, and leave the store as the outcome says."""
        job, claim = claimed.job, claimed.claim
        try:
            async with claim.renewing():
                outcome = earlier.outcome or await self._rewrite(claimed, earlier)
            outcome = replace(outcome, usage=earlier.usage + outcome.usage)
            shown = await self._store(job, claim, outcome)
        except ClaimLost:
            logger.warning("claim lost", key=job.key)
            return await _follow(self.resources, self, job)
        except BaseException:
            await asyncio.shield(claim.release())
            raise
        return replace(shown, usage=outcome.usage, generated=True)

    async def _rewrite(self, claimed: Claimed, earlier: Earlier) -> Outcome:
        llm: LLM = ClaimedLLM(self.resources.llm, claimed.claim)
        if earlier.draft is None:
            llm = await self.gate.enter(llm)
        return await _rewrite(self.resources, claimed.job, llm, earlier, claimed)

    async def _store(self, job: Job, claim: SectionClaim, outcome: Outcome) -> ShownSection:
        """Write what came of it; who lost the claim shows what its new owner makes of it."""
        _count_repair(self.resources, outcome)
        if isinstance(outcome, Unanswered):
            held_back = FallbackCause(outcome.held_back) if outcome.held_back else None
            await claim.release(held_back)
            return job.show_unanswered(held_back or FallbackCause.OUTAGE)
        if isinstance(outcome, Rejected):
            rejected = await claim.reject(outcome, keep_ready=job.show_kept() is not None)
            shown = await _follow(self.resources, self, job)
            # Chapters that were stored with the text must not show it any more.
            return replace(shown, replaced=rejected and job.is_unread)
        if await claim.fulfil(outcome):
            return job.show_generated(outcome)
        return await _follow(self.resources, self, job)

    def _show(self, job: Job, shown: ShownSection) -> bool:
        self.report(SectionReady(job.index, shown))
        return shown.is_new and shown.usage != NO_USAGE


async def _rewrite_offline(resources: Resources, job: Job) -> ShownSection:
    """The author's words with the notes that the fact sheets hold; never stored."""
    original = replace(show_original(job.section), provider=OFFLINE)
    outcome = await _rewrite(resources, job, resources.llm, Earlier(resources.timeout_s))
    if not isinstance(outcome, Rewritten):
        return original
    shown = job.show(outcome.rewrite, SectionStatus.REWRITTEN)
    return shown if shown.notes else original


async def _rewrite(
    resources: Resources, job: Job, llm: LLM, earlier: Earlier, claimed: Claimed | None = None
) -> Outcome:
    """Write and, under a claim, review; one deadline bounds both.

    It starts with the turn: waiting for one is not the model's fault.
    """
    async with resources.turns:
        deadline = asyncio.get_running_loop().time() + earlier.left_s
        try:
            outcome = await _write(llm, job, earlier)
            if claimed is None or not isinstance(outcome, Rewritten):
                return outcome
            draft = earlier.draft or Draft(
                job.section, outcome.rewrite, answers=2 if outcome.repaired else 1
            )
            return await review(resources, claimed, llm, draft, outcome, deadline=deadline)
        except ClaimLost:
            raise
        except Exception:
            # Whatever goes wrong with one section, the learner gets the chapter.
            logger.exception("section failed", section=job.section.id)
            return Unanswered(NO_USAGE)


async def _write(llm: LLM, job: Job, earlier: Earlier) -> Outcome:
    if earlier.draft is not None:
        return Rewritten(earlier.draft.rewrite, NO_USAGE, repaired=False)
    return await rewrite_section(
        llm, job.order.brief, job.section, timeout_s=earlier.left_s, failed=earlier.failed
    )


async def _follow(resources: Resources, work: _Generation, job: Job) -> ShownSection:
    """Wait for the owner of the claim and show what came of it.

    When no provider answered the owner, all who waited give up with it: asking one after the
    other would keep the last of them waiting for the sum of their deadlines. Only the claim of an
    owner that is gone without a word is taken over.
    """
    while True:
        stored = await resources.rewrites.find_rewrite(job.name)
        if stored is None:
            return replace(job.show_unanswered(FallbackCause.OUTAGE), generated=True)
        stored = resources.admit(job.order.edition, stored)
        if stored.claim is Claim.FREE or not job.awaits_new:
            shown = job.show_awaited(stored)
            if shown is not None or stored.claim is Claim.FREE:
                cause = stored.held_back or FallbackCause.OUTAGE
                return replace(shown or job.show_unanswered(cause), generated=True)
        if stored.claim is Claim.EXPIRED:
            claim = SectionClaim(resources.sessions, job.key, uuid4())
            is_text = stored.state is StoredState.READY or stored.lacks is not None
            again = job.again or is_text
            if await claim.take(job.order.chapter.id, again=again):
                draft = job.recall_draft(stored)
                earlier = Earlier(resources.timeout_s, draft=draft)
                return await work.generate(Claimed(job, claim), earlier)
        await asyncio.sleep(POLL_SECONDS)


def _count_repair(resources: Resources, outcome: Outcome) -> None:
    """A second reply was paid for; the check that the first one failed says why."""
    if isinstance(outcome, Rewritten) and outcome.differences:
        resources.metrics.repairs.labels(outcome.differences[0].check).inc()


def _raise_first(results: Sequence[bool | BaseException]) -> list[bool]:
    """The results, or what went wrong first, once all have ended."""
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return [result for result in results if isinstance(result, bool)]
