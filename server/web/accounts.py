"""Pages of an account: sign up, sign in, the five questions, the profile, good-bye."""

import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.dependencies import SessionDep, SessionsDep
from server.errors import TextbookError
from server.learners.accounts import service
from server.learners.accounts.administration.service import check_password
from server.learners.accounts.dependencies import AddressDep, ExportsDep, SignInsDep
from server.learners.accounts.domain import Account, PasswordChange
from server.learners.accounts.schemas import RegisterRequest
from server.learners.profiles.domain import profile_of
from server.learners.profiles.schemas import OnboardingRequest
from server.web.dependencies import (
    MemberDep,
    ScriptMemberDep,
    TrustedForm,
    TrustedScript,
    VisitDep,
)
from server.web.errors import read_form
from server.web.pages import Visit

router = APIRouter(include_in_schema=False)


def get_back(back: str = "/") -> str:
    """Where to go on afterwards: a path of ours, never an address elsewhere."""
    plain = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if plain else "/"


def get_form_back(back: Annotated[str, Form()] = "/") -> str:
    """Return where the form to sign in or up leads back to."""
    return get_back(back)


BackDep = Annotated[str, Depends(get_back)]
FormBackDep = Annotated[str, Depends(get_form_back)]
FormText = Annotated[str, Form()]

# What the field for another language proposes; any BCP-47 tag is taken.
PROPOSED = ("ar", "bn", "de", "es", "fa", "fr", "hi", "id", "it", "ja", "ko", "pa", "ps", "pt-BR",
            "sd", "sw", "tr", "uk", "zh-Hans", "zh-Hant")  # fmt: skip


@router.get("/sign-in")
async def show_sign_in(visit: VisitDep, back: BackDep) -> HTMLResponse:
    """The page to sign in."""
    return visit.show("sign_in.html", {"back": back, "email": "", "problem": None})


@router.post("/sign-in", dependencies=[TrustedForm])
async def sign_in(
    visit: VisitDep,
    sessions: SessionsDep,
    sign_ins: SignInsDep,
    address: AddressDep,
    back: FormBackDep,
    email: FormText = "",
    password: FormText = "",
) -> Response:
    """Sign in from the page."""
    try:
        pair = await service.sign_in(sessions, sign_ins, email, password, address)
    except TextbookError as error:
        context = {"back": back, "email": email, "problem": error.detail}
        return visit.show("sign_in.html", context, status=error.status)
    return _go(visit, back, token=pair.refresh_token)


@router.post("/session/token", dependencies=[TrustedScript])
async def give_token(member: ScriptMemberDep, visit: VisitDep, sign_ins: SignInsDep) -> Response:
    """A short token of the API for the chapter's page, whose session is a cookie."""
    token, seconds = service.issue_access_token(sign_ins, member, visit.session_id or "")
    answer = {"access_token": token, "expires_in": seconds}
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@router.get("/sign-up")
async def show_sign_up(
    visit: VisitDep, sign_ins: SignInsDep, back: BackDep, invite: str = ""
) -> HTMLResponse:
    """The page to open an account."""
    context = {"registration": sign_ins.registration, "back": back, "email": "", "problem": None}
    return visit.show("sign_up.html", {**context, "invite": invite})


@router.post("/sign-up", dependencies=[TrustedForm])
async def sign_up(
    visit: VisitDep,
    sessions: SessionsDep,
    sign_ins: SignInsDep,
    address: AddressDep,
    back: FormBackDep,
    email: FormText = "",
    password: FormText = "",
    invite: FormText = "",
) -> Response:
    """Open an account from the page."""
    try:
        typed = {"email": email, "password": password, "invite": invite or None}
        request = read_form(RegisterRequest, typed)
        pair = await service.register(sessions, sign_ins, request.to_domain(), address)
    except TextbookError as error:
        context = {"back": back, "email": email, "invite": invite, "problem": error.detail}
        context["registration"] = sign_ins.registration
        return visit.show("sign_up.html", context, status=error.status)
    return _go(visit, f"/welcome?back={quote(back)}", token=pair.refresh_token)


@router.post("/sign-out", dependencies=[TrustedForm])
async def sign_out(visit: VisitDep, session: SessionDep) -> Response:
    """Sign out from a page."""
    token = visit.cookies.read_session(visit.request)
    if token:
        await service.sign_out(session, token)
    return visit.leave("/")


@router.get("/welcome")
async def show_welcome(visit: VisitDep, member: MemberDep, back: BackDep) -> HTMLResponse:
    """The page that asks a new account its questions."""
    return _show_profile(visit, member, "welcome.html", back=back)


def drop_other_language(values: dict[str, str]) -> dict[str, str]:
    """Drop the other language from a profile's form where the answer does not ask for one."""
    tag = values.pop("language_tag").strip()
    is_other = values["preferred_language"] == "Other"
    return {**values, "language_tag": tag} if is_other and tag else values


async def get_answers(request: Request) -> Mapping[str, str]:
    """The five questions as a form sends them."""
    form = await request.form()
    names = OnboardingRequest.model_fields
    return drop_other_language({name: str(form.get(name, "")) for name in names})


AnswersDep = Annotated[Mapping[str, str], Depends(get_answers)]


@router.post("/welcome", dependencies=[TrustedForm])
async def welcome(
    visit: VisitDep, member: MemberDep, session: SessionDep, answers: AnswersDep, back: FormBackDep
) -> Response:
    """Keep the answers that a new account's page sent."""
    try:
        await _change_answers(session, member, answers)
    except TextbookError as error:
        return _refuse_answers(visit, member, "welcome.html", error, answers, back=back)
    return RedirectResponse(back, status_code=303)


@router.get("/profile")
async def show_profile(visit: VisitDep, member: MemberDep) -> HTMLResponse:
    """The page of the own profile."""
    return _show_profile(visit, member, "profile.html")


@router.post("/profile", dependencies=[TrustedForm])
async def save_profile(
    visit: VisitDep, member: MemberDep, session: SessionDep, answers: AnswersDep
) -> Response:
    """Keep the answers that the profile's page sent."""
    try:
        changed = await _change_answers(session, member, answers)
    except TextbookError as error:
        return _refuse_answers(visit, member, "profile.html", error, answers)
    done = "Saved. Chapters are written for these answers from now on."
    return _show_profile(visit, changed, "profile.html", done=done)


@router.post("/profile/password", dependencies=[TrustedForm])
async def change_password(
    visit: VisitDep,
    member: MemberDep,
    sessions: SessionsDep,
    address: AddressDep,
    current_password: FormText = "",
    new_password: FormText = "",
) -> Response:
    """Change it and sign out everywhere else; this browser's session stays."""
    try:
        check_password(new_password)
        change = PasswordChange(current_password, new_password)
        keep = visit.session_id or ""
        await service.change_password(sessions, member, change, keep=keep, address=address)
    except TextbookError as error:
        return _show_profile(visit, member, "profile.html", error.status, problem=error.detail)
    done = "Your password is changed, and all other sessions have ended."
    return _show_profile(visit, member, "profile.html", done=done)


@router.get("/profile/export")
async def export_profile(member: MemberDep, session: SessionDep, exports: ExportsDep) -> Response:
    """Send a file of all that is held about the own account."""
    held = await service.export_account(session, member, exports)
    account = {"email": member.email, "role": member.role, "onboarding": dict(member.onboarding)}
    return Response(
        json.dumps({"account": account, **held}, default=str, ensure_ascii=False, indent=2),
        media_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="chapterwise.json"',
            "Cache-Control": "no-store",
        },
    )


@router.post("/profile/erase", dependencies=[TrustedForm])
async def erase(
    visit: VisitDep, member: MemberDep, session: SessionDep, confirmation: FormText = ""
) -> Response:
    """Erase the own account from its page, once its address was typed."""
    if confirmation.strip().lower() != member.email:
        problem = "Nothing was erased: what you typed is not your e-mail address."
        return _show_profile(visit, member, "profile.html", 422, problem=problem)
    await service.erase(session, member)
    return visit.leave("/")


async def _change_answers(
    session: AsyncSession, member: Account, answers: Mapping[str, str]
) -> Account:
    told = read_form(OnboardingRequest, answers).answers()
    return await service.change_onboarding(session, member, told)


def _refuse_answers(
    visit: Visit,
    member: Account,
    template: str,
    error: TextbookError,
    answers: Mapping[str, str],
    **context: object,
) -> HTMLResponse:
    """The form again with what was typed."""
    typed = {"language_tag": "", **answers}
    said = {"problem": error.detail, "profile": typed, **context}
    return _show_profile(visit, member, template, error.status, **said)


def _show_profile(
    visit: Visit, member: Account, template: str, status: int = 200, **context: object
) -> HTMLResponse:
    asked = {"profile": profile_of(member.onboarding), "proposed": PROPOSED}
    return visit.show(template, {**asked, "done": None, "problem": None, **context}, status=status)


def _go(visit: Visit, path: str, *, token: str) -> Response:
    response = RedirectResponse(path, status_code=303)
    visit.cookies.start_session(response, token)
    return response
