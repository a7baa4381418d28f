"""Accounts: one function for each thing that people do with theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.core.packages import Export
from server.errors import Conflict, FieldError, Forbidden, InvalidInput, NotSignedIn
from server.learners.accounts import credentials as passwords
from server.learners.accounts import queries
from server.learners.accounts.attempts import queries as attempt_queries
from server.learners.accounts.attempts import service as throttling
from server.learners.accounts.attempts.service import SignInAttempt
from server.learners.accounts.credentials import find_email
from server.learners.accounts.domain import (
    AccessClaims,
    Account,
    AccountRole,
    Credentials,
    Invitation,
    NewAccount,
    PasswordChange,
    TokenPair,
)
from server.learners.accounts.identity_provider import IdentityProvider, create_identity_provider
from server.learners.accounts.queries import (
    count_answers,
    find_names,
    hold_account,
    select_answers,
    select_readers,
)
from server.learners.accounts.sessions import queries as session_queries
from server.learners.accounts.sessions.tokens import (
    AccessTokens,
    hash_token,
    load_secret,
    make_token,
)
from server.settings import Registration, Settings

__all__ = [
    "count_answers",
    "find_names",
    "hold_account",
    "load_secret",
    "select_answers",
    "select_readers",
]

REFRESH_GRACE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class SignIns:
    """How people get in here: who may register, what signs a token, how long a session lasts.

    The identity provider is the site's own, if it has one; its accounts have no sessions here.
    """

    registration: Registration
    registrations_per_hour: int
    access_tokens: AccessTokens
    session_lifetime: timedelta
    identity_provider: IdentityProvider | None


def create_sign_ins(settings: Settings) -> SignIns:
    """Raise ConfigurationError for a secret not fit to sign with, or half an identity provider."""
    lifetime = timedelta(minutes=settings.access_token_minutes)
    return SignIns(
        registration=settings.registration,
        registrations_per_hour=settings.registrations_per_hour,
        access_tokens=AccessTokens(load_secret(settings), lifetime),
        session_lifetime=timedelta(days=settings.refresh_token_days),
        identity_provider=create_identity_provider(settings),
    )


async def register(
    sessions: Sessions, sign_ins: SignIns, new: NewAccount, address: str
) -> TokenPair:
    """Make an account and sign it in, where this site lets people register."""
    _refuse_uninvited(sign_ins.registration, new.invite)
    await throttling.admit_registration(sessions, address, per_hour=sign_ins.registrations_per_hour)
    hashed = await passwords.hash_password(new.password)
    async with sessions.begin() as session:
        role = await _role_of(session, new)
        account = await queries.create_account(session, new.email, hashed, role, new.onboarding)
        if account is None:
            raise Conflict("There is already an account with this e-mail address.")
        return await _start_session(session, sign_ins, account)


async def sign_in(
    sessions: Sessions, sign_ins: SignIns, username: str, password: str, address: str
) -> TokenPair:
    """Exchange an e-mail address and its password for tokens; no session waits on the hash."""
    email = find_email(username)
    attempt = throttling.name_attempt(email or username, address)
    credentials = await _prove(sessions, attempt, email, password)
    if credentials is None:
        raise NotSignedIn("The e-mail address or the password is not right.")
    newer = await passwords.find_newer_hash(password, credentials.hashed_password)
    async with sessions.begin() as session:
        await _lock_unchanged(session, credentials)
        if newer is not None:
            await queries.save_password(session, credentials.account.id, newer)
        await attempt_queries.clear_attempts(session, attempt.account_key)
        return await _start_session(session, sign_ins, credentials.account)


async def refresh(sessions: Sessions, sign_ins: SignIns, token: str) -> TokenPair:
    """Exchange a refresh token for a new pair; one that was used long ago ends its family."""
    async with sessions.begin() as session:
        pair = await _rotate(session, sign_ins, hash_token(token))
    # The refusal comes after the commit, so that the end of a family is not rolled back by it.
    if pair is None:
        raise NotSignedIn("This session is over. Sign in again.")
    return pair


async def sign_out(session: AsyncSession, token: str) -> None:
    """End the session that this token belongs to, if it still does to one."""
    await session_queries.end_family_of(session, hash_token(token))


async def admit(sessions: Sessions, user_id: int) -> Account:
    """The account behind a valid token, read anew; raise NotSignedIn when it may not come in."""
    async with sessions() as session:
        return require_active(await queries.find_account(session, user_id))


async def find_session(sessions: Sessions, token: str) -> tuple[Account, str] | None:
    """The active account and the session id behind a refresh token, which is not used up."""
    async with sessions() as session:
        holder = await session_queries.find_holder(session, hash_token(token))
        account = await queries.find_account(session, holder[0]) if holder else None
    if holder is None or account is None or not account.is_active:
        return None
    return account, holder[1]


def require_active(account: Account | None) -> Account:
    """Raise NotSignedIn for an account that is gone or was deactivated."""
    if account is None or not account.is_active:
        raise NotSignedIn("This account is not active.")
    return account


async def change_onboarding(
    session: AsyncSession, account: Account, onboarding: Mapping[str, str]
) -> Account:
    """Give an account other onboarding answers."""
    return require_active(await queries.save_onboarding(session, account.id, onboarding))


async def change_password(
    sessions: Sessions, account: Account, change: PasswordChange, *, keep: str | None, address: str
) -> None:
    """Set a new password for who knows the current one, and end all sessions but one."""
    if account.email is None:
        raise Forbidden("Your account has no password here: change it at your identity provider.")
    attempt = throttling.name_attempt(account.email, address)
    credentials = await _prove(sessions, attempt, account.email, change.current)
    if credentials is None:
        field = FieldError("body.current_password", "is not your password")
        raise InvalidInput("The current password is not right.", fields=[field])
    hashed = await passwords.hash_password(change.new)
    async with sessions.begin() as session:
        await _lock_unchanged(session, credentials)
        await queries.save_password(session, account.id, hashed)
        await session_queries.end_sessions(session, account.id, keep=keep)
        await attempt_queries.clear_attempts(session, attempt.account_key)


async def export_account(
    session: AsyncSession, account: Account, exports: Sequence[Export]
) -> dict[str, object]:
    """Everything we hold about an account, but for what proves who it is."""
    held: dict[str, object] = {
        "sessions": [
            asdict(each) for each in await session_queries.list_sessions(session, account.id)
        ],
        "invitations": [asdict(each) for each in await _list_invitations(session, account)],
    }
    for export in exports:
        held.update(await export(session, account.id))
    return held


async def erase(session: AsyncSession, account: Account) -> None:
    """Erase an account, with the sign-ins that failed."""
    if account.email is not None:
        await attempt_queries.clear_attempts(session, throttling.name_account(account.email))
    await queries.erase_account(session, account)


async def _list_invitations(session: AsyncSession, account: Account) -> Sequence[Invitation]:
    """Invitations are for addresses, so that who has none has none of them."""
    return await queries.list_invitations(session, account.email) if account.email else ()


def _refuse_uninvited(registration: Registration, invite: str | None) -> None:
    if registration is Registration.CLOSED:
        raise Forbidden("This site does not take registrations.")
    if registration is Registration.INVITE and not invite:
        raise _refuse_invite("This site takes registrations by invitation only.")


async def _role_of(session: AsyncSession, new: NewAccount) -> AccountRole:
    """The role that the invitation gives, which is taken with it; a learner without one."""
    if not new.invite:
        return AccountRole.LEARNER
    role = await queries.use_invitation(session, hash_token(new.invite), new.email)
    if role is None:
        raise _refuse_invite(
            "This invitation is not good: it is for another address, was used, or has expired."
        )
    return role


def _refuse_invite(sentence: str) -> Forbidden:
    """The field is named, so that a form that did not ask for an invitation can."""
    return Forbidden(sentence, fields=[FieldError("body.invite", sentence)])


async def _prove(
    sessions: Sessions, attempt: SignInAttempt, email: str | None, password: str
) -> Credentials | None:
    """What an active account is known by, if this is its password; a failure is counted.

    It takes as long where there is no such account.
    """
    await throttling.admit_sign_in(sessions, attempt)
    credentials = None
    if email is not None:
        async with sessions() as session:
            credentials = await queries.find_credentials(session, email)
    hashed = credentials.hashed_password if credentials else None
    right = await passwords.verify_password(password, hashed)
    if credentials is not None and right and credentials.account.is_active:
        return credentials
    await throttling.note_failure(sessions, attempt)
    return None


async def _lock_unchanged(session: AsyncSession, credentials: Credentials) -> None:
    """Go on only if the password that was checked is still the account's."""
    now = await queries.lock_credentials(session, credentials.account.id)
    if now is None or now.hashed_password != credentials.hashed_password:
        raise NotSignedIn("The password has been changed meanwhile. Sign in again.")
    require_active(now.account)


async def _rotate(session: AsyncSession, sign_ins: SignIns, token_hash: str) -> TokenPair | None:
    """The next pair, or None. All that changes an account's sessions takes turns on its row."""
    owner = await session_queries.find_owner(session, token_hash)
    locked = await queries.lock_credentials(session, owner) if owner is not None else None
    token = await session_queries.find_refresh_token(session, token_hash, REFRESH_GRACE)
    if locked is None or token is None:
        return None
    if token.rotated and not token.in_grace:
        await session_queries.end_family(session, token.family)
        return None
    if token.expired or not locked.account.is_active:
        return None
    await session_queries.mark_rotated(session, token_hash)
    return await _issue(session, sign_ins, locked.account, token.family, token.generation + 1)


async def _start_session(session: AsyncSession, sign_ins: SignIns, account: Account) -> TokenPair:
    await session_queries.prune_expired(session)
    return await _issue(session, sign_ins, account, family=uuid4().hex, generation=0)


def issue_access_token(sign_ins: SignIns, account: Account, session_id: str) -> tuple[str, int]:
    """An access token for a session that was found by its cookie, and for how many seconds."""
    token = sign_ins.access_tokens.issue(AccessClaims(user_id=account.id, session_id=session_id))
    return token, int(sign_ins.access_tokens.lifetime.total_seconds())


async def _issue(
    session: AsyncSession, sign_ins: SignIns, account: Account, family: str, generation: int
) -> TokenPair:
    refresh_token = make_token()
    await session_queries.add_refresh_token(
        session,
        hash_token(refresh_token),
        family,
        account.id,
        generation,
        sign_ins.session_lifetime,
    )
    claims = AccessClaims(user_id=account.id, session_id=family)
    return TokenPair(
        access_token=sign_ins.access_tokens.issue(claims),
        refresh_token=refresh_token,
        expires_in=int(sign_ins.access_tokens.lifetime.total_seconds()),
        account=account,
    )
