"""create_app(): the one place where the parts are joined."""

import asyncio
import atexit
import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from functools import cache, partial

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_offline import FastAPIOffline
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import BaseRoute

from server.book.chapters.library import ChapterLibrary
from server.book.chapters.router import router as chapters
from server.book.glossary.service import GlossaryFile
from server.core.auditing.service import export_account as export_acts
from server.core.database.connections import find_url
from server.core.database.engine import Sessions, create_engine, create_sessions
from server.core.http.limits import BodyLimit, refuse_half_characters
from server.core.http.openapi import describe_problems, describe_streams_as_text
from server.core.http.problems import BugReporting, install_error_handlers
from server.core.schedule import repeating
from server.core.telemetry.logs import configure_logging
from server.core.telemetry.metrics import Metrics, shared_directory
from server.core.telemetry.middleware import RequestLogging
from server.core.telemetry.traces import Tracing, build_tracing
from server.generation.budget.resources import build_budgeted_llm
from server.generation.editions.readers import ReaderDesk
from server.generation.editions.service import OrderDesk
from server.generation.llm.domain import LLM
from server.generation.llm.wrappers import MeasuredLLM
from server.generation.renditions.batch.router import router as batches
from server.generation.renditions.cache.service import evict, keeping_of
from server.generation.renditions.domain import Source
from server.generation.renditions.hot_tier import HotTier
from server.generation.renditions.log.service import LogDesk
from server.generation.renditions.resources import CountedTurns, Resources
from server.generation.renditions.router import router as personalization
from server.generation.renditions.service import export_account
from server.generation.warming.jobs.service import export_jobs, run_jobs
from server.generation.warming.resources import join_workplace
from server.generation.warming.router import router as warming
from server.insight.analytics.rollup.service import roll_up
from server.insight.analytics.router import metrics_router as figures
from server.insight.analytics.router import router as analytics
from server.insight.feedback.router import router as feedback
from server.insight.feedback.service import export_account as export_feedback
from server.learners.accounts.router import router as accounts
from server.learners.accounts.service import create_sign_ins
from server.operations import health, monitoring
from server.operations.monitoring import Sampler, sample_budget
from server.operations.retention import forget
from server.operations.serving import end_with_supervisor
from server.plan.transformations.service import load_catalogue
from server.settings import Settings
from server.staff.instruction.acts.router import router as acts
from server.staff.instruction.cache.router import router as instruction
from server.staff.instruction.review.router import router as review
from server.web.router import install_pages
from server.web.router import router as pages

API_PREFIX = "/api/v1"
EVICTION_S = 3600  # each worker tries; who comes while another is at it leaves it to that one
WARM_JOBS_S = 5
ROLL_UP_S = 300  # likewise; what is newer is read from the log itself
RETENTION_S = 3600
SAMPLE_S = 5  # of what no scrape sees in workers that another worker answers for
SAMPLE_BUDGET_S = 60
FINISH_S = 10  # what a stopping worker still waits for sections that a model is working on
BYTES_PER_MB = 1_000_000
# Far above whatever anybody has to send; what is longer is refused before it fills the memory.
LARGEST_BODY = 16 * BYTES_PER_MB
# Routes are tried in this order, so the main job comes first.
ROUTERS = (
    personalization,
    batches,
    accounts,
    chapters,
    feedback,
    instruction,
    acts,
    review,
    warming,
    analytics,
    figures,
)

DESCRIPTION = """
Chapters of a docs-site textbook, rewritten for the learner who reads them.

Sign in with *Authorize* (an account from `POST /api/v1/auth/register`), then ask for a chapter
with `POST /api/v1/personalize`. Errors are `application/problem+json` (RFC 9457).
"""


def create_app(
    settings: Settings, *, sessions: Sessions | None = None, llm: LLM | None = None
) -> FastAPI:
    """The application; sessions that are not handed in are made in its lifespan."""
    metrics = Metrics(shared_directory(settings.data_dir, settings.workers))
    metrics.begin_at_zero(Source)
    tracing = build_tracing(settings)
    repeat = partial(repeating, metrics=metrics)
    join = partial(_join, settings=settings, llm=llm, metrics=metrics, tracing=tracing)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        engine = None
        if sessions is None:
            engine = create_engine(find_url(settings))
            join(app, sessions=create_sessions(engine))
        async with (
            repeat("eviction", lambda: _evict(app), every_s=EVICTION_S),
            repeat("retention", lambda: _forget(app), every_s=RETENTION_S),
            repeat("sampling", app.state.sampler.sample, every_s=SAMPLE_S),
            repeat("budget", lambda: _sample_budget(app), every_s=SAMPLE_BUDGET_S),
            repeat("warm-up", lambda: run_jobs(app.state.workplace), every_s=WARM_JOBS_S),
            repeat("log roll-up", lambda: roll_up(app.state.sessions), every_s=ROLL_UP_S),
        ):
            yield
        with suppress(TimeoutError):
            async with asyncio.timeout(FINISH_S):
                await app.state.resources.finish()
        await app.state.resources.llm.aclose()
        if engine is not None:
            await engine.dispose()
        await asyncio.to_thread(tracing.finish)  # it waits for the network

    app = FastAPIOffline(
        title="Chapterwise",
        version="0.1.0",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    if sessions is not None:
        join(app, sessions=sessions)
    app.router.routes.extend(_list_routes())
    describe_streams_as_text(app)
    install_error_handlers(app)
    install_pages(app, settings)
    _add_middleware(app, settings)
    app.add_middleware(RequestLogging, metrics=metrics, tracing=tracing)
    return app


@cache
def _list_routes() -> tuple[BaseRoute, ...]:
    """The routes of API and pages, made once for the process: nothing else takes so long."""
    made = FastAPI(openapi_url=None, dependencies=[Depends(refuse_half_characters)])
    for router in ROUTERS:
        made.include_router(router, prefix=API_PREFIX, responses=describe_problems(503))
    made.include_router(health.router, prefix=API_PREFIX)
    made.include_router(monitoring.router)
    made.include_router(pages)
    return tuple(made.routes)


async def _evict(app: FastAPI) -> None:
    await evict(app.state.sessions, keeping_of(app.state.settings))


async def _forget(app: FastAPI) -> None:
    await forget(app.state.sessions, log_days=app.state.settings.log_retention_days)


async def _sample_budget(app: FastAPI) -> None:
    await sample_budget(app.state.resources, app.state.settings)


def create_app_from_environment() -> FastAPI:
    """What each worker of `chapterwise serve` runs."""
    settings = Settings()
    configure_logging(settings.log_level)
    end_with_supervisor()
    app = create_app(settings)
    # What is there now stays: the collector need not go through it again and again.
    gc.collect()
    gc.freeze()
    # At the end it goes like everything else: some libraries complain of what is left.
    atexit.register(gc.unfreeze)
    return app


def _join(
    app: FastAPI,
    *,
    settings: Settings,
    sessions: Sessions,
    llm: LLM | None,
    metrics: Metrics,
    tracing: Tracing,
) -> None:
    """Hand every part what it works with; a model that is not handed in is built."""
    bind = sessions.kw["bind"]
    if isinstance(bind, AsyncEngine):
        tracing.watch(bind)

    def measure(client: LLM, model: str) -> LLM:
        return MeasuredLLM(client, model=model, metrics=metrics, tracing=tracing)

    library = ChapterLibrary(settings.docs_dir, settings.docs_dialect)
    app.state.settings = settings
    app.state.sessions = sessions
    app.state.sign_ins = create_sign_ins(settings)
    app.state.account_exports = (
        export_account,
        export_feedback,
        export_jobs,
        export_acts,
    )
    app.state.library = library
    app.state.resources = Resources(
        sessions=sessions,
        llm=llm or build_budgeted_llm(settings, sessions, measure),
        timeout_s=settings.llm_timeout_s,
        turns=CountedTurns(settings.llm_max_concurrency, metrics),
        rate_limit_per_minute=settings.rate_limit_per_minute,
        metrics=metrics,
        hot=HotTier(settings.hot_tier_mb * BYTES_PER_MB),
        log=LogDesk(sessions),
    )
    app.state.order_desk = OrderDesk(
        readers=ReaderDesk(sessions),
        library=library,
        catalogue=load_catalogue(settings.transformations_dir),
        glossary=GlossaryFile(settings.docs_dir / "glossary.yaml"),
    )
    app.state.sampler = Sampler(app.state.resources)
    app.state.workplace = join_workplace(settings, app.state.resources, app.state.order_desk)


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """From the inside out: what is added last sees a request first, and last the request log."""
    app.add_middleware(BodyLimit, largest=LARGEST_BODY)
    app.add_middleware(BugReporting)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=[origin.rstrip("/") for origin in settings.cors_origins],
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID", "X-Request-ID"],
            expose_headers=["Retry-After", "X-Request-ID"],
            max_age=600,
        )
