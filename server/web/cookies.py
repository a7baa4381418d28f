"""The session of a page: an opaque cookie, and the token that forms must bring back.

The cookie holds a refresh token that pages never rotate; it is stored hashed and ends with the
session's family. A form is believed only from our own origin and with a token that is derived from
a second cookie, which other sites can neither read nor set for us.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_urlsafe

from fastapi import Request, Response

from server.errors import Forbidden

SESSION_COOKIE = "chapterwise_session"
FORM_COOKIE = "chapterwise_form"
FORM_FIELD = "form_token"
FORM_HEADER = "x-form-token"


class FormNotTrusted(Forbidden):
    """A page's form came without its cookie's token."""

    slug = "form-not-trusted"
    title = "This form is too old"


@dataclass(frozen=True, slots=True)
class Cookies:
    """How cookies are set and forms are signed here."""

    secret: str
    secure: bool
    days: int

    def start_session(self, response: Response, token: str) -> None:
        response.set_cookie(
            SESSION_COOKIE,
            token,
            max_age=self.days * 86_400,
            httponly=True,
            samesite="lax",
            secure=self.secure,
            path="/",
        )

    def end_session(self, response: Response) -> None:
        response.delete_cookie(SESSION_COOKIE, path="/")

    def read_session(self, request: Request) -> str | None:
        return request.cookies.get(SESSION_COOKIE)

    def form_secret(self, request: Request) -> str:
        """The visitor's form cookie, or a new one that `keep_form_secret` will set."""
        return request.cookies.get(FORM_COOKIE) or token_urlsafe(24)

    def keep_form_secret(self, response: Response, form_secret: str) -> None:
        response.set_cookie(
            FORM_COOKIE,
            form_secret,
            httponly=True,
            samesite="strict",
            secure=self.secure,
            path="/",
        )

    def sign_form(self, form_secret: str) -> str:
        return hmac.new(self.secret.encode(), form_secret.encode(), sha256).hexdigest()

    def check_form(self, request: Request, token: str | None) -> None:
        """Raise FormNotTrusted unless the form is ours and was made for this visitor."""
        form_secret = request.cookies.get(FORM_COOKIE)
        expected = self.sign_form(form_secret) if form_secret else ""
        if not _is_same_origin(request) or not expected:
            raise FormNotTrusted("Open the page again and send the form from there.")
        # As bytes: of text, only ASCII is compared.
        if not hmac.compare_digest(expected.encode(), (token or "").encode()):
            raise FormNotTrusted("This form has expired. Open the page again.")


def _is_same_origin(request: Request) -> bool:
    """What browsers say of a request's origin; one that says nothing has no cookies to abuse."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return False
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.url.scheme}://{request.url.netloc}"
