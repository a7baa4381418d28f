"""What renditions bring."""

import asyncio
from contextlib import suppress

from starlette.datastructures import State

from server.core.database.engine import Sessions
from server.core.packages import Job, Package
from server.core.telemetry.metrics import Metrics
from server.core.telemetry.traces import Tracing
from server.generation.budget.resources import build_budgeted_llm, build_reader
from server.generation.llm.domain import LLM
from server.generation.llm.wrappers import MeasuredLLM
from server.generation.renditions.batch.router import router as batches
from server.generation.renditions.cache.service import evict, keeping_of
from server.generation.renditions.log.models import PersonalizationLogRow
from server.generation.renditions.models import PersonalizationCacheRow
from server.generation.renditions.pins import name_pins
from server.generation.renditions.reference.router import router as references
from server.generation.renditions.resources import Resources, build_resources
from server.generation.renditions.router import router
from server.generation.renditions.service import export_account
from server.settings import Settings

EVICTION_S = 3600  # each worker tries; who comes while another is at it leaves it to that one
NAMING_S = 600  # the first time within a minute
FINISH_S = 10  # what a stopping worker still waits for sections that a model is working on


def _join(state: State) -> None:
    """A model that is not handed in is built."""
    settings: Settings = state.settings
    sessions: Sessions = state.sessions
    metrics: Metrics = state.metrics
    tracing: Tracing = state.tracing
    llm: LLM | None = state.llm

    def measure(client: LLM, model: str) -> LLM:
        return MeasuredLLM(client, model=model, metrics=metrics, tracing=tracing)

    reader = None if llm else build_reader(settings, sessions, measure)
    llm = llm or build_budgeted_llm(settings, sessions, measure)
    state.resources = build_resources(
        settings,
        sessions,
        llm,
        metrics=metrics,
        hot_tier_mb=settings.hot_tier_mb,
        reader=reader,
    )


async def _finish(state: State) -> None:
    resources: Resources = state.resources
    with suppress(TimeoutError):
        async with asyncio.timeout(FINISH_S):
            await resources.finish()
    await resources.aclose()


renditions = Package(
    routers=(router, batches, references),
    tables=(PersonalizationCacheRow, PersonalizationLogRow),
    exports=(export_account,),
    jobs=(
        Job(
            "eviction",
            lambda state: evict(state.sessions, keeping_of(state.settings)),
            EVICTION_S,
        ),
        Job("pins", lambda state: name_pins(state.sessions, state.order_desk), NAMING_S),
    ),
    join=_join,
    finish=_finish,
)
