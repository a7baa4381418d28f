"""All pages joined, with the files they need."""

from fastapi import APIRouter, FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from typing_extensions import override

from server.learners.accounts.service import load_secret
from server.settings import Environment, Settings
from server.web import accounts, chapters, documentation
from server.web.admin import accounts as admin_accounts
from server.web.admin import figures, log
from server.web.cookies import Cookies
from server.web.dependencies import get_visit
from server.web.errors import install_page_errors
from server.web.instructor import (
    acts,
    audit,
    book,
    chapter,
    overview,
    queue,
    renditions,
    review,
    warming,
)
from server.web.pages import HERE

router = APIRouter()
for part in (
    chapters,
    accounts,
    overview,
    chapter,
    warming,
    review,
    acts,
    queue,
    renditions,
    figures,
    log,
    admin_accounts,
    book,
    audit,
    documentation,
):
    router.include_router(part.router)


class StaticFilesOfOurs(StaticFiles):
    """Static files that a browser asks for again, so that a new version is seen at once."""

    @override
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


def install_pages(app: FastAPI, settings: Settings) -> None:
    """Add the built-in reader to the application."""
    cookies = Cookies(
        secret=load_secret(settings),
        secure=settings.environment is Environment.PRODUCTION,
        days=settings.refresh_token_days,
    )
    app.state.cookies = cookies
    app.mount("/static", StaticFilesOfOurs(directory=HERE / "static"), name="static")
    install_page_errors(app, cookies, get_visit)
