"""Who is asking: from a request to the claims of its token, and from those to the account."""

import time
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import OAuth2PasswordBearer
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.dependencies import SessionsDep, get_sessions
from server.core.database.engine import Sessions
from server.core.packages import Export
from server.errors import Forbidden, NotSignedIn
from server.learners.accounts import queries, service
from server.learners.accounts.domain import (
    AccessClaims,
    Account,
    AccountRole,
    Identity,
)
from server.learners.accounts.identity_provider import IdentityProvider, find_issuer
from server.learners.accounts.service import SignIns
from server.settings import Registration

# It reads nothing itself: it makes "Authorize" work in the API's documentation.
bearer = OAuth2PasswordBearer(
    tokenUrl="/api/v1/auth/token",
    auto_error=False,
    description="An access token from `POST /api/v1/auth/token`, or one of the site's own OpenID "
    "Connect identity provider, where the site has one.",
)


def get_sign_ins(request: Request) -> SignIns:
    """Return what accounts sign in with."""
    sign_ins: SignIns = request.app.state.sign_ins
    return sign_ins


def get_exports(request: Request) -> tuple[Export, ...]:
    """Return what each package adds to an account's export."""
    exports: tuple[Export, ...] = request.app.state.account_exports
    return exports


def get_address(request: Request) -> str:
    """The caller's address; the server has resolved trusted proxies already."""
    return request.client.host if request.client else ""


def forbid_storing(response: Response) -> None:
    """Tokens and personal data stay out of every cache on the way."""
    response.headers["Cache-Control"] = "no-store"


async def read_claims(request: Request) -> AccessClaims:
    """What the request's token says; raise NotSignedIn.

    The database is only asked for a token of the identity provider, and not while it is remembered.
    """
    scheme, token = get_authorization_scheme_param(request.headers.get("Authorization"))
    if scheme.lower() != "bearer" or not token:
        raise NotSignedIn
    sign_ins = get_sign_ins(request)
    remembered = sign_ins.access_tokens.good.find(token)
    return remembered or await identify(get_sessions(request), sign_ins, token)


async def get_claims(
    request: Request, _documented: Annotated[str | None, Depends(bearer)]
) -> AccessClaims:
    """Return what the access token of a request claims."""
    return await read_claims(request)


ClaimsDep = Annotated[AccessClaims, Depends(get_claims)]


async def get_learner(claims: ClaimsDep, sessions: SessionsDep) -> Account:
    """Any active account: every role includes the learner's."""
    return await service.admit(sessions, claims.user_id)


LearnerDep = Annotated[Account, Depends(get_learner)]


def require(role: AccountRole) -> Callable[[Account], Awaitable[Account]]:
    """A dependency that lets in accounts whose role includes this one."""

    async def refuse_lesser(account: LearnerDep) -> Account:
        if not account.role.includes(role):
            raise Forbidden(f"Only an account with the role {role} may do this.")
        return account

    return refuse_lesser


InstructorDep = Annotated[Account, Depends(require(AccountRole.INSTRUCTOR))]
AdminDep = Annotated[Account, Depends(require(AccountRole.ADMIN))]
SignInsDep = Annotated[SignIns, Depends(get_sign_ins)]
ExportsDep = Annotated[tuple[Export, ...], Depends(get_exports)]
AddressDep = Annotated[str, Depends(get_address)]

# A key that the provider takes back, or an account that was erased through another worker, is
# noticed after this long at the latest.
REMEMBERED_S = 60


async def identify(sessions: Sessions, sign_ins: SignIns, token: str) -> AccessClaims:
    """Whose token this is; raise NotSignedIn, or Forbidden where no new account is taken."""
    provider = sign_ins.identity_provider
    if provider is None or find_issuer(token) != provider.issuer:
        return sign_ins.access_tokens.read(token)
    return await _identify_foreign(sessions, sign_ins, provider, token)


async def _identify_foreign(
    sessions: Sessions, sign_ins: SignIns, provider: IdentityProvider, token: str
) -> AccessClaims:
    proof = await provider.read(token)
    async with sessions.begin() as session:
        user_id = await _find_or_make(session, sign_ins, proof.identity)
    claims = AccessClaims(user_id=user_id, session_id=None)
    until = min(proof.expires_at, int(time.time()) + REMEMBERED_S)
    sign_ins.access_tokens.good.remember(token, until, claims)
    return claims


async def _find_or_make(session: AsyncSession, sign_ins: SignIns, identity: Identity) -> int:
    """The account's id. Of several first sights at once one makes it, and the others find it."""
    found = await queries.find_id_by_identity(session, identity)
    if found is not None:
        return found
    if sign_ins.registration is Registration.CLOSED:
        raise Forbidden("This site takes no new accounts.")
    made = await queries.create_account_of(session, identity)
    if made is not None:
        return made
    found = await queries.find_id_by_identity(session, identity)
    if found is None:
        raise NotSignedIn("This account has just been erased.")
    return found
