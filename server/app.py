"""create_app(): the one place where the parts are joined."""

import asyncio
import atexit
import gc
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache, partial

from fastapi import Depends, FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.routing import BaseRoute

from server.book.chapters.package import chapters
from server.core.auditing.package import auditing
from server.core.database.connections import find_url
from server.core.database.engine import Sessions, create_engine, create_sessions
from server.core.http.cors import SiteCORS
from server.core.http.limits import BodyLimit, refuse_half_characters
from server.core.http.openapi import describe_problems, describe_streams_as_text
from server.core.http.problems import BugReporting, install_error_handlers
from server.core.packages import API_PREFIX
from server.core.schedule import repeating
from server.core.telemetry.logs import configure_logging
from server.core.telemetry.metrics import Metrics, shared_directory
from server.core.telemetry.middleware import RequestLogging
from server.core.telemetry.traces import Tracing, build_tracing
from server.generation.budget.package import budget
from server.generation.corrections.package import corrections
from server.generation.editions.package import editions
from server.generation.llm.domain import LLM
from server.generation.renditions.domain import RENDITIONS_URL, Source
from server.generation.renditions.package import renditions
from server.generation.rewriting.package import rewriting
from server.generation.warming.package import warming
from server.insight.analytics.package import analytics
from server.insight.feedback.package import feedback
from server.learners.accounts.package import accounts
from server.operations.package import operations
from server.operations.serving import end_with_supervisor
from server.settings import Settings
from server.staff.instruction.package import instruction
from server.web.package import web

# Far above whatever anybody has to send; what is longer is refused before it fills the memory.
LARGEST_BODY = 16_000_000
# Routes are tried in this order, so the main job comes first.
PACKAGES = (
    renditions,
    accounts,
    chapters,
    feedback,
    instruction,
    warming,
    analytics,
    budget,
    rewriting,
    corrections,
    editions,
    auditing,
    operations,
    web,
)
# What a package's parts are built of is there before them.
JOINED = (chapters, accounts, editions, renditions, warming, operations)

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
    join = partial(_join, settings=settings, llm=llm, metrics=metrics, tracing=tracing)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
        engine = None
        if sessions is None:
            engine = create_engine(find_url(settings))
            join(app, sessions=create_sessions(engine))
        async with AsyncExitStack() as jobs:
            for job in (job for package in PACKAGES for job in package.jobs):
                work = partial(job.work, app.state)
                await jobs.enter_async_context(
                    repeating(job.name, work, every_s=job.every_s, metrics=metrics)
                )
            yield
        for finish in (package.finish for package in PACKAGES if package.finish):
            await finish(app.state)
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
    for install in (package.install for package in PACKAGES if package.install):
        install(app, settings)
    _add_middleware(app, settings)
    app.add_middleware(RequestLogging, metrics=metrics, tracing=tracing)
    return app


@cache
def _list_routes() -> tuple[BaseRoute, ...]:
    """The routes of API and pages, made once for the process: nothing else takes so long."""
    made = FastAPI(openapi_url=None, dependencies=[Depends(refuse_half_characters)])
    for router in (router for package in PACKAGES for router in package.routers):
        made.include_router(router, prefix=API_PREFIX, responses=describe_problems(503))
    for router in (router for package in PACKAGES for router in package.root_routers):
        made.include_router(router)
    return tuple(made.routes)


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
    state = app.state
    state.settings, state.sessions, state.llm = settings, sessions, llm
    state.metrics, state.tracing = metrics, tracing
    state.account_exports = tuple(each for package in PACKAGES for each in package.exports)
    state.retention = tuple(each for package in PACKAGES for each in package.retention)
    for enter in (package.join for package in JOINED if package.join):
        enter(state)


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    """From the inside out: what is added last sees a request first, and last the request log."""
    app.add_middleware(BodyLimit, largest=LARGEST_BODY)
    app.add_middleware(BugReporting)
    if settings.cors_origins:
        is_open = settings.renditions == "public"
        app.add_middleware(
            SiteCORS,
            origins=settings.cors_origins,
            open_to_all=(f"{RENDITIONS_URL}/",) if is_open else (),
        )
