"""What calls share: small neighbours a call, and all calls of a rendition the provider's cache."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from server.generation.llm.domain import LLM, Chunk, LLMRequest
from server.generation.llm.wrappers import BorrowedLLM, Hear
from server.generation.renditions.domain import NO_USAGE, SectionReady, UsageKnown
from server.generation.renditions.resources import Resources
from server.generation.renditions.sections import Job
from server.generation.review.domain import Draft
from server.generation.review.service import review_together
from server.generation.rewriting.domain import (
    Closed,
    FailedReply,
    Rewritten,
    Shared,
    Unanswered,
    Usage,
    changes_words,
)
from server.generation.rewriting.service import rewrite_together
from server.generation.rewriting.store.service import SectionClaim

# A model that has to return more markers than these begins to lose some.
MOST_PLACEHOLDERS = 30

# Providers cache no shorter prompt than this; counted by the longest tokens that we know of, so
# that nobody waits for a prompt that may be too short.
CACHED_FROM_TOKENS = 1024
MOST_CHARACTERS_PER_TOKEN = 5
CACHED_FROM_CALLS = 3
CACHING_PROVIDERS = frozenset({"claude", "openai"})

# Calls that keep their place at the front: what is read while the others are written.
FIRST_READ = 2

Equal = Sequence[Job]


def group_jobs(equals: Sequence[Equal], *, most: int) -> list[list[Equal]]:
    """Neighbours that together are at most so long share a call; the others have one each."""
    groups: list[list[Equal]] = []
    for equal in equals:
        if groups and _fits(groups[-1], equal[0], most):
            groups[-1].append(equal)
        else:
            groups.append([equal])
    return groups


def order_groups(groups: Sequence[list[Equal]]) -> list[list[Equal]]:
    """What is read first, then the longest: a long answer that is begun last would end long after.

    The reader of the first sections is at it for a minute, which is longer than all calls take.
    """
    rest = sorted(groups[FIRST_READ:], key=_measure_prose, reverse=True)
    return [*groups[:FIRST_READ], *rest]


def _measure_prose(group: Sequence[Equal]) -> int:
    """The characters that a model is to write anew; code and formulas are only read."""
    return sum(len(run.masked) for equal in group for run in equal[0].section.runs)


def _fits(group: Sequence[Equal], job: Job, most: int) -> bool:
    together = [*(equal[0] for equal in group), job]
    plan = job.order.plan
    return (
        sum(len(each.section.source) for each in together) <= most
        and sum(_count_placeholders(each) for each in together) <= MOST_PLACEHOLDERS
        and len({each.section.id for each in together}) == len(together)
        and len({changes_words(each.section, plan) for each in together}) == 1
    )


def _count_placeholders(job: Job) -> int:
    return sum(len(run.spans) for run in job.section.runs)


@dataclass(slots=True)
class Gate:
    """Lets the first call start alone, so that the others find its prompt in the cache.

    The others follow when its first text arrives, when it ends, or after so many seconds.
    """

    wait_s: float  # 0: open from the start
    _first_heard: asyncio.Event = field(default_factory=asyncio.Event)
    _has_leader: bool = False

    async def enter(self, llm: LLM) -> LLM:
        """The model as this call may use it; for all but the first, when it is time."""
        if not self.wait_s:
            return llm
        if not self._has_leader:
            self._has_leader = True
            return _LeadingLLM(llm, self._first_heard)
        try:
            async with asyncio.timeout(self.wait_s):
                await self._first_heard.wait()
        except TimeoutError:
            self.wait_s = 0
        return llm


def choose_gate(llm: LLM, system: str, *, calls: int, wait_s: float) -> Gate:
    """A gate that is open from the start where waiting would gain nothing."""
    is_cached = (
        llm.name in CACHING_PROVIDERS
        and len(system) >= CACHED_FROM_TOKENS * MOST_CHARACTERS_PER_TOKEN
    )
    return Gate(wait_s if is_cached and calls >= CACHED_FROM_CALLS else 0)


class _LeadingLLM(BorrowedLLM):
    """A model that tells when its first text has come, or that there will be none."""

    def __init__(self, llm: LLM, heard: asyncio.Event) -> None:
        super().__init__(llm)
        self._heard = heard

    @override
    @asynccontextmanager
    async def _call(self, _request: LLMRequest) -> AsyncGenerator[Hear]:
        try:
            yield self._hear
        finally:
            self._heard.set()

    async def _hear(self, chunk: Chunk) -> Chunk:
        self._heard.set()
        return chunk


logger = structlog.stdlib.get_logger(__name__)

Progress = SectionReady | UsageKnown
Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Claimed:
    """A section that is ours to ask for in a shared call."""

    job: Job
    claim: SectionClaim


@dataclass(frozen=True)
class Earlier:
    """What a section has behind it when it is asked for alone."""

    left_s: float  # until its deadline
    usage: Usage = NO_USAGE
    failed: FailedReply | None = None
    outcome: Unanswered | None = None  # there is nobody to ask
    draft: Draft | None = None  # verified, and not read, or not read to the end


@dataclass
class SharedCall:
    """A call for several sections: each is stored and shown as soon as it closes.

    Where somebody is to read them first, what has closed waits for the end of the call and is read
    together.
    """

    resources: Resources
    gate: Gate
    report: Report
    claimed: list[Claimed]
    shown: set[int] = field(default_factory=set[int])
    failed: dict[int, FailedReply] = field(default_factory=dict[int, FailedReply])
    drafts: dict[int, Draft] = field(default_factory=dict[int, Draft])
    usages: dict[int, Usage] = field(default_factory=dict[int, Usage])
    unanswered: Unanswered | None = None
    deadline: float = 0.0

    async def make(self) -> None:
        resources = self.resources
        llm = await self.gate.enter(resources.llm)
        async with resources.turns:
            self.deadline = asyncio.get_running_loop().time() + resources.timeout_s
            result = await self._ask(llm)
            reading = await self._read()
        if isinstance(result, Unanswered):
            self.unanswered = result
        elif result is not None:
            for each, usage in zip(self.claimed, result.usages, strict=True):
                await self._note_usage(each, usage)
        for index, usage in reading.items():
            self.usages[index] = self.usages.get(index, NO_USAGE) + usage

    async def _read(self) -> dict[int, Usage]:
        """Have the drafts read in one call; returns each one's share of it."""
        reader, drafts = self.resources.reader, dict(self.drafts)
        if reader is None or not drafts:
            return {}
        indexes = {draft.section.id: index for index, draft in drafts.items()}

        async def keep(draft: Draft) -> None:
            self.drafts[indexes[draft.section.id]] = draft

        brief = self.claimed[0].job.order.brief
        shared = await review_together(
            reader, brief, list(drafts.values()), keep, deadline=self.deadline
        )
        return dict(zip(drafts, shared.usages, strict=True)) if shared else {}

    async def _ask(self, llm: LLM) -> Shared | Unanswered | None:
        sections = [each.job.section for each in self.claimed]
        brief = self.claimed[0].job.order.brief
        try:
            return await rewrite_together(
                llm, brief, sections, self._keep, timeout_s=self.resources.timeout_s
            )
        except SQLAlchemyError:
            raise
        except Exception:
            logger.exception("shared call failed", sections=[each.id for each in sections])
            return None

    async def _keep(self, closed: Closed) -> None:
        """Store and show what has closed; what failed, or lost its claim, is for later."""
        claimed = next(each for each in self.claimed if each.job.section is closed.section)
        job = claimed.job
        if isinstance(closed.verdict, FailedReply):
            self.failed[job.index] = closed.verdict
            return
        if self.resources.reader is not None:
            await claimed.claim.keep(closed.verdict, None)
            self.drafts[job.index] = Draft(closed.section, closed.verdict)
            return
        written = Rewritten(closed.verdict, NO_USAGE, repaired=False)
        if await claimed.claim.fulfil(written):
            self.shown.add(job.index)
            shown = replace(job.show_generated(written), generated=True)
            self.report(SectionReady(job.index, shown))

    async def _note_usage(self, claimed: Claimed, usage: Usage) -> None:
        index = claimed.job.index
        self.usages[index] = usage
        if index in self.shown:
            self.report(UsageKnown(index, usage))
            await claimed.claim.note_usage(usage)

    def leave(self, job: Job) -> Earlier:
        return Earlier(
            left_s=self.deadline - asyncio.get_running_loop().time(),
            usage=self.usages.get(job.index, NO_USAGE),
            failed=self.failed.get(job.index),
            outcome=self.unanswered,
            draft=self.drafts.get(job.index),
        )
