"""A reader at the example page: asks, stops, turns, compares, reports, reloads; on a phone too."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.element.example import Api, serve_example, write_section
from tests.web.browsing import ARGUMENTS, PHONE, RULES, read_axe
from tests.web.choices import find_chromium


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    command = find_chromium()
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=command, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def api() -> Iterator[Api]:
    with serve_example() as served:
        yield served


@pytest.fixture
def page(chromium: Browser, api: Api) -> Iterator[Page]:
    defects = list[str]()
    context = chromium.new_context(
        viewport={"width": PHONE[0], "height": PHONE[1]}, color_scheme="dark"
    )
    opened = context.new_page()
    opened.set_default_timeout(10_000)
    opened.on("pageerror", lambda error: defects.append(str(error)))
    opened.on("console", lambda said: defects.append(said.text) if said.type == "error" else None)
    opened.goto(api.address)
    yield opened
    context.close()
    assert defects == []


def check_access(page: Page) -> None:
    page.evaluate(read_axe())
    found = page.evaluate(
        "rules => axe.run({runOnly: rules}).then(({violations}) => "
        "violations.map(each => [each.id, each.nodes.map(node => node.html)]))",
        RULES,
    )
    assert found == []


def check_row(page: Page) -> None:
    """One row, in view, and nothing that makes the page scroll sideways."""
    row = page.locator("chapterwise-bar .row").bounding_box()
    assert row is not None
    assert row["y"] >= 0
    assert row["height"] < 64
    assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")


def test_a_reader_asks_stops_and_asks_again(page: Page, api: Api) -> None:
    check_row(page)
    check_access(page)
    page.get_by_role("button", name="Personalize").click()
    expect(page.get_by_text("1 of 2", exact=True)).to_be_visible()
    expect(page.get_by_text("Not written for you yet")).to_be_visible()
    check_row(page)
    check_access(page)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_text("Stopped. What has come stays.")).to_be_visible()
    assert api.asked[0]["form"] == "tree"
    api.goes_on.set()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("Ready.", exact=True)).to_be_visible()
    expect(page.get_by_text("Not written for you yet")).to_have_count(0)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    check_row(page)
    check_access(page)


def test_a_reader_turns_compares_and_reports(page: Page, api: Api) -> None:
    api.goes_on.set()
    page.get_by_role("button", name="Personalize").click()
    nodes = page.locator("[data-section='nodes']")
    expect(nodes.locator("[data-personalized]")).to_be_visible()
    nodes.get_by_role("button", name="What changed?").click()
    expect(nodes.get_by_text("A node is a process").filter(visible=True)).to_be_visible()
    check_access(page)
    page.get_by_role("button", name="Original", exact=True).click()
    expect(page.locator("[data-original] #nodes")).to_be_visible()
    page.get_by_role("button", name="For you", exact=True).click()
    nodes.get_by_role("button", name="Report a mistake").click()
    nodes.get_by_label("What should be better?").fill("A node is no computation.")
    check_access(page)
    nodes.get_by_role("button", name="Send").click()
    expect(nodes.get_by_text("Thank you.")).to_be_visible()
    assert api.opinions == [
        {
            "chapter_id": "chapter-01",
            "section": "nodes",
            "helpful": False,
            "fault": "wrong",
            "comment": "A node is no computation.",
        }
    ]


def test_what_is_read_stays_where_it_is(page: Page, api: Api) -> None:
    api.goes_on.set()
    page.get_by_role("button", name="Personalize").click()
    expect(page.locator("[data-personalized]").last).to_be_visible()
    # The example is short: without more above and below it there is nothing to scroll.
    page.evaluate("document.querySelector('article').style.padding = '2000px 0'")
    page.evaluate("scrollTo(0, document.getElementById('topics').offsetTop - 200)")
    find_top = "document.getElementById('topics').getBoundingClientRect().top"
    before = page.evaluate(find_top)
    page.get_by_role("button", name="Original", exact=True).click()
    page.get_by_role("button", name="For you", exact=True).click()
    assert abs(page.evaluate(find_top) - before) < 3
    nodes = page.locator("[data-section='nodes']")
    nodes.get_by_role("button", name="Show the original").dispatch_event("click")
    assert abs(page.evaluate(find_top) - before) < 3


def test_a_reload_finds_the_language_and_the_version(page: Page, api: Api) -> None:
    api.goes_on.set()
    page.get_by_role("button", name="Language").click()
    page.keyboard.type("ordu")
    expect(page.get_by_text("No language here has that name.")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("urd")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Personalize").click()
    expect(page.locator("[data-personalized]").last).to_be_visible()
    page.reload()
    expect(page.locator("[data-personalized]").last).to_be_visible()
    assert [each["language"] for each in api.asked] == ["ur", "ur"]


def test_the_bar_runs_from_right_to_left_and_by_keyboard(page: Page, api: Api) -> None:
    api.goes_on.set()
    page.evaluate("document.querySelector('chapterwise-bar').setAttribute('interface', 'ur')")
    start = page.get_by_role("button", name="اپنے مطابق بنائیں")
    expect(start).to_be_visible()
    page.keyboard.press("Tab")
    expect(start).to_be_focused()
    page.keyboard.press("Enter")
    mine = page.get_by_role("button", name="آپ کے لیے", exact=True)
    expect(mine).to_be_focused()
    expect(mine).to_have_attribute("aria-pressed", "true")
    check_access(page)
    page.get_by_role("button", name="زبان").click()
    check_access(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="زبان")).to_be_focused()


def test_an_api_that_is_gone_is_told_in_words(api: Api, chromium: Browser) -> None:
    window = chromium.new_context().new_page()
    window.goto(api.address)
    window.context.set_offline(True)
    window.get_by_role("button", name="Personalize").click()
    expect(window.get_by_text("The service cannot be reached.")).to_be_visible()
    check_access(window)
    window.context.set_offline(False)
    api.goes_on.set()
    window.get_by_role("button", name="Try again").click()
    expect(window.locator("[data-personalized]").last).to_be_visible()
    window.context.close()


def test_no_tree_runs_anything(api: Api, chromium: Browser) -> None:
    api.goes_on.set()
    api.policy = "default-src * 'unsafe-inline' data:"  # so that only the element defends the page
    api.sections = (write_hostile("nodes"), write_hostile("topics"))
    asked = list[str]()
    with chromium.new_context() as context:
        window = context.new_page()
        window.on("request", lambda request: asked.append(request.url))
        window.goto(api.address)
        window.evaluate("void (window.alert = () => { window.ran = true; })")
        window.get_by_role("button", name="Personalize").click()
        shown = window.locator("[data-personalized]").last
        expect(shown).to_contain_text("the end")
        for link in shown.locator("a").all():
            link.dispatch_event("click")
        shown.locator("[tabindex]").first.focus()
        window.wait_for_timeout(300)
        assert window.evaluate("window.ran") is None
        assert all(url.startswith(api.address) for url in asked)
        assert window.url.startswith(api.address)
        forbidden = "script, iframe, object, embed, form, style, link, animate, set, use, image"
        assert window.locator(f"[data-personalized] :is({forbidden})").count() == 0


def write_hostile(section: str) -> dict[str, object]:
    """Every way in that a tree could try."""
    evil = "alert(1)"
    away = "https://evil.example/x"

    def node(tag: str, attributes: dict[str, object], *children: object) -> dict[str, object]:
        return {"tag": tag, "attributes": attributes, "children": list(children)}

    picture = node(
        "svg",
        {"onload": evil},
        node("a", {"href": f"javascript:{evil}"}, node("text", {}, "a")),
        node("animate", {"attributeName": "href", "values": f"javascript:{evil}", "begin": "0s"}),
        node("set", {"attributeName": "onmouseover", "to": evil}),
        node("use", {"href": away}),
        node("image", {"href": away}),
        node("rect", {"fill": f"url({away}#x)", "style": f"fill:url({away})"}),
        node("foreignObject", {}, node("iframe", {"srcdoc": f"<script>{evil}</script>"})),
    )
    blocks: list[object] = [
        node("script", {}, evil),
        node("img", {"src": "x:y", "onerror": evil}),
        node("img", {"src": f"data:image/svg+xml,<svg onload={evil}>"}),
        node("iframe", {"src": f"javascript:{evil}"}),
        node("a", {"href": f"javascript:{evil}"}, "a"),
        node("a", {"href": f" java\nscript:{evil}"}, "b"),
        node("a", {"href": f"data:text/html,<script>{evil}</script>"}, "c"),
        node(
            "p",
            {"onfocus": evil, "tabindex": "0", "autofocus": "", "style": f"background:url({away})"},
            "d",
        ),
        node("style", {}, f"@import '{away}'"),
        node("link", {"rel": "stylesheet", "href": away}),
        node("meta", {"http-equiv": "refresh", "content": f"0;url={away}"}),
        node("base", {"href": away}),
        node("object", {"data": away}),
        node("form", {"action": away}, node("button", {"formaction": f"javascript:{evil}"}, "e")),
        node("details", {"open": "", "ontoggle": evil}, "f"),
        node("math", {}, node("mi", {"href": f"javascript:{evil}", "xlink:href": away}, "g")),
        picture,
        f"<img src=x onerror={evil}>",
        node("p", {}, "the end"),
    ]
    return write_section(section, f"<img src=x onerror={evil}>") | {"blocks": blocks}
