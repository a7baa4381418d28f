"""HTTP for accounts: registering, signing in and out, and what is one's own."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.security import OAuth2PasswordRequestForm

from server.core.database.dependencies import SessionDep, SessionsDep
from server.core.http.openapi import describe_problems
from server.learners.accounts import service
from server.learners.accounts.dependencies import (
    AddressDep,
    ClaimsDep,
    ExportsDep,
    LearnerDep,
    SignInsDep,
    forbid_storing,
)
from server.learners.accounts.domain import Account, TokenPair
from server.learners.accounts.schemas import (
    AccountResponse,
    ExportResponse,
    PasswordRequest,
    RefreshRequest,
    RegisterRequest,
    TokenResponse,
)
from server.learners.profiles.schemas import OnboardingRequest

Credentials = Annotated[OAuth2PasswordRequestForm, Depends()]


router = APIRouter(dependencies=[Depends(forbid_storing)])
auth = APIRouter(prefix="/auth", tags=["accounts"])
me = APIRouter(prefix="/me", tags=["accounts"], responses=describe_problems(401, 403))


@auth.post(
    "/register",
    status_code=201,
    response_model=TokenResponse,
    responses=describe_problems(403, 409, 422, 429),
)
async def register(
    request: RegisterRequest, sessions: SessionsDep, sign_ins: SignInsDep, address: AddressDep
) -> TokenPair:
    """Make an account and sign it in; how open this is, the site decides."""
    return await service.register(sessions, sign_ins, request.to_domain(), address)


@auth.post("/token", response_model=TokenResponse, responses=describe_problems(401, 422, 429))
async def create_token(
    form: Credentials, sessions: SessionsDep, sign_ins: SignInsDep, address: AddressDep
) -> TokenPair:
    """Sign in by e-mail address (as `username`) and password; repeated failures slow it down."""
    return await service.sign_in(sessions, sign_ins, form.username, form.password, address)


@auth.post("/refresh", response_model=TokenResponse, responses=describe_problems(401, 422))
async def refresh_token(
    request: RefreshRequest, sessions: SessionsDep, sign_ins: SignInsDep
) -> TokenPair:
    """Renew a session. The token sent is good for 30 s more; used later, it ends the session."""
    return await service.refresh(sessions, sign_ins, request.refresh_token)


@auth.post("/logout", status_code=204, responses=describe_problems(422))
async def end_session(request: RefreshRequest, session: SessionDep) -> None:
    """End the session that this refresh token belongs to."""
    await service.sign_out(session, request.refresh_token)


@me.get("", response_model=AccountResponse)
async def get_account(account: LearnerDep) -> Account:
    """The account that is signed in, with its profile and the profile's hash."""
    return account


@me.put("/onboarding", response_model=AccountResponse, responses=describe_problems(422))
async def put_onboarding(
    request: OnboardingRequest, account: LearnerDep, session: SessionDep
) -> Account:
    """Replace the onboarding answers; what is left out has its default."""
    return await service.change_onboarding(session, account, request.answers())


@me.put("/password", status_code=204, responses=describe_problems(422, 429))
async def put_password(
    request: PasswordRequest,
    account: LearnerDep,
    claims: ClaimsDep,
    sessions: SessionsDep,
    address: AddressDep,
) -> None:
    """Set a new password, and end all other sessions."""
    await service.change_password(
        sessions, account, request.to_domain(), keep=claims.session_id, address=address
    )


@me.get("/export")
async def export_account(
    account: LearnerDep, session: SessionDep, exports: ExportsDep, response: Response
) -> ExportResponse:
    """Everything that is held about the account."""
    response.headers["Content-Disposition"] = 'attachment; filename="chapterwise-account.json"'
    held = await service.export_account(session, account, exports)
    return ExportResponse.model_validate(
        {"account": account, "answers": dict(account.onboarding), **held}
    )


@me.delete("", status_code=204)
async def delete_account(account: LearnerDep, session: SessionDep, sign_ins: SignInsDep) -> None:
    """Erase the account and what belongs to it; log entries stay, without a name.

    Who then comes back with a token of the site's identity provider has a new, empty account.
    """
    await service.erase(session, account)
    sign_ins.access_tokens.good.forget(account.id)


router.include_router(auth)
router.include_router(me)
