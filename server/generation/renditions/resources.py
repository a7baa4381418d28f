"""What the heart works with: handed to each function, so that tests can hand in others."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Literal

from typing_extensions import override

from server.core.background import Background
from server.core.database.engine import Sessions, autocommitting
from server.core.groups import GroupedWork, Work
from server.core.telemetry.metrics import Metrics
from server.generation.corrections.domain import SectionName
from server.generation.corrections.service import find_stored
from server.generation.editions.domain import Edition
from server.generation.llm.domain import LLM, OFFLINE
from server.generation.renditions.hot_tier import HotTier
from server.generation.renditions.log.service import LogDesk
from server.generation.renditions.reference.domain import PackedRenditions
from server.generation.review.service import Reader
from server.generation.rewriting.store.domain import Requirement, StoredRewrite, withhold
from server.settings import Settings

LARGEST_GROUP = 1000

BYTES_PER_MB = 1_000_000
PACKED_SHARE = 4  # compressed, a rendition is a fraction of what it is in the hot tier


class RewriteDesk:
    """One read for all who follow a section that others generate, whichever section it is.

    A class that clicks at once is a hundred followers of every section; each with a connection of
    its own, they would leave none for those who generate.
    """

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._groups = GroupedWork(self._begin, largest=LARGEST_GROUP)

    async def find_rewrite(self, name: SectionName) -> StoredRewrite | None:
        """What there is of this section now."""
        return await self._groups.do(name)

    async def finish(self) -> None:
        """Wait until all that was asked is answered; called once, at shutdown."""
        await self._groups.finish()

    @asynccontextmanager
    async def _begin(self) -> AsyncGenerator[Work[SectionName, StoredRewrite | None]]:
        async with autocommitting(self._sessions) as sessions:
            yield partial(_find_rewrites, sessions)


async def _find_rewrites(
    sessions: Sessions, names: Sequence[SectionName]
) -> Sequence[StoredRewrite | None]:
    stored = await find_stored(sessions, names)
    return [stored.get(name.key) for name in names]


# Neighbours that together are no longer than this share a call: its answer, some 400 tokens, takes
# about five seconds, and the prompt's three thousand are paid once. In the book of this repository
# that is 81 calls for 89 sections; with 3,000 characters it would be 63, each slower.
SHARED_CHARACTERS = 1500


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
    background: Background = field(default_factory=Background)
    reader: Reader | None = None  # who reads what was written before it is shown
    requires_review: bool = False  # what nobody has read is not shown
    packed: PackedRenditions = field(default_factory=lambda: PackedRenditions(0))
    packing: asyncio.Lock = field(default_factory=asyncio.Lock)  # one at a time, and each once
    renditions_are_private: bool = False  # only learners fetch them by their hash

    @cached_property
    def rewrites(self) -> RewriteDesk:
        """Where those ask who follow what others generate."""
        return RewriteDesk(self.sessions)

    @property
    def is_offline(self) -> bool:
        return self.llm.health().status == OFFLINE

    def admit(self, edition: Edition, stored: StoredRewrite) -> StoredRewrite:
        """What there is of a section of the edition, as far as it may be shown here."""
        here = {Requirement.READ} if self.requires_review else set[Requirement]()
        return withhold(stored, edition.requires | here)

    async def finish(self) -> None:
        """Wait for what is still being generated or logged; called once, at shutdown."""
        await self.background.finish()
        await self.rewrites.finish()
        await self.log.finish()

    async def aclose(self) -> None:
        """Let go of the models."""
        await self.llm.aclose()
        if self.reader is not None:
            await self.reader.llm.aclose()


def build_resources(
    settings: Settings,
    sessions: Sessions,
    llm: LLM,
    *,
    metrics: Metrics,
    hot_tier_mb: int,
    reader: LLM | None = None,
) -> Resources:
    """Build what renditions are made with, for a server, or for a command that keeps no memory.

    Nothing is read where reviews are off, or where there is no model to read.
    """
    return Resources(
        sessions=sessions,
        llm=llm,
        timeout_s=settings.llm_timeout_s,
        hot=HotTier(hot_tier_mb * BYTES_PER_MB),
        log=LogDesk(sessions),
        turns=CountedTurns(settings.llm_max_concurrency, metrics),
        rate_limit_per_minute=settings.rate_limit_per_minute,
        metrics=metrics,
        reader=Reader(reader) if reader and settings.llm_review != "off" else None,
        requires_review=settings.llm_review == "required",
        packed=PackedRenditions(hot_tier_mb * BYTES_PER_MB // PACKED_SHARE),
        renditions_are_private=settings.renditions == "private",
    )


class CountedTurns(asyncio.Semaphore):
    """A semaphore for renditions: it shows how many hold it and how many wait for it."""

    def __init__(self, value: int, metrics: Metrics) -> None:
        super().__init__(value)
        self._metrics = metrics

    @override
    async def acquire(self) -> Literal[True]:
        with self._metrics.queued.track_inprogress():
            await super().acquire()
        self._metrics.generating.inc()
        return True

    @override
    def release(self) -> None:
        self._metrics.generating.dec()
        super().release()
