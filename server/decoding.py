"""What a JSON body may not hold, whichever route it is for."""

import json

from fastapi import Request

from server.errors import FieldError, InvalidInput


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
