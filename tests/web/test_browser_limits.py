"""In a real browser: keyboards, screen readers, desks, and what happens when something fails."""

import json

import pytest
from playwright.sync_api import Browser, expect

from server.learners.accounts.domain import AccountRole
from tests.stand_in import Note
from tests.web.browsing import Visitor, visit
from tests.web.page_table import ANYONE, LOOKED_AT, PAGES
from tests.web.site import Site

BEGINNER = {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"}
HOSTILE = ["add_script", "add_raw_script", "add_html", "add_link", "add_jsx", "add_expression"]


def press_until(visitor: Visitor, name: str) -> None:
    """Tab on until what has the focus is called so, seeing the focus all the way."""
    for _ in range(60):
        visitor.page.keyboard.press("Tab")
        focus = visitor.page.evaluate(
            "() => { let e = document.activeElement;"
            " while (e.shadowRoot?.activeElement) e = e.shadowRoot.activeElement;"
            " const style = getComputedStyle(e);"
            " return [e.innerText || e.ariaLabel || e.name || '', style.outlineStyle,"
            " e.getBoundingClientRect().width] }"
        )
        assert focus[1] != "none", focus
        assert focus[2] > 0, focus
        if name in focus[0]:
            return
    raise AssertionError(f"Tab never came to {name!r}")


def test_keyboard_alone_is_enough(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.open_chapter("ada@example.test")
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the text")).to_be_focused()
        expect(page.get_by_role("link", name="Skip to the text")).to_be_in_viewport()
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")
        press_until(visitor, "Personalize")
        page.keyboard.press("Enter")
        visitor.wait_until_ready()
        expect(page.get_by_role("button", name="For you", exact=True)).to_be_focused()
        press_until(visitor, "Original")
        page.keyboard.press("Space")
        assert visitor.count("[data-personalized]") == 0
        press_until(visitor, "Why this version?")
        page.keyboard.press("Enter")
        expect(page.locator("chapterwise-bar [part=reasons] li").first).to_be_visible()
        press_until(visitor, "Show the version for you")
        page.keyboard.press("Enter")
        assert visitor.count("[data-personalized]") == 1


def test_no_page_shuts_anybody_out(browser: Browser, site: Site) -> None:
    site.enrol("boss@example.test", role=AccountRole.ADMIN, onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        for path in LOOKED_AT:
            if PAGES[path] is ANYONE:
                visitor.go(path)
                visitor.check_access()
        visitor.sign_in("boss@example.test")
        for path in LOOKED_AT:
            if PAGES[path] is not ANYONE:
                visitor.go(path)
                visitor.check_access()


@pytest.mark.parametrize("dark", [False, True])
def test_chapter_of_ones_own_shuts_nobody_out(browser: Browser, site: Site, *, dark: bool) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    note = Note("hardware", "Your Jetson can do this.", section="what-*")
    site.stand_in.behave("simplified", notes=[note])
    with visit(browser, site, dark=dark) as visitor:
        visitor.open_chapter("ada@example.test", "chapter-07")
        visitor.personalize()
        visitor.page.get_by_text("Why this version?").click()
        visitor.page.locator("[data-verdict]").get_by_role("button", name="Not really").click()
        section = visitor.page.locator("section chapterwise-thumbs").first
        section.get_by_role("button", name="Not really").click()
        visitor.page.get_by_role("button", name="What changed?").first.click()
        visitor.check_access()


def test_desks_of_instructors_and_admins(browser: Browser, site: Site) -> None:
    site.enrol("boss@example.test", role=AccountRole.ADMIN, onboarding=BEGINNER)
    site.enrol("ada@example.test")
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.open_chapter("boss@example.test")
        visitor.personalize()
        page.locator("[data-verdict]").get_by_role("button", name="Not really").click()
        verdict = page.locator("[data-verdict]")
        verdict.get_by_label("What should be better?").fill("More about my Jetson, please.")
        verdict.get_by_role("button", name="Send").click()
        expect(verdict.get_by_text("Thank you.")).to_be_visible()

        page.get_by_role("link", name="Instructor").click()
        row = page.get_by_role("row", name="ROS 2, the nervous system")
        expect(row.get_by_role("cell").first).to_have_text("1")
        visitor.take_picture("instructor")
        visitor.replies += [False, True]
        row.get_by_role("button", name="Clear").click()
        expect(row.get_by_role("cell").first).to_have_text("1")
        row.get_by_role("button", name="Clear").click()
        expect(page.get_by_text("Cleared 1 version.")).to_be_visible()
        expect(row.get_by_role("cell").first).to_have_text("0")
        assert len(visitor.asked) == 2
        assert all("ROS 2, the nervous system" in each for each in visitor.asked)

        page.get_by_role("link", name="Admin").click()
        asked = page.get_by_role("region", name="Chapters", exact=True)
        row = asked.get_by_role("row", name="ROS 2, the nervous system")
        expect(row).to_contain_text("1")
        page.get_by_role("link", name="Accounts and roles").click()
        page.get_by_label("Role of ada@example.test", exact=True).select_option("instructor")
        page.get_by_role("button", name="Save the role of ada@example.test").click()
        expect(page.get_by_text("ada@example.test is now an instructor.")).to_be_visible()


def test_model_that_is_down_leaves_the_chapter_and_says_so(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    site.stand_in.misbehave("http_500")
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.open_chapter("ada@example.test")
        visitor.personalize()
        notice = page.locator("chapterwise-bar [part=notice]")
        expect(notice).to_be_visible()
        assert not any(word in notice.inner_text() for word in ("500", "HTTP", "upstream", "Error"))
        expect(page.locator("article h1").filter(visible=True)).to_have_text(
            "ROS 2, the nervous system"
        )
        site.stand_in.reset()
        site.stand_in.behave("simplified")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_nothing_of_a_hostile_reply_runs(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    sections = ("what-you-will-learn", "which-*", "nodes-*", "two-*", "services-*", "can-*")
    for fault, section in zip(HOSTILE, sections, strict=True):
        site.stand_in.misbehave(fault, section=section)
    evil = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) {alert(1)}"
    site.stand_in.behave("simplified", notes=[Note("hardware", evil), Note("<script>", evil)])
    with visit(browser, site) as visitor:
        visitor.open_chapter("ada@example.test")
        visitor.personalize()
        assert visitor.count("article script, article [onerror], article [onclick]") == 0
        html = visitor.page.locator("article").inner_html()
        assert "javascript:" not in html
        assert "invented.example" not in html
        marks = (
            visitor.page.locator("chapterwise-mark").filter(has_text="author").filter(visible=True)
        )
        assert marks.count() >= len(HOSTILE) - 1
        expect(marks.first).to_contain_text("The author’s own text")


def make(tag: str, *children: object, **attributes: str) -> dict[str, object]:
    return {"tag": tag, "attributes": attributes, "children": list(children)}


def write_section(section: str, blocks: list[object]) -> dict[str, object]:
    """A section as the API says it."""
    return {
        "id": section,
        "title": "",
        "status": "rewritten",
        "reason": None,
        "markdown": "",
        "headings": [],
        "notes": [],
        "writer": "model",
        "review": "none",
        "blocks": blocks,
        "elements": None,
        "images": None,
    }


def test_nothing_of_a_hostile_tree_runs_and_its_words_stay(browser: Browser, site: Site) -> None:
    """Whatever stands between the server and the page: it builds what is on its lists."""
    site.enrol("ada@example.test", onboarding=BEGINNER)
    deep: object = "deep words"
    for _ in range(300):
        deep = make("div", deep)
    hostile: list[object] = [
        make("script", "window.hacked = true"),
        make("iframe", srcdoc="<script>top.hacked = true</script>"),
        make("img", src="javascript:1", onerror="window.hacked = true"),
        make("a", "a link", href="javascript:hacked = true"),
        make("svg", "a picture", onload="window.hacked = true"),
        make("input", type="image", src="x"),
        {"tag": "p", "attributes": None, "children": ["<b>no markup</b>", 7, None, {"tag": 1}]},
        {"tag": "p", "children": "words"},
        make("div", deep, None, 7, {"children": ["lost"]}),
    ]
    section = write_section("nodes-and-topics", hostile)
    named: dict[str, object] = {
        "chapter_id": "chapter-02",
        "title": "ROS 2",
        "language": "en",
        "direction": "ltr",
        "profile_hash": "p",
        "source_hash": "s",
        "plan_hash": "h",
        "applied_transformations": [],
        "personalization_factors": [],
    }
    plan = {**named, "transformations": [], "sections": [{"id": section["id"], "title": ""}]}
    events = [("plan", plan), ("section", {"index": 0, "section": section})]
    stream = "".join(f"event: {name}\ndata: {json.dumps(data)}\n\n" for name, data in events)
    with visit(browser, site) as visitor:
        page = visitor.page
        page.route(
            "**/personalize/stream",
            lambda route: route.fulfill(content_type="text/event-stream", body=stream),
        )
        visitor.open_chapter("ada@example.test")
        page.get_by_role("button", name="Personalize this chapter").click()
        body = page.locator("[data-section=nodes-and-topics] [data-personalized]")
        expect(body).to_contain_text("<b>no markup</b>")
        expect(body).to_contain_text("a picture")
        expect(
            body.locator("script, iframe, svg[onload], img[onerror], a[href], input[type=image]")
        ).to_have_count(0)
        assert page.evaluate("window.hacked") is None


def test_added_notes_are_labelled(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    note = Note("hardware", "Your Jetson can do this.", section="nodes*")
    site.stand_in.behave("simplified", notes=[note])
    with visit(browser, site) as visitor:
        visitor.open_chapter("ada@example.test")
        visitor.personalize()
        added = visitor.page.locator(".admonition.added")
        expect(added.first).to_contain_text("added for you")
        expect(added.first).to_contain_text("Your Jetson can do this.")
        line = visitor.page.locator("[data-section=nodes-and-topics] chapterwise-mark")
        expect(line).to_contain_text("note added")


def test_without_a_key_the_words_are_the_authors(browser: Browser, offline_site: Site) -> None:
    offline_site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, offline_site) as visitor:
        page = visitor.page
        visitor.open_chapter("ada@example.test", "chapter-08")
        visitor.personalize()
        expect(page.locator(".admonition.added").first).to_be_visible()
        page.get_by_text("Why this version?").click()
        expect(page.locator("chapterwise-bar [part=reasons]")).to_contain_text(
            "The words are the author’s own"
        )
        assert page.get_by_text("with AI").count() == 0


def test_session_that_ended_elsewhere_leads_to_sign_in(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        visitor.open_chapter("ada@example.test")
        visitor.page.context.clear_cookies(name="chapterwise_session")
        visitor.page.get_by_role("button", name="Personalize this chapter").click()
        visitor.page.locator("chapterwise-bar").get_by_role("link", name="Sign in").click()
        visitor.page.wait_for_url(f"{site.address}/sign-in?back=/chapters/chapter-02")
        # A refused request is always named on the console.
        assert [each for each in visitor.defects if "401" not in each] == []
        visitor.defects.clear()


def test_without_script_the_chapter_is_there_and_says_what_is_not(
    browser: Browser, site: Site
) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site, script=False) as visitor:
        visitor.open_chapter("ada@example.test")
        expect(visitor.page.locator("noscript p")).to_be_visible()
        expect(visitor.page.locator("article h1")).to_be_visible()


def test_documentation_of_the_api_runs_on_our_own_files(browser: Browser, site: Site) -> None:
    with visit(browser, site) as visitor:
        visitor.go("/docs")
        expect(visitor.page.get_by_text("/api/v1/personalize", exact=True)).to_be_visible()
