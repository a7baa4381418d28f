"""RFC 9457 problems: how every refusal and every failure is answered."""

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException as StarletteHTTPException

from server.errors import FieldError, InvalidInput, ServiceUnavailable, TextbookError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


logger = structlog.stdlib.get_logger(__name__)

PROBLEM_MEDIA_TYPE = "application/problem+json"
MOST_FIELDS = 50  # more wrong fields than these help nobody
LONGEST_FIELD = 200  # a field may be one that the sender made up


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
    return _respond(write_problem(error, request.url.path), error.headers)


def _respond(problem: Problem, headers: Mapping[str, str] | None) -> JSONResponse:
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        headers=headers,
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
    return _respond(problem, error.headers)


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


def explain_failure(error: Exception) -> TextbookError:
    """What a person is told of a failure in the middle of an answer; the log has the rest."""
    if isinstance(error, TextbookError):
        return error
    logger.error("stream broken off", exc_info=error)
    if isinstance(error, SQLAlchemyError):
        return ServiceUnavailable("The database does not answer. Try again in a moment.")
    return TextbookError("Something went wrong on our side. It has been logged.")
