"""Refusals on pages: a person gets a page, never JSON."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, ValidationError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException

from server.core.database.engine import Sessions
from server.errors import FieldError, InvalidInput, TextbookError
from server.web.cookies import Cookies
from server.web.labels import LABELS
from server.web.pages import Visit

OTHERWISE = "Some of the answers cannot be read. Open the page again and answer once more."


AnyForm = TypeVar("AnyForm", bound=BaseModel)


def read_form(kind: type[AnyForm], values: Mapping[str, object]) -> AnyForm:
    """Read a page's form, or tell its refusal as sentences: each field once."""
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        names = dict.fromkeys(str(each["loc"][0]) if each["loc"] else "" for each in error.errors())
        fields = [FieldError(name, LABELS["answers"].get(name, OTHERWISE)) for name in names]
        sentences = " ".join(field.message for field in fields)
        raise InvalidInput(sentences, fields=fields) from error


Meeting = Callable[[Request, Sessions, Cookies], Awaitable[Visit]]
Handler = Callable[[Request, Exception], Response | Awaitable[Response]]
Reading = Callable[[Exception], tuple[tuple[str, str], int]]  # title and sentence, status

NOTHING_THERE = frozenset({404, 405})
# Title and sentence of what the framework or the database refuses.
NOT_HERE = (
    "There is nothing here",
    "This page does not exist. It may have moved; the contents know all chapters.",
)
NOT_READABLE = ("This cannot be read", OTHERWISE)
NO_DATABASE = (
    "The service is not available right now",
    "The database does not answer. Try again in a moment.",
)
DATABASE_ERRORS = (OperationalError, InterfaceError, PoolTimeout)


class SignInFirst(Exception):
    """The page needs an account; the visitor is sent to sign in and comes back."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


@dataclass(frozen=True)
class _Refusals:
    """Answers browsers with a page, and everybody else with the problem."""

    cookies: Cookies
    meet: Meeting

    def show_or(self, problem: Handler, read: Reading) -> Handler:
        async def answer(request: Request, error: Exception) -> Response:
            if _wants_page(request):
                (title, message), status = read(error)
                visit = await self._find_visit(request)
                context = {"title": title, "message": message}
                return visit.show("message.html", context, status=status)
            answered = problem(request, error)
            return answered if isinstance(answered, Response) else await answered

        return answer

    async def _find_visit(self, request: Request) -> Visit:
        found = getattr(request.state, "visit", None)
        if isinstance(found, Visit):
            return found
        try:
            return await self.meet(request, request.app.state.sessions, self.cookies)
        except DATABASE_ERRORS:
            return Visit(request, None, None, self.cookies, self.cookies.form_secret(request))


def install_page_errors(app: FastAPI, cookies: Cookies, meet: Meeting) -> None:
    """Show refusals as pages to browsers; everybody else keeps getting problems."""
    show_or = _Refusals(cookies, meet).show_or
    readings: dict[type[Exception], Reading] = {
        TextbookError: _read_refusal,
        StarletteHTTPException: _read_http_exception,
        RequestValidationError: lambda _error: (NOT_READABLE, 422),
        **{kind: lambda _error: (NO_DATABASE, 503) for kind in DATABASE_ERRORS},
    }
    for kind, read in readings.items():
        app.add_exception_handler(kind, show_or(app.exception_handlers[kind], read))
    app.add_exception_handler(SignInFirst, _send_to_sign_in)


def _read_refusal(error: Exception) -> tuple[tuple[str, str], int]:
    assert isinstance(error, TextbookError)
    return (error.title, error.detail), error.status


def _read_http_exception(error: Exception) -> tuple[tuple[str, str], int]:
    assert isinstance(error, StarletteHTTPException)
    return (NOT_HERE if error.status_code in NOTHING_THERE else NOT_READABLE), error.status_code


async def _send_to_sign_in(_request: Request, error: Exception) -> Response:
    assert isinstance(error, SignInFirst)
    return RedirectResponse(f"/sign-in?back={quote(error.back)}", status_code=303)


def _wants_page(request: Request) -> bool:
    accepts = request.headers.get("accept", "")
    return not request.url.path.startswith("/api/") and "text/html" in accepts
