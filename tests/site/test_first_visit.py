"""A learner's first visit: from an author's page to a chapter of one's own, and back again."""

import re

from playwright.sync_api import Browser, Route, expect

from tests.site.conftest import BareViolations
from tests.site.reading import API, HEADING, MARKED, DocsSite, Reader, read

QUESTIONS = ("I am a student", "I have just begun", "None yet", "English", "A Jetson kit")


def test_first_visit_ends_in_a_chapter_of_ones_own(
    docs_browser: Browser, docs_site: DocsSite, bare_violations: BareViolations
) -> None:
    docs_site.api.stand_in.pace(first_token_s=0.5, tokens_per_s=400)
    with read(docs_browser, docs_site) as reader:
        page = reader.page
        reader.open()
        reader.press("Personalize this chapter")
        expect(reader.dialog.get_by_role("heading")).to_have_text("Create an account")
        reader.fill_in()
        for answer in QUESTIONS:
            reader.dialog.get_by_role("radio", name=answer).check()
        reader.check_access(bare_violations("/chapter-02"))
        reader.dialog.get_by_role("button", name="Save").click()

        # The chapter begins by itself, and what is ready is shown while the rest is written.
        expect(reader.status).to_have_text(re.compile(r"Section \d of 12"))
        expect(reader.bar.get_by_role("progressbar")).to_be_visible()
        expect(page.locator("h1")).to_have_text("In short: ROS 2, the nervous system")
        assert reader.marks.count() < MARKED
        expect(page.locator(f"#{HEADING}")).to_have_text(re.compile("^Can the wire carry it"))
        reader.wait_until_ready()
        assert reader.marks.count() == MARKED
        expect(reader.bar.get_by_role("progressbar")).to_be_hidden()
        expect(page.locator(f"#{HEADING}")).to_contain_text("In short: Can the wire carry it")
        expect(page.locator(f".table-of-contents a[href='#{HEADING}']")).to_have_text(
            "In short: Can the wire carry it"
        )
        reader.bar.get_by_text("Why this version?").click()
        expect(reader.bar.get_by_role("listitem").first).to_contain_text("You are new to")
        expect(reader.bar).to_contain_text("Claude (Anthropic)")
        expect(reader.bar).to_contain_text("Written with AI, from the author’s text")
        reader.check_access(bare_violations("/chapter-02"))


def test_next_visit_finds_the_chapter_ready(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.personalize()
        calls = len(docs_site.api.stand_in.calls)
        # The access token is gone with the page; the browser gets another one by itself.
        reader.page.reload()
        expect(reader.bar.get_by_role("button", name="Account", exact=True)).to_be_visible()
        expect(reader.status).to_contain_text("This version had been written before.")
        assert reader.marks.count() == MARKED
        assert len(docs_site.api.stand_in.calls) == calls


def test_token_that_ran_out_is_renewed_without_a_word(
    docs_browser: Browser, docs_site: DocsSite
) -> None:
    refused = list[str]()

    def spoil(route: Route) -> None:
        """The first request goes out as if its token had run out on the way."""
        headers = route.request.headers
        if route.request.method == "POST" and not refused:
            refused.append(route.request.url)
            headers = {**headers, "authorization": "Bearer worn-out"}
        route.continue_(headers=headers)

    with read(docs_browser, docs_site) as reader:
        reader.expected.append("401")
        reader.enter()
        reader.page.route(f"{API}/api/v1/personalize/stream", spoil)
        with reader.page.expect_request(f"{API}/api/v1/auth/refresh"):
            reader.press("Personalize this chapter")
        reader.wait_until_ready()
        expect(reader.dialog).to_be_hidden()
        assert refused


def test_learner_who_goes_on_leaves_nothing_behind(
    docs_browser: Browser, docs_site: DocsSite
) -> None:
    stand_in = docs_site.api.stand_in
    stand_in.pace(first_token_s=0.5, tokens_per_s=400)
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.press("Personalize this chapter")
        expect(reader.status).to_have_text(re.compile(r"Section [1-9] of 12"))
        reader.page.get_by_role("link", name="Perception").first.click()
        # The next page begins as this one was left.
        expect(reader.page.locator("h1")).to_have_text("In short: Perception")
        reader.wait_until_ready()

        # What had been begun for the first chapter is not lost: each of its calls was made once.
        reader.page.get_by_role("link", name="ROS 2, the nervous system").first.click()
        expect(reader.page.locator("h1")).to_have_text("In short: ROS 2, the nervous system")
        reader.wait_until_ready()
        asked = [section for call in stand_in.calls for section in call.section_ids]
        assert asked.count(HEADING) == 1


def test_signing_out_ends_in_every_tab(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        other = Reader(reader.page.context.new_page(), docs_site)
        other.watch()
        other.open("/chapter-03")
        expect(other.bar.get_by_role("button", name="Account", exact=True)).to_be_visible()
        reader.press("Account")
        reader.press("Sign out")
        expect(reader.bar.get_by_role("button", name="Sign in")).to_be_visible()
        expect(other.bar.get_by_role("button", name="Sign in")).to_be_visible()
        assert other.defects == []
