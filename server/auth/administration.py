"""What an administrator does with accounts at the command line."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.auth import attempt_queries, passwords, queries, session_queries, throttling
from server.auth.domain import (
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    Account,
    AccountRole,
)
from server.auth.emails import NotAnEmail, normalize_email
from server.auth.tokens import hash_token, make_token
from server.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound

INVITATION_LIFETIME = timedelta(days=14)
LARGEST_ID = 2**31 - 1
MOST_DIGITS = 11  # more than the largest id has


async def create(session: AsyncSession, email: str, password: str, role: AccountRole) -> Account:
    email = _read_email(email)
    hashed = await _hash(password)
    account = await queries.create_account(session, email, hashed, role, {})
    if account is None:
        raise _taken(email)
    return account


async def set_role(session: AsyncSession, handle: str, role: AccountRole) -> Account:
    account = await _load(session, handle)
    await queries.save_role(session, account.id, role)
    return account


async def set_password(session: AsyncSession, handle: str, password: str) -> Account:
    """End every session too: who had the old password is out."""
    account = await _load(session, handle)
    if account.email is None:
        raise Forbidden(f"{account.name} has no password here: it is changed there.")
    hashed = await _hash(password)
    await queries.lock_credentials(session, account.id)
    await queries.save_password(session, account.id, hashed)
    await session_queries.end_sessions(session, account.id)
    await attempt_queries.clear_attempts(session, throttling.name_account(account.email))
    return account


async def set_active(session: AsyncSession, handle: str, *, active: bool) -> Account:
    """A deactivated account is refused from its next request on, and its sessions end."""
    account = await _load(session, handle)
    await queries.lock_credentials(session, account.id)
    await queries.save_active(session, account.id, active=active)
    if not active:
        await session_queries.end_sessions(session, account.id)
    return account


async def invite(session: AsyncSession, email: str, role: AccountRole) -> str:
    """The token of a new invitation, which is stored nowhere."""
    email = _read_email(email)
    if await queries.find_account_by_email(session, email) is not None:
        raise _taken(email)
    token = make_token()
    await queries.create_invitation(session, hash_token(token), email, role, INVITATION_LIFETIME)
    return token


async def list_all(session: AsyncSession) -> Sequence[Account]:
    return await queries.list_accounts(session)


def check_password(password: str) -> None:
    """Raise InvalidInput for a password of a length that is not accepted."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        message = f"must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters"
        raise InvalidInput(f"The password {message}.", fields=[FieldError("password", message)])


async def _hash(password: str) -> str:
    check_password(password)
    return await passwords.hash_password(password)


async def _load(session: AsyncSession, handle: str) -> Account:
    """By e-mail address, or by id, since not every account has an address."""
    handle = handle.strip()
    if handle.isascii() and handle.isdecimal():
        account = await queries.find_account(session, _read_id(handle))
    else:
        account = await queries.find_account_by_email(session, _read_email(handle))
    if account is None:
        raise NotFound(f"There is no account with the e-mail address or id {handle}.")
    return account


def _read_id(digits: str) -> int:
    """The id; the database would stumble on one that is too large, and 0 is nobody's either."""
    number = int(digits[:MOST_DIGITS])
    return number if number <= LARGEST_ID else 0


def _read_email(text: str) -> str:
    try:
        return normalize_email(text)
    except NotAnEmail as error:
        raise InvalidInput(str(error), fields=[FieldError("email", str(error))]) from error


def _taken(email: str) -> Conflict:
    return Conflict(f"There is already an account with the e-mail address {email}.")
