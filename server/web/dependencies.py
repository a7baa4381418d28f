"""Who visits, and what pages are made with."""

from collections.abc import Callable, Mapping
from typing import Annotated

import anyio.to_thread
from fastapi import Depends, Form, Header, Request

from server.book.chapters.dependencies import LibraryDep
from server.core.database.dependencies import SessionsDep
from server.core.packages import find_part
from server.errors import Forbidden, NotSignedIn
from server.learners.accounts import service as accounts
from server.learners.accounts.domain import Account, AccountRole
from server.web.cookies import FORM_FIELD, FORM_HEADER, Cookies
from server.web.errors import SignInFirst
from server.web.pages import Visit

CookiesDep = Annotated[Cookies, Depends(find_part("cookies", Cookies))]


async def get_visit(request: Request, sessions: SessionsDep, cookies: CookiesDep) -> Visit:
    """Anybody's visit; the account of its session cookie, read anew, if there is one."""
    token = cookies.read_session(request)
    found = await accounts.find_session(sessions, token) if token else None
    account, session_id = found or (None, None)
    visit = Visit(request, account, session_id, cookies, cookies.form_secret(request))
    request.state.visit = visit  # the page of a refusal knows who is here, too
    return visit


VisitDep = Annotated[Visit, Depends(get_visit)]


def get_member(visit: VisitDep) -> Account:
    """The account, or the way to sign in and back here."""
    if visit.account is None:
        is_page = visit.request.method == "GET"
        raise SignInFirst(back=visit.request.url.path if is_page else "/")
    return visit.account


def get_script_member(visit: VisitDep) -> Account:
    """Return who is signed in for our pages' script, which cannot follow the way to a page."""
    if visit.account is None:
        raise NotSignedIn("Your session has ended. Sign in again.")
    return visit.account


MemberDep = Annotated[Account, Depends(get_member)]
ScriptMemberDep = Annotated[Account, Depends(get_script_member)]


def require(role: AccountRole) -> Callable[[Account], Account]:
    """A dependency that shows the page to accounts whose role includes this one."""

    def refuse_lesser(member: MemberDep) -> Account:
        if not member.role.includes(role):
            raise Forbidden(f"This page is for accounts with the role {role}.")
        return member

    return refuse_lesser


InstructorPage = Depends(require(AccountRole.INSTRUCTOR))
InstructorPageDep = Annotated[Account, InstructorPage]
AdminPageDep = Annotated[Account, Depends(require(AccountRole.ADMIN))]


async def get_titles(library: LibraryDep) -> Mapping[str, str]:
    """Return the chapters' titles for a page, by their id, in the order of the book."""
    chapters = await anyio.to_thread.run_sync(library.list_chapters)
    return {each.chapter_id: each.title for each in chapters}


TitlesDep = Annotated[Mapping[str, str], Depends(get_titles)]


def trust_form(
    request: Request,
    cookies: CookiesDep,
    form_token: Annotated[str, Form(alias=FORM_FIELD)] = "",
) -> None:
    """Every form that changes something depends on this."""
    cookies.check_form(request, form_token)


def trust_script(
    request: Request,
    cookies: CookiesDep,
    form_token: Annotated[str, Header(alias=FORM_HEADER)] = "",
) -> None:
    """Refuse what comes without the token of our pages' script."""
    cookies.check_form(request, form_token)


TrustedForm = Depends(trust_form)
TrustedScript = Depends(trust_script)
