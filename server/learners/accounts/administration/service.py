"""What an admin does with accounts, on the page and at the command line; all of it is audited."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.auditing.domain import Act, ActKind
from server.core.auditing.service import record
from server.core.database.engine import Sessions, delete_in_steps
from server.errors import Conflict, FieldError, Forbidden, InvalidInput, NotFound
from server.learners.accounts import credentials as passwords
from server.learners.accounts import queries
from server.learners.accounts.attempts import queries as attempt_queries
from server.learners.accounts.attempts import service as throttling
from server.learners.accounts.credentials import NotAnEmail, normalize_email
from server.learners.accounts.domain import (
    MAX_PASSWORD_LENGTH,
    MIN_PASSWORD_LENGTH,
    Account,
    AccountFilter,
    AccountPage,
    AccountRole,
    ListedAccount,
)
from server.learners.accounts.sessions import queries as session_queries
from server.learners.accounts.sessions.tokens import hash_token, make_token

INVITATION_LIFETIME = timedelta(days=14)
MOST_DIGITS = 11  # more than the largest id has


async def create(session: AsyncSession, email: str, password: str, role: AccountRole) -> Account:
    """Add an account as an admin does, with its role."""
    email = _read_email(email)
    hashed = await _hash(password)
    account = await queries.create_account(session, email, hashed, role, {})
    if account is None:
        raise _taken(email)
    await _record(session, None, ActKind.CREATE, account, role=role)
    return account


async def set_role(
    session: AsyncSession, handle: str, role: AccountRole, *, by: int | None = None
) -> Account:
    """The account as it was; `by` is the admin who does it, nobody at the command line."""
    account = await _take(session, handle, by)
    if account.role is not role:
        await queries.save_role(session, account.id, role)
        await _record(session, by, ActKind.ROLE, account, role=role, before=account.role)
    return account


async def set_password(session: AsyncSession, handle: str, password: str) -> Account:
    """End every session too: who had the old password is out."""
    account = await load(session, handle)
    if account.email is None:
        raise Forbidden(f"{account.name} has no password here: it is changed there.")
    hashed = await _hash(password)
    await queries.lock_credentials(session, account.id)
    await queries.save_password(session, account.id, hashed)
    await session_queries.end_sessions(session, account.id)
    await attempt_queries.clear_attempts(session, throttling.name_account(account.email))
    await _record(session, None, ActKind.PASSWORD, account)
    return account


async def set_active(
    session: AsyncSession, handle: str, *, active: bool, by: int | None = None
) -> Account:
    """A deactivated account is refused from its next request on, and its sessions end."""
    account = await _take(session, handle, by)
    await queries.lock_credentials(session, account.id)
    await queries.save_active(session, account.id, active=active)
    if not active:
        await session_queries.end_sessions(session, account.id)
    if account.is_active is not active:
        kind = ActKind.ACTIVATE if active else ActKind.DEACTIVATE
        await _record(session, by, kind, account)
    return account


async def sign_out(session: AsyncSession, handle: str, *, by: int | None = None) -> Account:
    """End every session of somebody's account, as an admin does."""
    account = await load(session, handle)
    await queries.lock_credentials(session, account.id)
    await session_queries.end_sessions(session, account.id)
    await _record(session, by, ActKind.SIGN_OUT, account)
    return account


async def invite(
    session: AsyncSession, email: str, role: AccountRole, *, by: int | None = None
) -> str:
    """The token of a new invitation, which is stored nowhere."""
    email = _read_email(email)
    if await queries.find_account_by_email(session, email) is not None:
        raise _taken(email)
    token = make_token()
    await queries.create_invitation(session, hash_token(token), email, role, INVITATION_LIFETIME)
    await _record(session, by, ActKind.INVITE, None, role=role)
    return token


async def list_page(
    session: AsyncSession, wanted: AccountFilter, *, limit: int, offset: int
) -> AccountPage:
    """Some of the accounts, with the sessions that each holds."""
    total = await queries.count_accounts(session, wanted)
    accounts = await queries.find_accounts(session, wanted, limit=limit, offset=offset)
    held = await session_queries.count_sessions(session, [each.id for each in accounts])
    return AccountPage(total, tuple(ListedAccount(each, held.get(each.id)) for each in accounts))


async def load(session: AsyncSession, handle: str) -> Account:
    """By e-mail address, or by id, since not every account has an address."""
    handle = handle.strip()
    if handle.isascii() and handle.isdecimal():
        account = await queries.find_account(session, _read_id(handle))
    else:
        account = await queries.find_account_by_email(session, _read_email(handle))
    if account is None:
        raise NotFound(f"There is no account with the e-mail address or id {handle}.")
    return account


def check_password(password: str) -> None:
    """Raise InvalidInput for a password of a length that is not accepted."""
    if not MIN_PASSWORD_LENGTH <= len(password) <= MAX_PASSWORD_LENGTH:
        message = f"must have {MIN_PASSWORD_LENGTH} to {MAX_PASSWORD_LENGTH} characters"
        raise InvalidInput(f"The password {message}.", fields=[FieldError("password", message)])


async def _hash(password: str) -> str:
    check_password(password)
    return await passwords.hash_password(password)


async def _take(session: AsyncSession, handle: str, by: int | None) -> Account:
    """The account, once it is our turn to change it.

    Admins who change accounts take turns, and each has to be one still when the turn comes. Nobody
    changes the own account, so whoever changed another's remains: no site loses its last admin so.
    At the command line there is always a way to make one.
    """
    admins = await queries.lock_admins(session)
    account = await load(session, handle)
    if by is not None and by not in admins:
        raise Forbidden("You are not an admin any more.")
    if account.id == by:
        raise Forbidden("Your own role and state can only be changed by another admin.")
    return account


async def _record(
    session: AsyncSession, by: int | None, kind: ActKind, account: Account | None, **more: str
) -> None:
    """The account is named by its number only: its address must not outlive it here."""
    details: dict[str, object] = {**more}
    if account is not None:
        details["account"] = account.id
    if by is None:
        details["by"] = "command line"
    await record(session, by, Act(kind, details=details))


def _read_id(digits: str) -> int:
    """The id; the database would stumble on one that is too large, and 0 is nobody's either."""
    number = int(digits[:MOST_DIGITS])
    return number if number <= queries.LARGEST_ID else 0


def _read_email(text: str) -> str:
    try:
        return normalize_email(text)
    except NotAnEmail as error:
        raise InvalidInput(str(error), fields=[FieldError("email", str(error))]) from error


def _taken(email: str) -> Conflict:
    return Conflict(f"There is already an account with the e-mail address {email}.")


INVITATIONS_KEPT = timedelta(days=30)  # after they were used or have expired


async def prune(sessions: Sessions) -> int:
    """Forget all of it, a little at a time; return how many rows that was."""

    async def forget_some(session: AsyncSession) -> int:
        return (
            await session_queries.prune_expired(session)
            + await attempt_queries.prune_attempts(session)
            + await queries.delete_old_invitations(session, INVITATIONS_KEPT)
        )

    return await delete_in_steps(sessions, forget_some)
