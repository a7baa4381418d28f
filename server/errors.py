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
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong with a request's input: where (`body.onboarding.role`), and what."""

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
    """400: the root of errors about a request that cannot be understood."""

    status = 400
    slug = "bad-request"
    title = "The request cannot be understood"


class NotSignedIn(TextbookError):
    """401: whoever asks has to sign in."""

    status = 401
    slug = "not-signed-in"
    title = "Sign in first"

    def __init__(self, detail: str = "Sign in to do this.") -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(TextbookError):
    """403: the root of errors about what an account may not do."""

    status = 403
    slug = "forbidden"
    title = "Your account may not do this"


class NotFound(TextbookError):
    """404: the root of errors about what is not there."""

    status = 404
    slug = "not-found"
    title = "There is nothing here"


class ChapterNotFound(NotFound):
    """404: no chapter of the book has this id."""

    slug = "chapter-not-found"
    title = "There is no such chapter"


class Conflict(TextbookError):
    """409: the root of errors about what has changed or is taken."""

    status = 409
    slug = "conflict"
    title = "This is already taken"


class InvalidInput(TextbookError):
    """422: the root of errors about input that is not valid."""

    status = 422
    slug = "invalid-input"
    title = "Some of the input is not valid"


class TooManyRequests(TextbookError):
    """429: the root of errors about limits of how often somebody may ask."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"

    def __init__(self, detail: str, *, retry_after_s: int) -> None:
        super().__init__(detail, headers={"Retry-After": str(retry_after_s)})


class ServiceUnavailable(TextbookError):
    """503: the root of errors about what does not answer now."""

    status = 503
    slug = "service-unavailable"
    title = "The service is not available right now"
