"""Pages of an account: sign up, sign in, the five questions, the profile, good-bye."""

import json
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from server.core.database.dependencies import SessionDep, SessionsDep
from server.errors import TextbookError
from server.learners.accounts import service
from server.learners.accounts.administration.service import check_password
from server.learners.accounts.dependencies import AddressDep, ExportsDep, SignInsDep
from server.learners.accounts.domain import Account, PasswordChange
from server.learners.accounts.schemas import RegisterRequest
from server.learners.profiles.domain import profile_of
from server.learners.profiles.schemas import OnboardingRequest
from server.web.dependencies import MemberDep, PagesDep, TrustedForm, VisitDep
from server.web.errors import read_form
from server.web.pages import Pages, Visit

router = APIRouter(include_in_schema=False)


def get_back(back: str = "/") -> str:
    """Where to go on afterwards: a path of ours, never an address elsewhere."""
    plain = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return back if plain else "/"


def get_form_back(back: Annotated[str, Form()] = "/") -> str:
    return get_back(back)


BackDep = Annotated[str, Depends(get_back)]
FormBackDep = Annotated[str, Depends(get_form_back)]
FormText = Annotated[str, Form()]

# What the field for another language proposes; any BCP-47 tag is taken.
PROPOSED = ("ar", "bn", "de", "es", "fa", "fr", "hi", "id", "it", "ja", "ko", "pa", "ps", "pt-BR",
            "sd", "sw", "tr", "uk", "zh-Hans", "zh-Hant")  # fmt: skip


@router.get("/sign-in")
async def show_sign_in(visit: VisitDep, pages: PagesDep, back: BackDep) -> HTMLResponse:
    return pages.show(visit, "sign_in.html", {"back": back, "email": "", "problem": None})


@router.post("/sign-in", dependencies=[TrustedForm])
async def sign_in(
    visit: VisitDep,
    pages: PagesDep,
    sessions: SessionsDep,
    sign_ins: SignInsDep,
    address: AddressDep,
    back: FormBackDep,
    email: FormText = "",
    password: FormText = "",
) -> Response:
    try:
        pair = await service.sign_in(sessions, sign_ins, email, password, address)
    except TextbookError as error:
        context = {"back": back, "email": email, "problem": error.detail}
        return pages.show(visit, "sign_in.html", context, status=error.status)
    return _go(visit, back, token=pair.refresh_token)


@router.get("/sign-up")
async def show_sign_up(
    visit: VisitDep, pages: PagesDep, sign_ins: SignInsDep, back: BackDep, invite: str = ""
) -> HTMLResponse:
    context = {"registration": sign_ins.registration, "back": back, "email": "", "problem": None}
    return pages.show(visit, "sign_up.html", {**context, "invite": invite})


@router.post("/sign-up", dependencies=[TrustedForm])
async def sign_up(
    visit: VisitDep,
    pages: PagesDep,
    sessions: SessionsDep,
    sign_ins: SignInsDep,
    address: AddressDep,
    back: FormBackDep,
    email: FormText = "",
    password: FormText = "",
    invite: FormText = "",
) -> Response:
    try:
        typed = {"email": email, "password": password, "invite": invite or None}
        request = read_form(RegisterRequest, typed)
        pair = await service.register(sessions, sign_ins, request.to_domain(), address)
    except TextbookError as error:
        context = {"back": back, "email": email, "invite": invite, "problem": error.detail}
        context["registration"] = sign_ins.registration
        return pages.show(visit, "sign_up.html", context, status=error.status)
    return _go(visit, f"/welcome?back={quote(back)}", token=pair.refresh_token)


@router.post("/sign-out", dependencies=[TrustedForm])
async def sign_out(visit: VisitDep, session: SessionDep) -> Response:
    token = visit.cookies.read_session(visit.request)
    if token:
        await service.sign_out(session, token)
    response = RedirectResponse("/", status_code=303)
    visit.cookies.end_session(response)
    return response


@router.get("/welcome")
async def show_welcome(
    visit: VisitDep, member: MemberDep, pages: PagesDep, back: BackDep
) -> HTMLResponse:
    return _show_profile(pages, visit, member, "welcome.html", {"back": back, "problem": None})


def drop_other_language(values: dict[str, str]) -> dict[str, str]:
    """The field stays filled when somebody turns back to English or Urdu."""
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
    visit: VisitDep,
    member: MemberDep,
    pages: PagesDep,
    session: SessionDep,
    answers: AnswersDep,
    back: FormBackDep,
) -> Response:
    try:
        await service.change_onboarding(
            session, member, read_form(OnboardingRequest, answers).answers()
        )
    except TextbookError as error:
        context = {
            "back": back,
            "problem": error.detail,
            "profile": {"language_tag": "", **answers},
        }
        return _show_profile(pages, visit, member, "welcome.html", context, error.status)
    return RedirectResponse(back, status_code=303)


@router.get("/profile")
async def show_profile(visit: VisitDep, member: MemberDep, pages: PagesDep) -> HTMLResponse:
    return _show_profile(pages, visit, member, "profile.html", {"done": None, "problem": None})


@router.post("/profile", dependencies=[TrustedForm])
async def save_profile(
    visit: VisitDep, member: MemberDep, pages: PagesDep, session: SessionDep, answers: AnswersDep
) -> Response:
    try:
        changed = await service.change_onboarding(
            session, member, read_form(OnboardingRequest, answers).answers()
        )
    except TextbookError as error:
        refused = {
            "done": None,
            "problem": error.detail,
            "profile": {"language_tag": "", **answers},
        }
        return _show_profile(pages, visit, member, "profile.html", refused, error.status)
    done = "Saved. Chapters are written for these answers from now on."
    saved = {"done": done, "problem": None}
    return _show_profile(pages, visit, changed, "profile.html", saved)


@router.post("/profile/password", dependencies=[TrustedForm])
async def change_password(
    visit: VisitDep,
    member: MemberDep,
    pages: PagesDep,
    sessions: SessionsDep,
    address: AddressDep,
    current_password: FormText = "",
    new_password: FormText = "",
) -> Response:
    """Change it and sign out everywhere else; this browser's session stays."""
    context: dict[str, object] = {"done": None, "problem": None}
    status = 200
    try:
        check_password(new_password)
        change = PasswordChange(current_password, new_password)
        keep = visit.session_id or ""
        await service.change_password(sessions, member, change, keep=keep, address=address)
        context["done"] = "Your password is changed, and all other sessions have ended."
    except TextbookError as error:
        context["problem"], status = error.detail, error.status
    return _show_profile(pages, visit, member, "profile.html", context, status)


@router.get("/profile/export")
async def export_profile(member: MemberDep, session: SessionDep, exports: ExportsDep) -> Response:
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
    visit: VisitDep,
    member: MemberDep,
    pages: PagesDep,
    session: SessionDep,
    confirmation: FormText = "",
) -> Response:
    if confirmation.strip().lower() != member.email:
        problem = "Nothing was erased: what you typed is not your e-mail address."
        context = {"done": None, "problem": problem}
        return _show_profile(pages, visit, member, "profile.html", context, 422)
    await service.erase(session, member)
    response = RedirectResponse("/", status_code=303)
    visit.cookies.end_session(response)
    return response


def _show_profile(
    pages: Pages,
    visit: Visit,
    member: Account,
    template: str,
    context: Mapping[str, object],
    status: int = 200,
) -> HTMLResponse:
    shown = {
        "profile": profile_of(member.onboarding),
        "proposed": PROPOSED,
        **context,
    }
    return pages.show(visit, template, shown, status=status)


def _go(visit: Visit, path: str, *, token: str) -> Response:
    response = RedirectResponse(path, status_code=303)
    visit.cookies.start_session(response, token)
    return response
