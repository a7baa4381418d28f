"""create_app(): the one place where the parts are joined."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi_offline import FastAPIOffline

from server import health
from server.analytics.router import router as analytics
from server.auth.router import router as accounts
from server.auth.service import create_sign_ins
from server.chapters.library import ChapterLibrary
from server.chapters.router import router as chapters
from server.database.connecting import find_url
from server.database.engine import Sessions, create_engine, create_sessions
from server.errors import install_error_handlers
from server.instruction.router import router as instruction
from server.llm.building import build_llm
from server.llm.domain import LLM
from server.observability import RequestLogging, configure_logging
from server.personalization.ordering import OrderDesk
from server.personalization.resources import Resources
from server.personalization.router import router as personalization
from server.personalization.service import export_account
from server.settings import Settings
from server.transformations.glossary import GlossaryFile
from server.transformations.loading import load_catalogue

API_PREFIX = "/api/v1"
ROUTERS = (accounts, chapters, personalization, instruction, analytics, health.router)

DESCRIPTION = """
Chapters of a docs-site textbook, rewritten for the learner who reads them.

Sign in with *Authorize* (an account from `POST /api/v1/auth/register`), then ask for a chapter
with `POST /api/v1/personalize`. Errors are `application/problem+json` (RFC 9457).
"""


def create_app(
    settings: Settings, *, sessions: Sessions | None = None, llm: LLM | None = None
) -> FastAPI:
    """The application; sessions that are not handed in are made in its lifespan."""
    model = llm or build_llm(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        engine = None
        if sessions is None:
            engine = create_engine(find_url(settings))
            _join(app, settings, create_sessions(engine), model)
        yield
        await app.state.resources.finish()
        await model.aclose()
        if engine is not None:
            await engine.dispose()

    app = FastAPIOffline(
        title="Chapterwise",
        version="0.1.0",
        description=DESCRIPTION,
        docs_url="/docs",
        redoc_url=None,
        lifespan=lifespan,
    )
    if sessions is not None:
        _join(app, settings, sessions, model)
    for router in ROUTERS:
        app.include_router(router, prefix=API_PREFIX)
    install_error_handlers(app)
    _add_middleware(app, settings)
    return app


def create_app_from_environment() -> FastAPI:
    """What each worker of `chapterwise serve` runs."""
    settings = Settings()
    configure_logging(settings.log_level)
    return create_app(settings)


def _join(app: FastAPI, settings: Settings, sessions: Sessions, llm: LLM) -> None:
    """Hand every part what it works with."""
    library = ChapterLibrary(settings.docs_dir, settings.docs_dialect)
    app.state.settings = settings
    app.state.sessions = sessions
    app.state.sign_ins = create_sign_ins(settings)
    app.state.account_exports = (export_account,)
    app.state.library = library
    app.state.resources = Resources(
        sessions=sessions,
        llm=llm,
        timeout_s=settings.llm_timeout_s,
        turns=asyncio.Semaphore(settings.llm_max_concurrency),
    )
    app.state.order_desk = OrderDesk(
        sessions=sessions,
        library=library,
        catalogue=load_catalogue(settings.transformations_dir),
        glossary=GlossaryFile(settings.docs_dir / "glossary.yaml"),
    )


def _add_middleware(app: FastAPI, settings: Settings) -> None:
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID", "X-Request-ID"],
            expose_headers=["Retry-After", "X-Request-ID"],
            max_age=600,
        )
    app.add_middleware(RequestLogging)
