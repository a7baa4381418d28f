"""From a bearer token to whose it is: one of ours, or one of the site's identity provider.

An account from the provider is made when its owner is first seen, and found again by issuer and
subject together. An e-mail address that a token may hold is neither read nor stored: whoever can
choose theirs at the provider could otherwise come in as somebody else.

REGISTRATION=closed takes no new accounts from the provider either. `invite` does: there the
provider vouches for its people as an invitation would, while passwords are for the invited only.
Who erases their account and then shows a token of the same identity has a new, empty one.
"""

import time

from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.errors import Forbidden, NotSignedIn
from server.learners.accounts import queries
from server.learners.accounts.domain import AccessClaims, Identity
from server.learners.accounts.identity_provider import IdentityProvider, find_issuer
from server.learners.accounts.service import SignIns
from server.settings import Registration

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
