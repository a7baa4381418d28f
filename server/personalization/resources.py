"""What the heart works with: handed to each function, so that tests can hand in others."""

import asyncio
from dataclasses import dataclass, field

from server.database.engine import Sessions
from server.llm.domain import LLM
from server.metrics import Metrics
from server.personalization.hot import HotTier
from server.personalization.log_desk import LogDesk


@dataclass(frozen=True)
class Resources:
    """The database, the model, and the tasks that outlive the request that started them."""

    sessions: Sessions
    llm: LLM
    timeout_s: float  # one section's deadline, all its calls together
    hot: HotTier
    log: LogDesk
    turns: asyncio.Semaphore  # a section takes one for as long as a model works on it
    metrics: Metrics = field(default_factory=Metrics)
    background: set[asyncio.Task[object]] = field(default_factory=set[asyncio.Task[object]])

    @property
    def is_offline(self) -> bool:
        return self.llm.health().status == "offline"

    async def finish(self) -> None:
        """Wait for what is still being generated or logged; called once, at shutdown."""
        await asyncio.gather(*self.background, return_exceptions=True)
        await self.log.finish()
