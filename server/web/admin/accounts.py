"""The page of accounts: who is here, who may do what, whom to let in and whom to send away."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, Depends, Form
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.core.database.dependencies import SessionDep
from server.errors import TextbookError
from server.learners.accounts.administration import service as administration
from server.learners.accounts.dependencies import SignInsDep
from server.learners.accounts.domain import Account, AccountFilter, AccountRole
from server.web.dependencies import AdminPageDep, TrustedForm, VisitDep
from server.web.pagination import Turning, read_page, write_query

router = APIRouter(include_in_schema=False)
logger = structlog.stdlib.get_logger(__name__)

PATH = "/admin/accounts"
PAGE_SIZE = 50
LONGEST_SEARCH = 255
CHOICES: Mapping[str, frozenset[str]] = {
    "role": frozenset(AccountRole),
    "state": frozenset({"active", "deactivated"}),
    "order": frozenset({"oldest"}),
}

Done = Literal["role", "activity", "sign-out"]
Handle = Annotated[str, Form(alias="email")]  # or the number, where there is no address
Back = Annotated[str, Form()]
RoleField = Annotated[AccountRole, Form()]


@dataclass(frozen=True)
class WantedAccounts:
    """Which accounts of the admins' list are shown: by its form's fields, and the page."""

    fields: Mapping[str, str]
    page: int

    @property
    def filter(self) -> AccountFilter:
        role, state = self.fields.get("role"), self.fields.get("state")
        return AccountFilter(
            search=self.fields.get("search", ""),
            role=AccountRole(role) if role else None,
            is_active=state == "active" if state else None,
            oldest_first=self.fields.get("order") == "oldest",
        )

    @property
    def query(self) -> str:
        return write_query({**self.fields, "page": str(self.page) if self.page > 1 else ""})


@dataclass(frozen=True)
class Invitation:
    """An invitation as the admins' page of accounts shows it, once."""

    email: str
    role: AccountRole
    link: str


@dataclass(frozen=True)
class Said:
    """What the admins' page of accounts says about the form that was sent."""

    done: str | None = None
    problem: str | None = None
    invitation: Invitation | None = None
    typed: str = ""  # the address that could not be invited


@dataclass(frozen=True)
class Desk:
    """Where an admin sits: everything that is done here needs the same things."""

    visit: VisitDep
    admin: AdminPageDep
    session: SessionDep
    sign_ins: SignInsDep

    async def show(self, wanted: WantedAccounts, said: Said, status: int = 200) -> HTMLResponse:
        offset = (wanted.page - 1) * PAGE_SIZE
        listed = await administration.list_page(
            self.session, wanted.filter, limit=PAGE_SIZE, offset=offset
        )
        context = {
            "listed": listed.accounts,
            "turn": Turning(PATH, wanted.fields, wanted.page, PAGE_SIZE, listed.total),
            "wanted": wanted,
            "said": said,
            "all_roles": list(AccountRole),
            "registration": self.sign_ins.registration,
            "minutes": int(self.sign_ins.access_tokens.lifetime.total_seconds() // 60),
            "days": administration.INVITATION_LIFETIME.days,
        }
        return self.visit.show("admin/accounts.html", context, status=status)

    async def do(self, done: Done, act: Awaitable[Account], back: str) -> Response:
        """Do it and go back to the list, or show the list with why it cannot be done."""
        wanted = read_wanted(dict(parse_qsl(back)))
        try:
            async with self.session.begin_nested():
                changed = await act
        except TextbookError as error:
            return await self.show(wanted, Said(problem=error.detail), error.status)
        logger.info("account changed", what=done, user_id=self.admin.id, of_user_id=changed.id)
        if done == "sign-out" and changed.id == self.admin.id:
            return self.visit.leave(f"/sign-in?back={PATH}")
        said = write_query({"done": done, "changed": str(changed.id)})
        return RedirectResponse(f"{PATH}?{wanted.query}&{said}".replace("?&", "?"), 303)


DeskDep = Annotated[Desk, Depends(Desk)]


def read_wanted(given: Mapping[str, str]) -> WantedAccounts:
    """What is asked for; what the form does not offer is left out."""
    words = "".join(each for each in given.get("search", "") if each.isprintable()).strip()
    chosen = {name: given.get(name, "") for name in CHOICES}
    known = {name: value for name, value in chosen.items() if value in CHOICES[name]}
    return WantedAccounts({"search": words[:LONGEST_SEARCH], **known}, read_page(given))


@router.get(PATH)
async def show_accounts(desk: DeskDep) -> HTMLResponse:
    """The admins' page of accounts."""
    given = desk.visit.request.query_params
    said = Said(done=await _find_done(desk, given.get("done", ""), given.get("changed", "")))
    return await desk.show(read_wanted(given), said)


@router.post(PATH, dependencies=[TrustedForm])
async def change_role(desk: DeskDep, handle: Handle, role: RoleField, back: Back = "") -> Response:
    """Give an account another role, from its next request on."""
    act = administration.set_role(desk.session, handle, role, by=desk.admin.id)
    return await desk.do("role", act, back)


@router.post(f"{PATH}/activity", dependencies=[TrustedForm])
async def change_activity(
    desk: DeskDep, handle: Handle, active: Annotated[bool, Form()], back: Back = ""
) -> Response:
    """Lock an account out from the admins' page, or let it in again."""
    act = administration.set_active(desk.session, handle, active=active, by=desk.admin.id)
    return await desk.do("activity", act, back)


@router.post(f"{PATH}/sign-out", dependencies=[TrustedForm])
async def sign_out(desk: DeskDep, handle: Handle, back: Back = "") -> Response:
    """End all sessions of an account from the admins' page; of one's own, too."""
    act = administration.sign_out(desk.session, handle, by=desk.admin.id)
    return await desk.do("sign-out", act, back)


@router.post(f"{PATH}/invite", dependencies=[TrustedForm])
async def invite(
    desk: DeskDep, email: Annotated[str, Form()], role: RoleField, back: Back = ""
) -> HTMLResponse:
    """The link stands in this answer only: it is kept nowhere, and in no address that is logged."""
    wanted, email = read_wanted(dict(parse_qsl(back))), email.strip()
    try:
        async with desk.session.begin_nested():
            token = await administration.invite(desk.session, email, role, by=desk.admin.id)
    except TextbookError as error:
        return await desk.show(wanted, Said(problem=error.detail, typed=email), error.status)
    logger.info("somebody was invited", user_id=desk.admin.id, role=role)
    link = desk.visit.request.base_url.replace(path="/sign-up", query=f"invite={token}")
    return await desk.show(wanted, Said(invitation=Invitation(email, role, str(link))))


async def _find_done(desk: Desk, done: str, changed: str) -> str | None:
    """What was done, in the words of how the account is now."""
    if done not in {"role", "activity", "sign-out"} or not changed.isdecimal():
        return None
    try:
        account = await administration.load(desk.session, changed)
    except TextbookError:
        return None
    if done == "role":
        article = "a" if account.role is AccountRole.LEARNER else "an"
        return f"{account.name} is now {article} {account.role}."
    if done == "sign-out":
        return f"All sessions of {account.name} have ended."
    if account.is_active:
        return f"{account.name} may sign in again."
    return f"{account.name} is deactivated, and all its sessions have ended."
