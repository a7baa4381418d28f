"""What the heart works with: handed to each function, so that tests can hand in others."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from server.core.database.engine import Sessions
from server.core.telemetry.metrics import Metrics
from server.generation.llm.domain import LLM
from server.generation.renditions.hot_tier import HotTier
from server.generation.renditions.log.service import LogDesk
from server.generation.renditions.rewrite_desk import RewriteDesk

# Neighbours that together are no longer than this share a call: its answer, some 400 tokens, takes
# about five seconds, and the prompt's three thousand are paid once. In the book of this repository
# that is 81 calls for 89 sections; with 3,000 characters it would be 63, each slower.
SHARED_CHARACTERS = 1500

Result = TypeVar("Result")


@dataclass(frozen=True)
class Resources:
    """The database, the model, and the tasks that outlive the request that started them."""

    sessions: Sessions
    llm: LLM
    timeout_s: float  # one section's deadline, all its calls together
    hot: HotTier
    log: LogDesk
    turns: asyncio.Semaphore  # a section takes one for as long as a model works on it
    rate_limit_per_minute: int = 0  # a learner's generations; 0 is no limit
    shared_characters: int = SHARED_CHARACTERS  # of the sections that share a call; 0 is none
    prefix_wait_s: float = 3.0  # for the first call to fill the provider's cache
    metrics: Metrics = field(default_factory=Metrics)
    background: set[asyncio.Task[object]] = field(default_factory=set[asyncio.Task[object]])

    @cached_property
    def rewrites(self) -> RewriteDesk:
        """Where those ask who follow what others generate."""
        return RewriteDesk(self.sessions)

    @property
    def is_offline(self) -> bool:
        return self.llm.health().status == "offline"

    def start(self, work: Coroutine[None, None, Result]) -> asyncio.Task[Result]:
        """Begin what goes on when the client that asked for it goes away."""
        task = asyncio.create_task(work)
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        return task

    async def finish(self) -> None:
        """Wait for what is still being generated or logged; called once, at shutdown."""
        await asyncio.gather(*self.background, return_exceptions=True)
        await self.rewrites.finish()
        await self.log.finish()
