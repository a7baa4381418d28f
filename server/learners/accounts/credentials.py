"""Passwords: argon2 by passlib, in a thread, a few at a time."""

import os
from functools import lru_cache
from secrets import token_urlsafe

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from email_validator import EmailNotValidError, validate_email
from passlib.context import CryptContext

from server.learners.accounts.domain import MAX_PASSWORD_LENGTH

CONTEXT = CryptContext(schemes=["argon2"])

# Kept in place of a hash where there is no password: no hash looks like it, so none equals it.
NO_PASSWORD = "!"  # noqa: S105 - it stands for there being none

# Each hash takes 64 MiB and a core for a while: more at a time than cores would only cost memory.
_limiter: RunVar[CapacityLimiter] = RunVar("password_limiter")


async def hash_password(password: str) -> str:
    """Hash a password, on a thread."""
    return await to_thread.run_sync(CONTEXT.hash, password, limiter=_current_limiter())


async def verify_password(password: str, hashed: str | None) -> bool:
    """Whether this is the password. Without a hash the answer is no, and takes as long."""
    return await to_thread.run_sync(_verify, password, hashed, limiter=_current_limiter())


async def find_newer_hash(password: str, hashed: str) -> str | None:
    """A hash with today's parameters, where this one was made with others."""
    return await hash_password(password) if CONTEXT.needs_update(hashed) else None


def _verify(password: str, hashed: str | None) -> bool:
    if hashed in {None, NO_PASSWORD} or len(password) > MAX_PASSWORD_LENGTH:
        CONTEXT.verify("", _dummy_hash())
        return False
    return CONTEXT.verify(password, hashed)


@lru_cache
def _dummy_hash() -> str:
    """A hash that no password is ever compared with but to spend the time."""
    return CONTEXT.hash(token_urlsafe())


def _current_limiter() -> CapacityLimiter:
    try:
        return _limiter.get()
    except LookupError:
        limiter = CapacityLimiter(max(2, os.cpu_count() or 1))
        _limiter.set(limiter)
        return limiter


LONGEST_EMAIL = 255


class NotAnEmail(ValueError):
    """The text is not an e-mail address; the message says what is wrong with it."""


def normalize_email(text: str) -> str:
    """The address in lower case and Unicode's normal form; raise NotAnEmail.

    Nothing is asked of the network, and addresses under `.test` are fine: many sites try the
    product out before any mail server knows them.
    """
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise NotAnEmail(str(error)) from error
    email = checked.normalized.lower()
    if len(email) > LONGEST_EMAIL:
        raise NotAnEmail("The e-mail address is too long.")
    return email


def find_email(text: str) -> str | None:
    """The address that a sign-in means, or None where it cannot be anybody's."""
    try:
        return normalize_email(text.strip())
    except NotAnEmail:
        return None
