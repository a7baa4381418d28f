"""The page of accounts: found among many, invited, locked out, signed out, and said so."""

import re

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.app import create_app
from server.core.database.engine import Sessions
from server.learners.accounts.domain import AccountRole
from server.settings import Registration, Settings
from tests.databases import run_sql
from tests.factories import PASSWORD
from tests.web.browsing import PHONE, visit
from tests.web.conftest import Admission
from tests.web.guests import Guest, list_addresses, list_elements, read_text
from tests.web.site import Site

PATH = "/admin/accounts"
LINK = re.compile(r"http://test(/sign-up\?invite=([\w-]+))")


async def add_learners(session: AsyncSession, count: int) -> None:
    await session.execute(
        text(
            "INSERT INTO users (email, hashed_password)"
            " SELECT 'many-' || n || '@example.test', '!' FROM generate_series(1, :count) n"
        ),
        {"count": count},
    )
    await session.commit()


def list_rows(html: str) -> list[str]:
    """The accounts that are listed, by name."""
    return re.findall(r'<span class="who">([^<]+)</span>', html)


async def act(guest: Guest, what: str, email: str, **fields: str) -> str:
    """Send a form of the page, and read the page that it leads to."""
    answer = await guest.send(f"{PATH}{what}", email=email, **fields)
    assert answer.status_code == 303, answer.text
    return read_text((await guest.open(answer.headers["location"])).text)


async def test_fifty_accounts_are_on_a_page_and_the_links_lead_through_all(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    await add_learners(session, 120)
    seen, path = list[str](), PATH
    for words in ("1 to 50 of 121", "51 to 100 of 121", "101 to 121 of 121"):
        page = (await admin.open(path)).text
        assert words in read_text(page)
        seen += list_rows(page)
        path = next((a["href"] for _, a in list_elements(page, "a") if a.get("rel") == "next"), "")
    assert path == ""
    assert len(seen) == len(set(seen)) == 121
    assert (seen[0], seen[-1]) == ("many-120@example.test", "boss@example.test")
    past = read_text((await admin.open(f"{PATH}?page=9")).text)
    assert "The list ends before this page." in past


async def test_search_and_filters_stay_with_what_is_done(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN)
    await add_learners(session, 60)
    query = "search=many&state=active&order=oldest"
    page = (await admin.open(f"{PATH}?{query}")).text
    assert list_rows(page)[:2] == ["many-1@example.test", "many-2@example.test"]
    assert all("search=many" in each for each in list_addresses(page) if "page=2" in each)
    fields = [each for _, each in list_elements(page, "input") if each["name"] == "back"]
    assert {each["value"] for each in fields} == {query}
    changed = await admin.send(PATH, email="many-1@example.test", role="admin", back=query)
    assert changed.headers["location"].startswith(f"{PATH}?{query}&done=role&changed=")
    page = (await admin.open(f"{PATH}?search=many&role=admin")).text
    assert list_rows(page) == ["many-1@example.test"]
    assert list_rows((await admin.open(f"{PATH}?search=nobody")).text) == []


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "page=99999999999", "role=king", "state=?", "search=%00", "search=%25%5C",
     "changed=1", "done=role&changed=9999999999999999999999", "search=%EF%BF%BF&page=٣"],
)  # fmt: skip
async def test_an_address_that_says_nonsense_is_a_page(admit: Admission, query: str) -> None:
    admin = await admit(AccountRole.ADMIN)
    page = await admin.open(f"{PATH}?{query}")
    assert page.status_code == 200
    assert 'role="status"' not in page.text


async def test_where_a_form_leads_back_to_is_never_elsewhere(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN)
    await admit(AccountRole.LEARNER, "ada@example.test")
    for back in ("//evil.example", "search=a&evil=1\r\nX: y", "done=sign-out"):
        answer = await admin.send(PATH, email="ada@example.test", role="learner", back=back)
        assert re.fullmatch(
            rf"{PATH}\?(search=a&)?done=role&changed=\d+", answer.headers["location"]
        )


async def test_a_deactivated_account_is_out_at_once_until_it_is_activated(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN)
    learner = await admit(AccountRole.LEARNER, "ada@example.test")
    page = await act(admin, "/activity", "ada@example.test", active="false")
    assert "ada@example.test is deactivated, and all its sessions have ended." in page
    assert (await learner.open("/profile")).status_code == 303
    assert (await learner.sign_in("ada@example.test")).status_code == 401
    page = await act(admin, "/activity", "ada@example.test", active="true")
    assert "ada@example.test may sign in again." in page
    assert (await learner.sign_in("ada@example.test")).status_code == 303
    acts = await session.scalars(text("SELECT act FROM instruction_audit ORDER BY id"))
    assert acts.all() == ["deactivate", "activate"]


async def test_signed_out_everywhere_may_sign_in_again(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN)
    learner = await admit(AccountRole.LEARNER, "ada@example.test")
    assert "1 session" in read_text((await admin.open(f"{PATH}?search=ada")).text)
    page = await act(admin, "/sign-out", "ada@example.test")
    assert "All sessions of ada@example.test have ended." in page
    assert (await learner.open("/profile")).status_code == 303
    assert (await learner.sign_in("ada@example.test")).status_code == 303
    assert (await admin.open(PATH)).status_code == 200


async def test_who_signs_out_everywhere_lands_on_sign_in(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    answer = await admin.send(f"{PATH}/sign-out", email="boss@example.test")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?back={PATH}")
    assert (await admin.open(PATH)).status_code == 303


async def test_the_own_account_cannot_be_deactivated(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    refused = await admin.send(f"{PATH}/activity", email="BOSS@example.test", active="false")
    assert refused.status_code == 403
    alert = next(each for _, each in list_elements(refused.text, "p") if "role" in each)
    assert alert["role"] == "alert"
    assert "can only be changed by another admin" in read_text(refused.text)
    page = (await admin.open(PATH)).text
    forms = [each["action"] for _, each in list_elements(page, "form") if "action" in each]
    assert f"{PATH}/activity" not in forms
    assert f"{PATH}/sign-out" in forms


async def test_what_sends_somebody_away_asks_first(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN)
    await admit(AccountRole.LEARNER, "ada@example.test")
    page = (await admin.open(f"{PATH}?search=ada")).text
    forms = {e["action"]: e for _, e in list_elements(page, "form") if "action" in e}
    assert "ada@example.test" in forms[f"{PATH}/activity"]["data-confirm"]
    assert "ada@example.test" in forms[f"{PATH}/sign-out"]["data-confirm"]
    assert "15 minutes" in read_text(page)


async def test_an_invitation_is_shown_once_and_gives_its_role_once(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN)
    answer = await admin.send(f"{PATH}/invite", email="Ada@example.test ", role="instructor")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    found = LINK.search(read_text(answer.text))
    assert found is not None
    path, token = found.groups()
    assert token not in (await admin.open(PATH)).text
    (act,) = await session.execute(text("SELECT act, details::text FROM instruction_audit"))
    assert tuple(act) == ("invite", '{"role": "instructor"}')

    guest = await admit()
    fields = [e for _, e in list_elements((await guest.open(path)).text, "input")]
    invite = next(each["value"] for each in fields if each["name"] == "invite")
    sent = {"email": "ada@example.test", "password": PASSWORD, "invite": invite}
    assert (await guest.send("/sign-up", **sent)).status_code == 303
    assert (await guest.open("/instructor")).status_code == 200
    await session.execute(text("DELETE FROM users WHERE email = 'ada@example.test'"))
    await session.commit()
    assert (await (await admit()).send("/sign-up", **sent)).status_code == 403


async def test_who_cannot_be_invited_stays_in_the_form(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    for email, status in (("boss@example.test", 409), ("no address", 422)):
        page = await admin.send(f"{PATH}/invite", email=email, role="learner")
        assert page.status_code == status
        assert 'role="alert"' in page.text
        typed = [e["value"] for _, e in list_elements(page.text, "input") if e["name"] == "email"]
        assert typed[-1] == email


async def test_a_closed_site_offers_no_invitations(
    book_settings: Settings, sessions: Sessions, admit: Admission, app: FastAPI
) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    assert f'action="{PATH}/invite"' in (await admin.open(PATH)).text
    closed = book_settings.model_copy(update={"registration": Registration.CLOSED})
    app.state.sign_ins = create_app(closed, sessions=sessions).state.sign_ins
    page = (await admin.open(PATH)).text
    assert f'action="{PATH}/invite"' not in page
    assert "takes no registrations" in read_text(page)


def test_an_admin_finds_one_of_many_and_sends_them_away(browser: Browser, site: Site) -> None:
    site.enrol("boss@example.test", role=AccountRole.ADMIN)
    run_sql(
        site.database_url,
        "INSERT INTO users (email, hashed_password)"
        " SELECT 'learner-' || n || '@example.test', '!' FROM generate_series(1, 200) n",
        "INSERT INTO users (email, hashed_password, issuer, subject) VALUES"
        " ('0@identity.invalid', '!', 'https://people.example.org/realms/robots', 'alice')",
    )
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.sign_in("boss@example.test", PATH)
        expect(page.get_by_role("row")).to_have_count(51)
        page.get_by_role("link", name="On", exact=True).click()
        expect(page.get_by_text("51 to 100 of 202")).to_be_visible()
        page.get_by_label("Search").fill("learner-77")
        page.keyboard.press("Enter")
        expect(page.get_by_role("row")).to_have_count(2)
        visitor.replies += [False, True]
        send_away = page.get_by_role("button", name="Deactivate learner-77@example.test")
        send_away.click()
        send_away.click()
        expect(page.get_by_role("status")).to_contain_text("learner-77@example.test is deactivated")
        expect(page.get_by_role("row", name="learner-77")).to_contain_text("deactivated")
        expect(page.get_by_label("Search")).to_have_value("learner-77")
        visitor.check_access()
        page.get_by_label("E-mail").fill("grace@example.test")
        page.get_by_role("button", name="Invite").click()
        expect(page.locator(".once")).to_contain_text(f"{site.address}/sign-up?invite=")
        visitor.check_access()


@pytest.mark.parametrize("dark", [False, True])
def test_the_list_fits_a_phone(browser: Browser, site: Site, *, dark: bool) -> None:
    site.enrol("boss@example.test", role=AccountRole.ADMIN)
    site.enrol("somebody.with.a.long.name@a-university-far-away.example")
    with visit(browser, site, size=PHONE, dark=dark) as visitor:
        visitor.sign_in("boss@example.test", PATH)
        assert not visitor.scrolls_sideways()
        visitor.check_access()
        visitor.page.get_by_role("button", name="Deactivate").scroll_into_view_if_needed()
        box = visitor.page.get_by_role("button", name="Deactivate").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= PHONE[0]
