"""`GET /metrics` for Prometheus, behind a token of its own, and what is sampled for it."""

from dataclasses import dataclass
from secrets import compare_digest

from fastapi import APIRouter, Request, Response
from fastapi.security.utils import get_authorization_scheme_param
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy.ext.asyncio import AsyncEngine

from server.core.database.engine import CountingPool, Sessions
from server.core.telemetry.metrics import Metrics
from server.errors import NotFound, NotSignedIn
from server.generation.budget.service import spent_today
from server.generation.llm.domain import Failure
from server.generation.renditions.dependencies import ResourcesDep
from server.generation.renditions.resources import Resources
from server.settings import Environment, Settings

# A provider in one of these states is there; it is we who do not ask it.
OURS = frozenset({"ready", Failure.BUDGET, Failure.STOPPED})

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def read_metrics(request: Request, resources: ResourcesDep) -> Response:
    """The counters of all workers of this host; without METRICS_TOKEN only in development."""
    _check_token(request)
    # The others' are at most a few seconds old.
    sampler: Sampler = request.app.state.sampler
    await sampler.sample()
    page = resources.metrics.expose()
    headers = {"Cache-Control": "no-store"}
    return Response(page, media_type=CONTENT_TYPE_PLAIN_0_0_4, headers=headers)


def _check_token(request: Request) -> None:
    settings: Settings = request.app.state.settings
    wanted = settings.metrics_token.get_secret_value()
    if not wanted:
        if settings.environment is Environment.PRODUCTION:
            raise NotFound("Set METRICS_TOKEN to open the metrics.")
        return
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() != "bearer" or not compare_digest(token.encode(), wanted.encode()):
        raise NotSignedIn("The metrics need their own token.")


@dataclass(slots=True)
class Sampler:
    """Puts the state of this worker's parts into its metrics."""

    resources: Resources
    _seen_waits: int = 0
    _seen_timeouts: int = 0

    async def sample(self) -> None:
        """Look at the breakers and at the pool; nothing is asked of anybody."""
        metrics = self.resources.metrics
        for provider, state in self.resources.llm.health().providers:
            metrics.held_back.labels(provider).set(state not in OURS)
        pool = find_pool(self.resources.sessions)
        if pool is not None:
            self._sample_pool(pool, metrics)

    def _sample_pool(self, pool: CountingPool, metrics: Metrics) -> None:
        metrics.pool_size.set(pool.most)
        metrics.pool_taken.set(pool.checkedout())
        metrics.pool_waiting.set(pool.waiting)
        metrics.pool_waits.inc(pool.waits - self._seen_waits)
        metrics.pool_timeouts.inc(pool.timeouts - self._seen_timeouts)
        self._seen_waits, self._seen_timeouts = pool.waits, pool.timeouts


async def sample_budget(resources: Resources, settings: Settings) -> None:
    """What the day has cost so far, batches and calls without an answer included."""
    async with resources.sessions() as session:
        today = await spent_today(session, settings.llm_daily_budget_usd)
    resources.metrics.spent.set(float(today.settled_usd + today.reserved_usd))
    resources.metrics.budget.set(float(settings.llm_daily_budget_usd))


def find_pool(sessions: Sessions) -> CountingPool | None:
    """Find the connection pool that monitoring shows; None where sessions share one connection."""
    bind = sessions.kw["bind"]
    pool = bind.pool if isinstance(bind, AsyncEngine) else None
    return pool if isinstance(pool, CountingPool) else None
