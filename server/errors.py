"""The error tree, and the handler that turns it into RFC 9457 problems.

TextbookError
├── BadRequest            400
├── NotSignedIn           401
├── Forbidden             403
├── NotFound              404
│   └── ChapterNotFound
├── Conflict              409
├── InvalidInput          422, with the fields
├── TooManyRequests       429, with Retry-After
└── ServiceUnavailable    503

A package adds its own subclasses beside its code. The message of each is a sentence for a person:
it is sent as `detail`, so it never holds a secret or an upstream error's text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = structlog.stdlib.get_logger(__name__)

PROBLEM_MEDIA_TYPE = "application/problem+json"
MOST_FIELDS = 50  # more wrong fields than these help nobody
LONGEST_FIELD = 200  # a field may be one that the sender made up


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with the input: where (`body.onboarding.role`), and what."""

    field: str
    message: str


class TextbookError(Exception):
    """Anything that is refused; `slug` is the stable part of the problem's `type`."""

    status: ClassVar[int] = 500
    slug: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong"

    def __init__(
        self,
        detail: str,
        *,
        fields: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.fields = tuple(fields)
        self.headers = dict(headers or {})


class BadRequest(TextbookError):
    status = 400
    slug = "bad-request"
    title = "The request cannot be understood"


class NotSignedIn(TextbookError):
    status = 401
    slug = "not-signed-in"
    title = "Sign in first"

    def __init__(self, detail: str = "Sign in to do this.") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(TextbookError):
    status = 403
    slug = "forbidden"
    title = "Your account may not do this"


class NotFound(TextbookError):
    status = 404
    slug = "not-found"
    title = "There is nothing here"


class ChapterNotFound(NotFound):
    slug = "chapter-not-found"
    title = "There is no such chapter"


class Conflict(TextbookError):
    status = 409
    slug = "conflict"
    title = "This is already taken"


class InvalidInput(TextbookError):
    status = 422
    slug = "invalid-input"
    title = "Some of the input is not valid"


class TooManyRequests(TextbookError):
    status = 429
    slug = "too-many-requests"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)})


class ServiceUnavailable(TextbookError):
    status = 503
    slug = "service-unavailable"
    title = "The service is not available right now"


DESCRIBED = (
    BadRequest,
    NotSignedIn,
    Forbidden,
    NotFound,
    Conflict,
    InvalidInput,
    TooManyRequests,
    ServiceUnavailable,
)


class Problem(BaseModel):
    """RFC 9457 problem details, as every error of the API answers them."""

    type: str
    title: str
    status: int
    detail: str
    instance: str | None = None
    fields: list[dict[str, str]] | None = None


def install_error_handlers(app: FastAPI) -> None:
    """Answer every refusal and every failure as application/problem+json."""
    app.add_exception_handler(TextbookError, _answer_textbook_error)
    app.add_exception_handler(RequestValidationError, _answer_invalid_request)
    app.add_exception_handler(StarletteHTTPException, answer_http_exception)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(unavailable, _answer_database_down)


def write_problem(error: TextbookError, path: str | None = None) -> Problem:
    """The problem for one error; `type` is stable, `detail` is for a person."""
    return Problem(
        type=f"urn:chapterwise:problem:{error.slug}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=path,
        fields=[asdict(field) for field in error.fields] or None,
    )


def answer_problem(request: Request, error: TextbookError) -> JSONResponse:
    """The problem as a response of its own."""
    problem = write_problem(error, request.url.path)
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=error.status,
        headers=error.headers,
        media_type=PROBLEM_MEDIA_TYPE,
    )


async def _answer_textbook_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, TextbookError)
    return answer_problem(request, error)


async def _answer_invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = error.errors()
    if any(each["type"] == "json_invalid" for each in wrong):
        broken = FieldError("body", "is not JSON")
        return answer_problem(request, InvalidInput("The body is not JSON.", fields=[broken]))
    fields = [
        FieldError(
            field=".".join(str(part) for part in each["loc"])[:LONGEST_FIELD],
            message=str(each["msg"]),
        )
        for each in wrong[:MOST_FIELDS]
    ]
    names = ", ".join(field.field for field in fields)
    return answer_problem(request, InvalidInput(f"Not valid: {names}.", fields=fields))


async def answer_http_exception(request: Request, error: Exception) -> JSONResponse:
    """The framework's own refusals: no such route, a method that the route does not have."""
    assert isinstance(error, StarletteHTTPException)
    status = HTTPStatus(error.status_code)
    problem = Problem(
        type=f"urn:chapterwise:problem:{status.phrase.lower().replace(' ', '-')}",
        title=status.phrase,
        status=error.status_code,
        detail=status.description or status.phrase,
        instance=request.url.path,
    )
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=error.status_code,
        headers=error.headers,
        media_type=PROBLEM_MEDIA_TYPE,
    )


async def _answer_database_down(request: Request, error: Exception) -> JSONResponse:
    logger.error("database unavailable", reason=str(getattr(error, "orig", error)))
    return answer_problem(
        request, ServiceUnavailable("The database does not answer. Try again in a moment.")
    )


class BugReporting:
    """ASGI middleware: what nobody foresaw is logged whole, and answered without our insides.

    It stands inside the request log and CORS, so that this answer has its request id and that a
    browser can read it. Once an answer has begun, its connection can only be cut.
    """

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        begun = False

        async def send_noting_begin(message: "Message") -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting_begin)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            logger.exception("unexpected error", path=scope["path"])
            answer = answer_problem(
                Request(scope),
                TextbookError("Something went wrong on our side. It has been logged."),
            )
            await answer(scope, receive, send)


def describe_problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The OpenAPI description of the problems that a route may answer."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {
                PROBLEM_MEDIA_TYPE: {
                    "schema": Problem.model_json_schema(),
                    "example": _example_of(status),
                }
            },
        }
        for status in statuses
    }


def _example_of(status: int) -> dict[str, object]:
    kind = next(each for each in DESCRIBED if each.status == status)
    problem = Problem(
        type=f"urn:chapterwise:problem:{kind.slug}",
        title=kind.title,
        status=status,
        detail="A sentence for a person says what is wrong here and what to do.",
        instance="/api/v1/personalize",
        fields=[{"field": "body.language", "message": "is needed"}]
        if kind is InvalidInput
        else None,
    )
    return problem.model_dump(exclude_none=True)
