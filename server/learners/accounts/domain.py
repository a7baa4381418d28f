"""Accounts, their roles and their sessions as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import ConfigDict

from server.learners.profiles.domain import Profile, profile_hash, profile_of

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 1024


class AccountRole(StrEnum):
    """The roles, from the least to the most; each includes the ones before it."""

    LEARNER = "learner"
    INSTRUCTOR = "instructor"
    ADMIN = "admin"

    def includes(self, other: "AccountRole") -> bool:
        order = list(AccountRole)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is at the site's identity provider; a subject alone means nothing."""

    __pydantic_config__ = ConfigDict(title="IdentityResponse")

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Account:
    """Who is asking; `onboarding` is what the learner said, defaults not filled in.

    It has an e-mail address, with a password, or an identity at the site's identity provider.
    """

    id: int
    email: str | None
    identity: Identity | None
    role: AccountRole
    is_active: bool
    onboarding: Mapping[str, str]
    created_at: datetime

    @property
    def name(self) -> str:
        """What the account is called in a list."""
        if self.identity is not None:
            return f"{self.identity.subject} at {self.identity.issuer}"
        return self.email or str(self.id)

    @property
    def profile(self) -> Profile:
        return profile_of(self.onboarding)

    @property
    def profile_hash(self) -> str:
        return profile_hash(self.profile)

    def name_colleague(self, address: str | None) -> str | None:
        """Whom this account sees behind an address: all of it is for admins and for its owner."""
        is_shown = self.role.includes(AccountRole.ADMIN) or address == self.email
        return address if address is None or is_shown else address.partition("@")[0]


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts are asked for; with nothing named, all, the newest first."""

    search: str = ""  # in the address or the subject, or the whole number
    role: AccountRole | None = None
    is_active: bool | None = None
    oldest_first: bool = False


@dataclass(frozen=True, slots=True)
class SessionCount:
    """How many sessions an account holds now, and when the newest of them began."""

    count: int
    newest_at: datetime


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account as the list of accounts tells of it."""

    account: Account
    sessions: SessionCount | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """A part of the accounts; `total` counts all that were asked for."""

    total: int
    accounts: tuple[ListedAccount, ...]


@dataclass(frozen=True, slots=True)
class Credentials:
    """An account with the hash that its password is checked against; it never leaves `auth`."""

    account: Account
    hashed_password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccessClaims:
    """What a valid access token says of its account, and of which session (refresh family).

    A token of the identity provider belongs to no session of ours.
    """

    user_id: int
    session_id: str | None


@dataclass(frozen=True, slots=True)
class TokenPair:
    """What a sign-in gives: a short access token and the refresh token that renews it."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int
    account: Account
    token_type: str = "bearer"  # noqa: S105 - the name of the scheme, not a secret


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What a registration asks for, checked."""

    email: str
    password: str = field(repr=False)
    onboarding: Mapping[str, str]
    invite: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class PasswordChange:
    """The password that an account has, and the one that it wants."""

    current: str = field(repr=False)
    new: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A sign-in that is still held, as its owner may see it."""

    signed_in_at: datetime
    last_renewed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation without its token."""

    role: AccountRole
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """A refresh token as it stands in the database now, judged by the database's clock."""

    family: str
    user_id: int
    generation: int
    expired: bool
    rotated: bool
    in_grace: bool
