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
from typing import ClassVar

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException

logger = structlog.stdlib.get_logger(__name__)

PROBLEM_MEDIA_TYPE = "application/problem+json"


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
    app.add_exception_handler(StarletteHTTPException, _answer_http_exception)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout):
        app.add_exception_handler(unavailable, _answer_database_down)
    app.add_exception_handler(DBAPIError, _answer_bug)
    app.add_exception_handler(Exception, _answer_bug)


def answer_problem(request: Request, error: TextbookError) -> JSONResponse:
    """The problem for one error; `type` is stable, `detail` is for a person."""
    problem = Problem(
        type=f"urn:chapterwise:problem:{error.slug}",
        title=error.title,
        status=error.status,
        detail=error.detail,
        instance=request.url.path,
        fields=[asdict(field) for field in error.fields] or None,
    )
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
    fields = [
        FieldError(field=".".join(str(part) for part in each["loc"]), message=str(each["msg"]))
        for each in error.errors()
    ]
    names = ", ".join(field.field for field in fields)
    return answer_problem(request, InvalidInput(f"Not valid: {names}.", fields=fields))


async def _answer_http_exception(request: Request, error: Exception) -> JSONResponse:
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
    logger.error("database unavailable", error=type(error).__name__, path=request.url.path)
    return answer_problem(
        request, ServiceUnavailable("The database does not answer. Try again in a moment.")
    )


async def _answer_bug(request: Request, error: Exception) -> JSONResponse:
    logger.error("unexpected error", path=request.url.path, exc_info=error)
    return answer_problem(
        request, TextbookError("Something went wrong on our side. It has been logged.")
    )


def describe_problems(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The OpenAPI description of the problems that a route may answer."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {PROBLEM_MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
        }
        for status in statuses
    }
