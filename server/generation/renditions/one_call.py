"""One call for several small sections, and what it leaves of them to be asked for alone."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import structlog
from sqlalchemy.exc import SQLAlchemyError

from server.generation.llm.domain import LLM
from server.generation.renditions.domain import NO_USAGE, SectionReady, UsageKnown
from server.generation.renditions.resources import Resources
from server.generation.renditions.sections import Job
from server.generation.renditions.shared_calls import Gate
from server.generation.rewriting.domain import (
    Closed,
    FailedReply,
    Rewritten,
    Shared,
    Unanswered,
    Usage,
)
from server.generation.rewriting.store import queries as rewrite_queries
from server.generation.rewriting.store.service import SectionClaim
from server.generation.rewriting.together import rewrite_together

logger = structlog.stdlib.get_logger(__name__)

Progress = SectionReady | UsageKnown
Report = Callable[[Progress], None]


@dataclass(frozen=True)
class Claimed:
    job: Job
    claim: SectionClaim


@dataclass(frozen=True)
class Earlier:
    """What a section has behind it when it is asked for alone."""

    left_s: float  # until its deadline
    usage: Usage = NO_USAGE
    failed: FailedReply | None = None
    outcome: Unanswered | None = None  # there is nobody to ask


@dataclass
class SharedCall:
    """A call for several sections: each is stored and shown as soon as it closes."""

    resources: Resources
    gate: Gate
    report: Report
    claimed: list[Claimed]
    shown: set[int] = field(default_factory=set[int])
    failed: dict[int, FailedReply] = field(default_factory=dict[int, FailedReply])
    usages: dict[int, Usage] = field(default_factory=dict[int, Usage])
    unanswered: Unanswered | None = None
    deadline: float = 0.0

    async def make(self) -> None:
        resources = self.resources
        llm = await self.gate.enter(resources.llm)
        async with resources.turns:
            self.deadline = asyncio.get_running_loop().time() + resources.timeout_s
            result = await self._ask(llm)
        if isinstance(result, Unanswered):
            self.unanswered = result
        elif result is not None:
            for each, usage in zip(self.claimed, result.usages, strict=True):
                await self._note_usage(each.job, usage)

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
        elif await claimed.claim.fulfil(Rewritten(closed.verdict, NO_USAGE, repaired=False)):
            self.shown.add(job.index)
            shown = replace(job.show_generated(closed.verdict), generated=True)
            self.report(SectionReady(job.index, shown))

    async def _note_usage(self, job: Job, usage: Usage) -> None:
        self.usages[job.index] = usage
        if job.index in self.shown:
            self.report(UsageKnown(job.index, usage))
            async with self.resources.sessions.begin() as session:
                await rewrite_queries.note_usage(session, job.key, usage)

    def leave(self, job: Job) -> Earlier:
        return Earlier(
            left_s=self.deadline - asyncio.get_running_loop().time(),
            usage=self.usages.get(job.index, NO_USAGE),
            failed=self.failed.get(job.index),
            outcome=self.unanswered,
        )
