"""create_app(): the one place where the parts are joined."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from server.database.engine import Sessions
from server.errors import install_error_handlers
from server.llm.domain import LLM
from server.observability import RequestLogging
from server.settings import Settings

API_PREFIX = "/api/v1"


def create_app(
    settings: Settings, *, sessions: Sessions | None = None, llm: LLM | None = None
) -> FastAPI:
    """The application; what is not handed in is made from the settings in its lifespan."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack():
            yield

    app = FastAPI(title="Chapterwise", lifespan=lifespan)
    app.state.settings = settings
    app.state.sessions = sessions
    app.state.llm = llm
    app.add_middleware(RequestLogging)
    install_error_handlers(app)
    return app
