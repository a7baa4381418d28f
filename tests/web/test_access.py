"""Every page, asked by every role: who may open it, who is sent to sign in, who is refused."""

import pytest
from fastapi import FastAPI

from server.learners.accounts.domain import AccountRole
from tests.calls import list_undescribed
from tests.web.conftest import Admission
from tests.web.guests import list_elements, read_text
from tests.web.page_table import CHAPTER, EXAMPLES, PAGES, POSTS, SCRIPTS

ROLES = [None, *AccountRole]


def is_enough(role: AccountRole | None, needed: AccountRole | None) -> bool:
    return needed is None or (role is not None and role.includes(needed))


async def test_every_page_is_in_the_table(app: FastAPI) -> None:
    assets = {"/openapi.json", "/metrics", "/docs/oauth2-redirect", "/static-offline-docs"}
    paths = {*list_undescribed(app.routes)} - assets
    assert {EXAMPLES.get(path, path) for path in paths} == {*PAGES, *POSTS}


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_opens_what_it_may(admit: Admission, role: AccountRole | None) -> None:
    guest = await admit(role)
    for path, needed in PAGES.items():
        page = await guest.open(path)
        if is_enough(role, needed):
            assert page.status_code == 200, path
        elif role is None:
            assert page.status_code == 303, path
            assert page.headers["location"] == f"/sign-in?back={path}"
        else:
            assert page.status_code == 403, path
            assert f"the role {needed}" in read_text(page.text)


@pytest.mark.parametrize("role", ROLES)
async def test_each_role_sends_what_it_may(admit: Admission, role: AccountRole | None) -> None:
    guest = await admit(role)
    for path, needed in POSTS.items():
        if is_enough(role, needed) or path in SCRIPTS:
            continue
        answer = await guest.send(path)
        assert answer.status_code == (303 if role is None else 403), path
        assert role is not None or answer.headers["location"] == "/sign-in?back=/"


async def test_script_of_a_session_that_has_ended_is_told_so(admit: Admission) -> None:
    guest = await admit()
    for path in SCRIPTS:
        answer = await guest.ask(path, chapter_id="chapter-01", helpful="true")
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"


async def test_head_of_each_page_offers_what_the_role_may(admit: Admission) -> None:
    offers = {"/sign-in", "/sign-up", "/profile", "/instructor", "/admin"}
    expected = {
        None: {"/sign-in", "/sign-up"},
        AccountRole.LEARNER: {"/profile"},
        AccountRole.INSTRUCTOR: {"/profile", "/instructor"},
        AccountRole.ADMIN: {"/profile", "/instructor", "/admin"},
    }
    for role, links in expected.items():
        guest = await admit(role)
        for path in ("/nothing-here", CHAPTER):
            page = (await guest.open(path)).text
            head = page.split("<main")[0]
            found = {attributes["href"] for _, attributes in list_elements(head, "a")}
            assert found & offers == links, (role, path)


async def test_refusal_knows_who_is_here(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER)
    page = await learner.open("/admin")
    assert page.status_code == 403
    assert "Sign out" in read_text(page.text)


async def test_what_is_not_there_is_a_page_for_people_and_a_problem_for_programs(
    admit: Admission,
) -> None:
    guest = await admit()
    for path in ("/nothing", "/chapters/nothing", "/media/nothing.png", "/chapters/%00"):
        page = await guest.open(path)
        assert page.status_code == 404
        assert "Back to the contents" in page.text
        problem = await guest.client.get(path)
        assert problem.status_code == 404
        assert problem.headers["content-type"] == "application/problem+json"
