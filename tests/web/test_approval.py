"""In a real browser: a book whose rewrites wait until an instructor has accepted them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from server.learners.accounts.domain import AccountRole
from server.settings import Publish, Settings
from tests.stand_in import StandIn
from tests.web.browsing import DESKTOP, PHONE, visit
from tests.web.site import BOOK, Site, open_site, with_model

ADA, GRACE = "ada@example.test", "grace@example.test"
BEGINNER = {"programming_experience": "Beginner"}


@pytest.fixture
def site(settings: Settings, committed_database_url: str, stand_in: StandIn) -> Iterator[Site]:
    stand_in.behave("simplified")
    approved = {"docs_dir": BOOK, "publish": Publish.APPROVED}
    settings = with_model(settings.model_copy(update=approved), stand_in)
    with open_site(settings, committed_database_url, stand_in) as site:
        yield site


@pytest.mark.parametrize("is_small_and_dark", [False, True])
def test_what_waits_is_accepted_and_read(
    browser: Browser, site: Site, *, is_small_and_dark: bool
) -> None:
    site.enrol(ADA, onboarding=BEGINNER)
    site.enrol(GRACE, role=AccountRole.ADMIN)
    size, dark = (PHONE, True) if is_small_and_dark else (DESKTOP, False)
    desk_of_grace = visit(browser, site, size=size, dark=dark)
    with visit(browser, site) as learner, desk_of_grace as instructor:
        learner.open_chapter(ADA)
        learner.personalize()
        notice = learner.page.locator("chapterwise-bar [part=notice]")
        expect(notice).to_contain_text("wait for an instructor to accept")
        expect(learner.page.get_by_role("button", name="Try again")).to_be_hidden()
        assert "In short:" not in learner.page.locator("article").inner_text()

        desk = instructor.page
        instructor.sign_in(GRACE, "/instructor/queue")
        instructor.check_access()
        desk.locator("ol.queue").get_by_role("link").click()
        expect(desk.get_by_role("heading", name="Waiting for acceptance")).to_be_in_viewport()
        instructor.check_access()
        assert not instructor.scrolls_sideways()
        instructor.replies.append(True)
        desk.get_by_role("button", name="Accept all").click()
        expect(desk.get_by_role("status")).to_contain_text("Accepted.")

        learner.page.reload()
        learner.wait_until_ready()
        expect(notice).to_be_hidden()
        assert "In short:" in learner.page.locator("article").inner_text()

        instructor.go("/admin/log")
        desk.get_by_role("link", name="what was read").first.click()
        expect(desk.get_by_role("heading", name="What was read")).to_be_visible()
        expect(desk.locator(".chapter").first).to_contain_text("In short:")
        instructor.check_access()
        assert not instructor.scrolls_sideways()
