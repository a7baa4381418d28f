"""CORS for the sites that a setting names; what any site may read says so itself."""

from collections.abc import Sequence

from fastapi.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send
from typing_extensions import override


class SiteCORS(CORSMiddleware):
    """Lets the pages of these origins use the API, with tokens and never with cookies.

    Answers below a path of `open_to_all` have a header of their own, the same for everybody, so
    that a cache between may hand them to any site.
    """

    def __init__(
        self, app: ASGIApp, *, origins: Sequence[str], open_to_all: tuple[str, ...]
    ) -> None:
        super().__init__(
            app,
            allow_origins=[origin.rstrip("/") for origin in origins],
            allow_methods=["GET", "POST", "PUT", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Last-Event-ID", "X-Request-ID"],
            expose_headers=["Retry-After", "X-Request-ID"],
            max_age=600,
        )
        self._open_to_all = open_to_all

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_open = scope["type"] == "http" and scope["path"].startswith(self._open_to_all)
        if is_open and scope["method"] != "OPTIONS":
            await self.app(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)
