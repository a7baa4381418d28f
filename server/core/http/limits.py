"""What a body may not be, whichever route it is for: too long, or JSON with half a character."""

import json

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.core.http.problems import answer_problem
from server.errors import FieldError, InvalidInput, TextbookError

LENGTH = b"content-length"


class BodyTooLong(TextbookError):
    """A request's body is longer than the limit."""

    status = 413
    slug = "body-too-long"
    title = "This is too long"

    def __init__(self) -> None:
        super().__init__("What was sent is longer than anything that is read here.")


class BodyLimit:
    """ASGI middleware: a body of more bytes than this is refused before it fills the memory."""

    def __init__(self, app: ASGIApp, largest: int) -> None:
        self._app = app
        self._largest = largest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _find_length(scope) > self._largest:
            await answer_problem(Request(scope), BodyTooLong())(scope, receive, send)
        else:
            await self._app(scope, self._count(receive), send)

    def _count(self, receive: Receive) -> Receive:
        """Who did not say how long it is finds out on the way."""
        read = 0

        async def receive_some() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self._largest:
                raise BodyTooLong
            return message

        return receive_some


def _find_length(scope: Scope) -> int:
    """What the sender says; 0 where it says nothing that can be read."""
    declared: bytes = next((value for name, value in scope["headers"] if name == LENGTH), b"")
    return int(declared[:20]) if declared.isdigit() else 0


async def refuse_half_characters(request: Request) -> None:
    r"""JSON can write half a character (`"\ud800"`), which no UTF-8 and no database can hold.

    The framework has read and parsed the body before; bytes without such an escape cost one look.
    """
    if not request.headers.get("content-type", "").startswith("application/json"):
        return
    body = await request.body()
    if b"\\ud" in body.lower() and _holds_half_character(body):
        raise InvalidInput(
            "The body holds half a character: a surrogate without its other half.",
            fields=[FieldError("body", "holds a lone surrogate")],
        )


def _holds_half_character(body: bytes) -> bool:
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False
