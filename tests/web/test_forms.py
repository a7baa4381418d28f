"""Forms and sessions: what is believed, what cookies are, where a sign-in leads."""

from secrets import token_hex

import pytest
from fastapi import Response as SentResponse
from httpx import ASGITransport, AsyncClient, Response
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.domain import AccountRole
from server.settings import Environment, Settings
from server.web.cookies import FORM_COOKIE, SESSION_COOKIE
from tests.factories import PASSWORD
from tests.web.conftest import Admission
from tests.web.guests import ACCEPT, Guest, list_elements
from tests.web.page_table import LOOKED_AT, POSTS, SCRIPTS

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "javascript:alert(1)",
    "evil.example",
    "",
    "/\u2028/evil.example",
]


async def post(guest: Guest, path: str, token: str, **headers: str) -> Response:
    """The token where this path expects it."""
    if path in SCRIPTS:
        sent = {**ACCEPT, **headers, "X-Form-Token": token}
        return await guest.client.post(path, headers=sent, data={"chapter_id": "chapter-01"})
    return await guest.client.post(path, data={"form_token": token}, headers={**ACCEPT, **headers})


@pytest.mark.parametrize("path", POSTS)
async def test_form_that_is_not_ours_changes_nothing(admit: Admission, path: str) -> None:
    admin, other = await admit(AccountRole.ADMIN), await admit(AccountRole.ADMIN)
    token, foreign = await admin.find_token(), await other.find_token()
    refusals = [
        await post(admin, path, ""),
        await post(admin, path, foreign),
        await post(admin, path, token[:-1]),
        await post(admin, path, token, Origin="https://evil.example"),
        await post(admin, path, token, Origin="null"),
        await post(admin, path, token, Origin="https://test"),  # another scheme is another origin
        await post(admin, path, token, **{"Sec-Fetch-Site": "cross-site"}),
        await post(admin, path, token, **{"Sec-Fetch-Site": "same-site"}),
    ]
    assert [answer.status_code for answer in refusals] == [403] * len(refusals)
    assert (await admin.open("/profile")).status_code == 200


async def test_form_without_its_cookie_is_refused(admit: Admission) -> None:
    guest = await admit()
    token = await guest.find_token()
    guest.client.cookies.clear()
    answer = await post(guest, "/sign-in", token)
    assert answer.status_code == 403


async def test_form_from_our_own_origin_is_believed(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER)
    token = await learner.find_token()
    said = {"Origin": "http://test", "Sec-Fetch-Site": "same-origin"}
    answer = await post(learner, "/sign-out", token, **said)
    assert answer.status_code == 303


async def test_every_form_that_changes_something_brings_the_token(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN)
    await admit(AccountRole.LEARNER)
    for path in LOOKED_AT:
        html = (await admin.open(path)).text
        for form in html.split("<form")[1:]:
            body = form.split("</form>")[0]
            method = next(each for _, each in list_elements(f"<form{body}", "form")).get("method")
            assert method != "post" or 'name="form_token"' in body, path


async def test_session_cookie_is_for_this_site_and_no_script(admit: Admission) -> None:
    guest = await admit(AccountRole.LEARNER)
    answer = await guest.send("/sign-in", email="nobody@example.test", password="wrong")
    assert answer.status_code == 401
    assert SESSION_COOKIE not in str(answer.headers.get_list("set-cookie"))
    learner = await admit()
    await admit(AccountRole.LEARNER, "ada@example.test")
    cookies = (await learner.sign_in("ada@example.test")).headers.get_list("set-cookie")
    session = next(each for each in cookies if each.startswith(SESSION_COOKIE))
    assert {"httponly", "samesite=lax", "path=/"} <= set(session.lower().split("; "))
    assert "secure" not in session.lower()
    form = (await learner.open("/")).headers.get_list("set-cookie")
    assert all("HttpOnly" in each and "SameSite=strict" in each for each in form)
    assert form[0].startswith(FORM_COOKIE)


async def test_cookies_are_secure_in_production(
    book_settings: Settings, sessions: Sessions
) -> None:
    update = {"environment": Environment.PRODUCTION, "jwt_secret": SecretStr(token_hex(32))}
    app = create_app(book_settings.model_copy(update=update), sessions=sessions)
    async with AsyncClient(transport=ASGITransport(app), base_url="https://test") as client:
        cookies = (await client.get("/", headers=ACCEPT)).headers.get_list("set-cookie")
        sent = SentResponse()
        app.state.cookies.start_session(sent, "token")
    assert cookies
    assert all("Secure" in each for each in [*cookies, sent.headers["set-cookie"]])


async def test_sign_out_ends_the_session_itself(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER)
    kept = str(learner.client.cookies[SESSION_COOKIE])
    assert (await learner.send("/sign-out")).status_code == 303
    assert SESSION_COOKIE not in learner.client.cookies
    learner.client.cookies.set(SESSION_COOKIE, kept)
    assert (await learner.open("/profile")).status_code == 303


@pytest.mark.parametrize("back", ELSEWHERE)
async def test_back_never_leads_elsewhere(admit: Admission, back: str) -> None:
    await admit(AccountRole.LEARNER, "ada@example.test")
    guest = await admit()
    signed_in = await guest.sign_in("ada@example.test", back)
    assert signed_in.headers["location"] == "/"
    answers = {
        "role": "Student",
        "programming_experience": "Beginner",
        "robotics_experience": "None",
        "hardware_availability": "None",
        "preferred_language": "English",
    }
    welcomed = await guest.send("/welcome", **answers, back=back)
    assert welcomed.headers["location"] == "/"
    page = await guest.client.get("/sign-in", params={"back": back}, headers=ACCEPT)
    fields = [each for _, each in list_elements(page.text, "input") if each["name"] == "back"]
    assert [each["value"] for each in fields] == ["/"]


async def test_back_leads_back_through_sign_up_and_the_questions(admit: Admission) -> None:
    guest = await admit()
    back = "/chapters/chapter-02?a=1&b=2"
    signed_up = await guest.send("/sign-up", email="ada@example.test", password=PASSWORD, back=back)
    assert signed_up.status_code == 303
    page = await guest.open(signed_up.headers["location"])
    fields = [each for _, each in list_elements(page.text, "input") if each["name"] == "back"]
    assert [each["value"] for each in fields] == [back]


async def test_session_that_nobody_started_is_none(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER)
    learner.client.cookies.set(SESSION_COOKIE, "made-up")
    assert (await learner.open("/profile")).status_code == 303


async def test_session_of_a_deactivated_account_ends(
    admit: Admission, session: AsyncSession
) -> None:
    learner = await admit(AccountRole.LEARNER)
    await session.execute(text("UPDATE users SET is_active = false"))
    await session.commit()
    assert (await learner.open("/profile")).status_code == 303


@pytest.mark.parametrize("token", ["é", "٣", "\U0001f600", "\0"])
async def test_token_that_is_no_token_of_anybodys_is_refused(admit: Admission, token: str) -> None:
    guest = await admit()
    await guest.find_token()
    answer = await post(guest, "/sign-in", token)
    assert answer.status_code == 403


async def test_form_that_cannot_be_read_is_not_said_to_be_nowhere(admit: Admission) -> None:
    guest = await admit()
    said = {**ACCEPT, "Content-Type": "multipart/form-data; boundary=B"}
    answer = await guest.client.post("/sign-in", content=b"no parts", headers=said)
    assert answer.status_code == 400
    assert "This cannot be read" in answer.text
    assert "This page does not exist" not in answer.text
