"""A page: its template, what every page knows, and the headers that keep it safe."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from functools import cache
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from server.book.languages.tags import direction_of, display_name
from server.learners.accounts.domain import Account, AccountRole
from server.settings import Settings
from server.web.cookies import Cookies
from server.web.labels import LABELS

HERE = Path(__file__).parent
THEME_COOKIE = "chapterwise_theme"
THEMES = frozenset({"light", "dark"})

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; "
    # Formulas carry the widths and colours of their parts; diagrams are data.
    "style-src-attr 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@dataclass(frozen=True)
class Visit:
    """Who looks at a page: an account or nobody, with the secret of the visitor's forms."""

    request: Request
    account: Account | None
    session_id: str | None
    cookies: Cookies
    form_secret: str

    def show(
        self, template: str, context: Mapping[str, object], *, status: int = 200
    ) -> HTMLResponse:
        """The page as a response; whatever is in the context is escaped unless marked as HTML."""
        settings: Settings = self.request.app.state.settings
        html = (
            _open_templates()
            .get_template(template)
            .render(
                account=self.account,
                form_token=self.cookies.sign_form(self.form_secret),
                path=self.request.url.path,
                book_title=settings.book_title,
                roles=AccountRole,
                theme=_find_theme(self.request),
                **context,
            )
        )
        response = HTMLResponse(html, status_code=status, headers=PAGE_HEADERS)
        self.cookies.keep_form_secret(response, self.form_secret)
        return response

    def leave(self, path: str) -> Response:
        """Go there without a session."""
        response = RedirectResponse(path, status_code=303)
        self.cookies.end_session(response)
        return response


@cache
def _open_templates() -> Environment:
    """Compiled at their first use, once for the process."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Any value may be one: what the checker takes for their type is that of the first of them.
    environment.globals |= {  # pyright: ignore[reportAttributeAccessIssue]
        "UTC": UTC,
        "labels": LABELS,
        "direction_of": direction_of,
        "display_name": display_name,
    }
    return environment


def _find_theme(request: Request) -> str | None:
    """Light or dark, where the reader chose; else the system's choice stands."""
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else None
