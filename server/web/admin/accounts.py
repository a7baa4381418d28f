"""The page of accounts: who is here, and who may do what."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.auth import administration
from server.auth.domain import AccountRole
from server.database.dependencies import SessionDep
from server.errors import Forbidden
from server.web.dependencies import AdminPageDep, PagesDep, TrustedForm, VisitDep

router = APIRouter(include_in_schema=False)
logger = structlog.stdlib.get_logger(__name__)


@router.get("/admin/accounts")
async def show_accounts(
    visit: VisitDep,
    _admin: AdminPageDep,
    pages: PagesDep,
    session: SessionDep,
    changed: int | None = None,
) -> HTMLResponse:
    accounts = await administration.list_all(session)
    context = {"accounts": accounts, "all_roles": list(AccountRole), "changed": changed}
    return pages.show(visit, "admin/accounts.html", context)


@router.post("/admin/accounts", dependencies=[TrustedForm])
async def change_account(
    admin: AdminPageDep,
    session: SessionDep,
    email: Annotated[str, Form()],
    role: Annotated[AccountRole, Form()],
) -> Response:
    """Give an account another role; one's own stays, so that no site loses its last admin."""
    changed = await administration.set_role(session, email, role)
    if changed.id == admin.id:  # the change is taken back with the refusal
        raise Forbidden("Your own role can only be changed by another admin.")
    logger.info("role changed", user_id=admin.id, of_user_id=changed.id, role=role)
    return RedirectResponse(f"/admin/accounts?changed={changed.id}", status_code=303)
