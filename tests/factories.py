"""Things that tests start from, made directly and quickly."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from itertools import count
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts import queries
from server.learners.accounts.credentials import CONTEXT
from server.learners.accounts.domain import AccessClaims, Account, AccountRole
from server.learners.accounts.sessions.tokens import AccessTokens, load_secret
from server.settings import Settings

PASSWORD = "correct horse battery"

_numbers = count(1)


@lru_cache
def hashed_password() -> str:
    """A hash of PASSWORD, made once for the run."""
    return CONTEXT.hash(PASSWORD)


async def create_account(
    session: AsyncSession,
    *,
    email: str | None = None,
    role: AccountRole = AccountRole.LEARNER,
    onboarding: Mapping[str, str] | None = None,
) -> Account:
    """An account whose password is PASSWORD, committed like everything a route would write."""
    account = await queries.create_account(
        session,
        email or f"learner-{next(_numbers)}@example.test",
        hashed_password(),
        role,
        onboarding or {},
    )
    assert account is not None
    await session.commit()
    return account


def sign_in(settings: Settings, account: Account) -> dict[str, str]:
    """The headers of a request that this account makes."""
    tokens = AccessTokens(load_secret(settings), timedelta(minutes=15))
    claims = AccessClaims(user_id=account.id, session_id=uuid4().hex)
    return {"Authorization": f"Bearer {tokens.issue(claims)}"}
