"""What a learner sees when something fails: the author's page, and a sentence that says why."""

import re

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.databases import run_sql
from tests.site.reading import API, MARKED, DocsSite, Reader, read

TITLE = "ROS 2, the nervous system"


def check_plain(reader: Reader) -> None:
    """A sentence for a person, without a word of the machine's."""
    words = reader.notice.inner_text()
    assert not re.search(r"\b(HTTP|[45]\d\d|Error|null|undefined|fetch|upstream)\b", words), words


def test_api_that_is_down_leaves_the_page(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.expected.append("net::ERR_CONNECTION_REFUSED")
        reader.enter()
        reader.page.route(f"{API}/**", lambda route: route.abort("connectionrefused"))
        reader.press("Personalize this chapter")
        expect(reader.notice).to_contain_text("cannot be reached")
        check_plain(reader)
        expect(reader.page.locator("h1")).to_have_text(TITLE)
        reader.page.unroute_all()
        reader.press("Try again")
        reader.wait_until_ready()
        expect(reader.notice).to_be_hidden()


def test_api_that_is_down_from_the_beginning(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.expected.append("net::ERR_CONNECTION_REFUSED")
        reader.page.route(f"{API}/**", lambda route: route.abort("connectionrefused"))
        reader.open()
        reader.press("Personalize this chapter")
        reader.fill_in()
        expect(reader.dialog.get_by_role("alert")).to_contain_text("cannot be reached")


def test_model_that_is_down_is_told_of(docs_browser: Browser, docs_site: DocsSite) -> None:
    stand_in = docs_site.api.stand_in
    stand_in.misbehave("http_500", section="nodes-and-topics")
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.personalize()
        expect(reader.notice).to_be_visible()
        check_plain(reader)
        section = reader.section("nodes-and-topics")
        expect(section.locator("h2")).not_to_contain_text("In short")
        section.get_by_role("button", name="The author’s own text").click()
        expect(section).to_contain_text("This section is shown as its author wrote it.")
        stand_in.reset()
        stand_in.behave("simplified")
        # The breaker of the model's port lets nothing through for a while.
        expect(reader.bar.get_by_role("button", name="Ask again")).to_be_visible()


def test_no_model_at_all_shows_the_author(docs_browser: Browser, docs_site: DocsSite) -> None:
    docs_site.api.stand_in.misbehave("http_500")
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.press("Personalize this chapter")
        expect(reader.notice).to_be_visible(timeout=20_000)
        check_plain(reader)
        expect(reader.page.locator("h1")).to_have_text(TITLE)


def test_page_that_is_older_than_the_book_says_so(
    docs_browser: Browser, docs_site: DocsSite
) -> None:
    chapter = docs_site.book / "chapter-02.md"
    chapter.write_text(
        chapter.read_text(encoding="utf-8").replace("The name promises too much.", "It is a name."),
        encoding="utf-8",
    )
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.press("Personalize this chapter")
        expect(reader.notice).to_contain_text("was edited after this page was made")
        expect(reader.page.locator("h1")).to_have_text(TITLE)
        expect(reader.marks).to_have_count(0)


@pytest.mark.parametrize("changes", [{"rate_limit_per_minute": 1}])
def test_limit_is_told_with_the_time_to_wait(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.expected.append("429")
        reader.enter()
        reader.personalize()
        reader.page.get_by_role("link", name="Perception").first.click()
        # The next page begins as this one was left, and is one chapter too many.
        expect(reader.page.locator("h1")).to_have_text("Perception")
        expect(reader.notice).to_contain_text(re.compile(r"You can try again in \d+ \w+"))
        check_plain(reader)


def test_stream_that_breaks_is_taken_up_again(docs_browser: Browser, docs_site: DocsSite) -> None:
    """The first connection ends in the middle of an event; the rest comes over the next."""
    last_ids = list[str | None]()

    def cut(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        last_ids.append(route.request.headers.get("last-event-id"))
        if len(last_ids) > 1:
            route.continue_()
            return
        response = route.fetch(url=docs_site.api.address + route.request.url.removeprefix(API))
        route.fulfill(response=response, body=response.text()[: len(response.text()) // 3])

    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.page.route(f"{API}/api/v1/personalize/stream", cut)
        reader.personalize()
        expect(reader.marks).to_have_count(MARKED)
        first, *further = last_ids
        assert first is None
        assert further
        assert all(further)


def test_stop_keeps_what_has_come(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        docs_site.api.stand_in.pace(first_token_s=0.5, tokens_per_s=300)
        reader.press("Personalize this chapter")
        expect(reader.status).to_have_text(re.compile(r"Section [1-9] of 12"))
        reader.press("Stop")
        expect(reader.status).to_contain_text("Stopped. What has come stays.")
        assert 0 < reader.marks.count() < MARKED
        docs_site.api.stand_in.pace()
        reader.press("Personalize again")
        reader.wait_until_ready()
        expect(reader.marks).to_have_count(MARKED)


def test_session_that_ended_leads_to_sign_in(docs_browser: Browser, docs_site: DocsSite) -> None:
    """The session was ended from elsewhere, and the access token has run out since."""

    def wear_out(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer worn-out"})

    with read(docs_browser, docs_site) as reader:
        reader.expected.append("401")
        reader.enter()
        reader.page.route(f"{API}/api/v1/personalize/stream", wear_out)
        run_sql(docs_site.api.database_url, "DELETE FROM refresh_token")
        reader.press("Personalize this chapter")
        expect(reader.notice).to_contain_text("You are signed out.")
        check_plain(reader)
        reader.page.unroute_all()
        reader.notice.get_by_role("button", name="Sign in").click()
        reader.fill_in()
        reader.wait_until_ready()
