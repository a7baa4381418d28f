"""Every SQL statement about accounts and invitations; sessions and attempts stand beside it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    Update,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.book.languages.tags import DEFAULT_LANGUAGE
from server.core.database.statements import delete_some, matching
from server.learners.accounts.credentials import NO_PASSWORD
from server.learners.accounts.domain import (
    Account,
    AccountFilter,
    AccountRole,
    Credentials,
    Identity,
    Invitation,
)
from server.learners.accounts.models import InvitationRow, UserRow

NOBODYS_DOMAIN = "identity.invalid"
LARGEST_ID = 2**31 - 1  # ids are PostgreSQL integers


def select_account(user_id: int) -> Select[UserRow]:
    """The one read behind every signed-in request; a feature may add columns of its own to it."""
    return select(UserRow).where(UserRow.id == user_id)


def to_account(row: UserRow) -> Account:
    """Return the account that a row of `users` holds."""
    identity = _identity_of(row)
    return Account(
        id=row.id,
        email=None if identity else row.email,
        identity=identity,
        role=AccountRole(row.role),
        is_active=row.is_active,
        onboarding=row.onboarding,
        created_at=row.created_at,
    )


async def find_account(session: AsyncSession, user_id: int) -> Account | None:
    """Find an account by its number."""
    row = await session.scalar(select_account(user_id))
    return to_account(row) if row else None


async def find_account_by_email(session: AsyncSession, email: str) -> Account | None:
    """Find an account by its e-mail address."""
    row = await session.scalar(_select_by_email(email))
    return to_account(row) if row else None


async def find_id_by_identity(session: AsyncSession, identity: Identity) -> int | None:
    """Find the number of the account that an identity provider's user has."""
    return await session.scalar(
        select(UserRow.id).where(
            UserRow.issuer == identity.issuer, UserRow.subject == identity.subject
        )
    )


async def create_account_of(session: AsyncSession, identity: Identity) -> int | None:
    """The id of the new account, or None when somebody has made it in this very moment."""
    values = {
        "email": _address_nobody_has(identity),
        "hashed_password": NO_PASSWORD,
        "issuer": identity.issuer,
        "subject": identity.subject,
    }
    made = insert(UserRow).values(values).on_conflict_do_nothing().returning(UserRow.id)
    return await session.scalar(made)


async def find_credentials(session: AsyncSession, email: str) -> Credentials | None:
    """Find an account and its password's hash by its e-mail address."""
    row = await session.scalar(_select_by_email(email))
    return Credentials(to_account(row), row.hashed_password) if row else None


async def find_accounts(
    session: AsyncSession, wanted: AccountFilter, *, limit: int | None = None, offset: int = 0
) -> list[Account]:
    """Return the accounts that meet a filter, a page of them."""
    order = UserRow.id if wanted.oldest_first else UserRow.id.desc()
    rows = await session.scalars(
        select(UserRow).where(*_meets(wanted)).order_by(order).limit(limit).offset(offset)
    )
    return [to_account(row) for row in rows]


async def count_accounts(session: AsyncSession, wanted: AccountFilter) -> int:
    """Count the accounts that meet a filter."""
    counted = select(func.count()).select_from(UserRow).where(*_meets(wanted))
    return (await session.execute(counted)).scalar_one()


async def lock_admins(session: AsyncSession) -> Sequence[int]:
    """Take turns with whoever changes accounts; the active admins as they are when it is ours."""
    ids = await session.scalars(
        select(UserRow.id)
        .where(UserRow.role == AccountRole.ADMIN, UserRow.is_active)
        .order_by(UserRow.id)
        .with_for_update(key_share=True)
    )
    return ids.all()


async def create_account(
    session: AsyncSession,
    email: str,
    hashed_password: str,
    role: AccountRole,
    onboarding: Mapping[str, str],
) -> Account | None:
    """The new account, or None when the address is taken, be it in this very moment."""
    values = {
        "email": email,
        "hashed_password": hashed_password,
        "role": role,
        "onboarding": dict(onboarding),
    }
    statement = insert(UserRow).values(values).on_conflict_do_nothing(index_elements=["email"])
    row = await session.scalar(statement.returning(UserRow))
    return to_account(row) if row else None


async def lock_credentials(session: AsyncSession, user_id: int) -> Credentials | None:
    """Take turns with whatever else changes this account's sessions; others may still refer to it.

    What was read before is read anew, since it may have changed while we waited.
    """
    row = await session.scalar(
        select_account(user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return Credentials(to_account(row), row.hashed_password) if row else None


async def save_onboarding(
    session: AsyncSession, user_id: int, onboarding: Mapping[str, str]
) -> Account | None:
    """The account as it is now, or None when it has gone meanwhile."""
    row = await session.scalar(
        _change(user_id).values(onboarding=dict(onboarding)).returning(UserRow)
    )
    return to_account(row) if row else None


async def save_password(session: AsyncSession, user_id: int, hashed_password: str) -> None:
    """Give an account another password's hash."""
    await session.execute(_change(user_id).values(hashed_password=hashed_password))


async def save_role(session: AsyncSession, user_id: int, role: AccountRole) -> None:
    """Give an account another role."""
    await session.execute(_change(user_id).values(role=role))


async def save_active(session: AsyncSession, user_id: int, *, active: bool) -> None:
    """Switch an account on or off."""
    await session.execute(_change(user_id).values(is_active=active))


async def erase_account(session: AsyncSession, account: Account) -> None:
    """Sessions and cache rows go with it by cascade; log rows stay without a name."""
    if account.email is not None:
        await session.execute(delete(InvitationRow).where(InvitationRow.email == account.email))
    await session.execute(delete(UserRow).where(UserRow.id == account.id))


async def create_invitation(
    session: AsyncSession, token_hash: str, email: str, role: AccountRole, lifetime: timedelta
) -> None:
    """Keep an invitation to open an account, by its hash."""
    await session.execute(
        insert(InvitationRow).values(
            token_hash=token_hash, email=email, role=role, expires_at=func.now() + lifetime
        )
    )


async def use_invitation(session: AsyncSession, token_hash: str, email: str) -> AccountRole | None:
    """Take the invitation, which is good once: its role, or None where it is no good."""
    role = await session.scalar(
        update(InvitationRow)
        .where(
            InvitationRow.token_hash == token_hash,
            InvitationRow.email == email,
            InvitationRow.used_at.is_(None),
            InvitationRow.expires_at > func.now(),
        )
        .values(used_at=func.now())
        .returning(InvitationRow.role)
    )
    return AccountRole(role) if role else None


async def list_invitations(session: AsyncSession, email: str) -> Sequence[Invitation]:
    """List the invitations that an e-mail address was sent."""
    rows = await session.scalars(
        select(InvitationRow)
        .where(InvitationRow.email == email)
        .order_by(InvitationRow.created_at, InvitationRow.token_hash)
    )
    return [
        Invitation(AccountRole(row.role), row.created_at, row.expires_at, row.used_at)
        for row in rows
    ]


async def delete_old_invitations(session: AsyncSession, after: timedelta) -> int:
    """Delete some invitations to open an account that were used or expired so long ago."""
    row = InvitationRow
    over = func.coalesce(row.used_at, row.expires_at) < func.now() - after
    return await delete_some(session, row, row.token_hash, over)


def _select_by_email(email: str) -> Select[UserRow]:
    """Only accounts with an address of their own are found by one."""
    return select(UserRow).where(UserRow.email == email, UserRow.issuer.is_(None))


def _meets(wanted: AccountFilter) -> list[ColumnElement[bool]]:
    called = [_is_called(wanted.search)] if wanted.search else []
    return called + matching((UserRow.role, wanted.role), (UserRow.is_active, wanted.is_active))


def _is_called(words: str) -> ColumnElement[bool]:
    """By a part of the address or the subject; an address that stands for a subject is none."""
    called = [
        # Addresses are stored in lower case, and comparing them as they are is fast among many.
        UserRow.issuer.is_(None) & UserRow.email.contains(words.lower(), autoescape=True),
        UserRow.subject.icontains(words, autoescape=True),
    ]
    if words.isascii() and words.isdecimal() and int(words) <= LARGEST_ID:
        called.append(UserRow.id == int(words))
    return or_(*called)


def _identity_of(row: UserRow) -> Identity | None:
    if row.issuer is None or row.subject is None:
        return None
    return Identity(row.issuer, row.subject)


def _address_nobody_has(identity: Identity) -> str:
    name = sha256(f"{identity.issuer}\n{identity.subject}".encode()).hexdigest()
    return f"{name}@{NOBODYS_DOMAIN}"


def _change(user_id: int) -> Update:
    return update(UserRow).where(UserRow.id == user_id)


# The tag that an account's answers name, as far as it is written in its canonical form.
OWN_LANGUAGE = case(
    (UserRow.onboarding["preferred_language"].astext == "Urdu", "ur"),
    (
        UserRow.onboarding["preferred_language"].astext == "Other",
        func.coalesce(UserRow.onboarding["language_tag"].astext, DEFAULT_LANGUAGE),
    ),
    else_=DEFAULT_LANGUAGE,
)


async def count_answers(session: AsyncSession) -> list[tuple[dict[str, str], int]]:
    """The distinct answers of all active accounts, with how many have given each."""
    counted = select(UserRow.onboarding, func.count()).where(UserRow.is_active)
    found = await session.execute(counted.group_by(UserRow.onboarding))
    return [(dict(answers), int(number)) for answers, number in found]


async def find_names(session: AsyncSession, ids: Collection[int]) -> dict[int, str | None]:
    """The e-mail addresses of these accounts; None for one of an identity provider."""
    email = case((UserRow.issuer.is_(None), UserRow.email))
    found = await session.execute(select(UserRow.id, email).where(UserRow.id.in_(ids)))
    return {row[0]: row[1] for row in found}


def select_readers() -> Subquery:
    """Accounts with what a request needs to know of its reader, for others' statements."""
    row = UserRow
    return select(row.id, row.role, row.is_active, row.onboarding).subquery("reader")


def select_answers() -> Subquery:
    """Active accounts with their answers and the language that these name, likewise."""
    own_language = OWN_LANGUAGE.label("own_language")
    found = select(UserRow.id, UserRow.onboarding, own_language).where(UserRow.is_active)
    return found.subquery("account")


def hold_account(user_id: ColumnElement[int]) -> FromClause:
    """The account, if it is still there, which stays until the transaction ends."""
    held = select(UserRow.id).where(UserRow.id == user_id).with_for_update(key_share=True)
    return held.lateral("account")
