"""The door of the store: what it holds, and claims to fill what is missing.

A claim says who may ask a model for a section; it is kept alive while the model works, and checked
in each write.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID, uuid4

import structlog
from typing_extensions import override

from server.core.database.engine import Sessions
from server.generation.llm.domain import LLM, LLMRequest
from server.generation.llm.wrappers import BorrowedLLM, Hear, pass_on
from server.generation.rewriting.domain import Rejected, Rewritten, SectionRewrite, Usage
from server.generation.rewriting.store import queries
from server.generation.rewriting.store.domain import FallbackCause
from server.generation.rewriting.store.queries import (
    accept_rewrite,
    count_ready,
    delete_rewrite,
    delete_rewrites,
    find_rewrites,
    hold_rewrites,
    list_records,
    list_rejected,
)
from server.generation.rewriting.store.reviews.queries import (
    count_faults,
    count_reviews,
    forget_due_reviews,
    list_partly_original,
    list_postponed_reviews,
    postpone_reviews,
    take_due_reviews,
)

__all__ = [
    "accept_rewrite",
    "count_faults",
    "count_ready",
    "count_reviews",
    "delete_rewrite",
    "delete_rewrites",
    "find_rewrites",
    "forget_due_reviews",
    "hold_rewrites",
    "list_partly_original",
    "list_postponed_reviews",
    "list_records",
    "list_rejected",
    "postpone_reviews",
    "take_due_reviews",
]

RENEW_SECONDS = 3.0

logger = structlog.stdlib.get_logger(__name__)


class ClaimLost(Exception):
    """Someone else has taken the claim over, so nothing is asked or written under it any more."""


@dataclass(frozen=True, slots=True)
class SectionClaim:
    """One owner's claim on one section key; each method is a transaction of its own."""

    sessions: Sessions
    key: str
    owner: UUID

    async def take(self, chapter_id: str, *, again: bool) -> bool:
        """Whether the claim is ours now; losing the race is not an error."""
        async with self.sessions.begin() as session:
            return await queries.claim_rewrite(
                session, self.key, self.owner, chapter_id, again=again
            )

    async def confirm(self) -> None:
        """Push the deadline on, or raise ClaimLost."""
        async with self.sessions.begin() as session:
            if not await queries.renew_claim(session, self.key, self.owner):
                raise ClaimLost(self.key)

    async def keep(self, rewrite: SectionRewrite, review: Mapping[str, object] | None) -> None:
        """Keep a verified text that waits for its review, for whoever may take the claim over."""
        async with self.sessions.begin() as session:
            await queries.keep_draft(session, self.key, self.owner, rewrite, review)

    async def fulfil(self, outcome: Rewritten) -> bool:
        async with self.sessions.begin() as session:
            return await queries.fulfil_claim(session, self.key, self.owner, outcome)

    async def note_usage(self, usage: Usage) -> None:
        """Say what the text has used, where it was stored before the end of its call."""
        async with self.sessions.begin() as session:
            await queries.note_usage(session, self.key, usage)

    async def reject(self, outcome: Rejected, *, keep_ready: bool) -> bool:
        async with self.sessions.begin() as session:
            return await queries.reject_claim(
                session, self.key, self.owner, outcome, keep_ready=keep_ready
            )

    async def release(self, held_back: FallbackCause | None = None) -> None:
        """Let go; where our own budget or switch said no, those who follow are to know it."""
        async with self.sessions.begin() as session:
            await queries.release_claim(session, self.key, self.owner, held_back)

    @asynccontextmanager
    async def renewing(self) -> AsyncGenerator[None]:
        """Keep the claim alive for as long as the block runs."""
        renewals = asyncio.create_task(self._renew_until_cancelled())
        try:
            yield
        finally:
            renewals.cancel()
            await asyncio.gather(renewals, return_exceptions=True)

    async def _renew_until_cancelled(self) -> None:
        while True:
            await asyncio.sleep(RENEW_SECONDS)
            await self.confirm()


class ClaimedLLM(BorrowedLLM):
    """A model that is asked only while the claim is ours."""

    def __init__(self, llm: LLM, claim: SectionClaim) -> None:
        super().__init__(llm)
        self._claim = claim

    @override
    @asynccontextmanager
    async def _call(self, _request: LLMRequest) -> AsyncGenerator[Hear]:
        await self._claim.confirm()
        yield pass_on


async def store_rewrite(
    sessions: Sessions, key: str, chapter_id: str, outcome: Rewritten, *, again: bool
) -> bool:
    """Keep a verified rewrite that no request asked for, under a claim like any other.

    False where somebody else has stored one meanwhile, or is at work on it; with `again` a text
    that is there is replaced.
    """
    claim = SectionClaim(sessions, key, uuid4())
    return await claim.take(chapter_id, again=again) and await claim.fulfil(outcome)
