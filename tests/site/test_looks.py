"""Other languages, other lights, other sizes, other hands."""

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.factories import PASSWORD
from tests.site.conftest import BareViolations
from tests.site.reading import ADA, CHAPTER, HEADING, MARKED, SECTIONS, DocsSite, Reader, read
from tests.web.browsing import DESKTOP, PHONE, open_window

LTR_PARTS = ("pre", ".markdown code", ".katex", ".docusaurus-mermaid-container")


def list_directions(parts: Locator) -> set[str]:
    found = parts.evaluate_all("all => all.map(each => getComputedStyle(each).direction)")
    return set(found)


def list_ids(reader: Reader) -> list[str]:
    headings = reader.page.locator("article :is(h1, h2, h3)[id]")
    return list(headings.evaluate_all("all => all.map(each => each.id)"))


def test_chapter_in_urdu_reads_from_the_right(
    docs_browser: Browser, docs_site: DocsSite, bare_violations: BareViolations
) -> None:
    docs_site.api.stand_in.behave("urdu")
    with read(docs_browser, docs_site) as reader:
        page = reader.page
        reader.enter()
        ids = list_ids(reader)
        reader.choose_language("ur")
        reader.personalize()
        bodies = page.locator("[data-chapterwise-section] [lang=ur][dir=rtl]")
        assert bodies.count() >= SECTIONS
        for part in LTR_PARTS:
            assert list_directions(page.locator(f"[lang=ur] {part}")) == {"ltr"}, part
        assert page.locator("h1").evaluate("e => getComputedStyle(e).direction") == "rtl"
        for element in ("p", "h2", "li", "td"):
            style = page.locator(f"[lang=ur] {element}").first.evaluate(
                "e => [getComputedStyle(e).direction, getComputedStyle(e).textAlign]"
            )
            assert style in (["rtl", "right"], ["rtl", "start"]), element
        labels = page.locator(".table-of-contents li > a > *").evaluate_all(
            "all => all.map(each => [each.lang, each.dir])"
        )
        assert labels == [["ur", "rtl"]] * (SECTIONS - 1)
        assert list_ids(reader) == ids
        font = page.locator("[lang=ur] p").first.evaluate("e => getComputedStyle(e).fontFamily")
        assert "Nastaliq" in font
        page.locator(f".table-of-contents a[href='#{HEADING}']").click()
        assert page.url.endswith(f"#{HEADING}")
        assert 0 <= reader.find_top(HEADING) < 200
        reader.check_access(bare_violations(CHAPTER))
        reader.press("Original")
        assert page.locator("h1").evaluate("e => getComputedStyle(e).direction") == "ltr"


def test_site_in_urdu_speaks_urdu(
    docs_browser: Browser, docs_site: DocsSite, bare_violations: BareViolations
) -> None:
    with read(docs_browser, docs_site) as reader:
        page = reader.page
        docs_site.enrol()
        reader.open(f"/ur{CHAPTER}")
        buttons = reader.bar.get_by_role("button")
        assert not any(each.isascii() for each in buttons.all_inner_texts())
        buttons.last.click()
        reader.fill_in()
        expect(reader.dialog).to_be_hidden()
        docs_site.api.stand_in.behave("urdu")
        reader.choose_language("ur")
        reader.bar.locator(".theme-chapterwise-start").click()
        expect(reader.marks).to_have_count(SECTIONS)
        for part in LTR_PARTS:
            assert list_directions(page.locator(f"article {part}")) == {"ltr"}, part
        assert not reader.scrolls_sideways()
        reader.check_access(bare_violations(f"/ur{CHAPTER}"))


def test_dark_page_is_read_as_well(
    docs_browser: Browser, docs_site: DocsSite, bare_violations: BareViolations
) -> None:
    bare = bare_violations(CHAPTER, dark=True)
    with read(docs_browser, docs_site, dark=True) as reader:
        docs_site.enrol()
        reader.open()
        reader.press("Sign in")
        reader.check_access(bare)
        reader.page.keyboard.press("Escape")
        reader.sign_in()
        reader.personalize()
        reader.bar.get_by_text("Why this version?").click()
        section = reader.section(HEADING)
        section.get_by_role("button", name="Rewritten for you").click()
        section.get_by_role("button", name="What changed?").click()
        expect(section.locator("ins").first).to_be_visible()
        section.get_by_role("button", name="Yes").click()
        expect(section.get_by_role("textbox")).to_be_visible()
        reader.check_access(bare)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_phone_never_scrolls_sideways(
    docs_browser: Browser, docs_site: DocsSite, language: str
) -> None:
    docs_site.api.stand_in.behave("urdu" if language == "ur" else "simplified")
    with read(docs_browser, docs_site, size=PHONE) as reader:
        docs_site.enrol()
        reader.open()
        assert not reader.scrolls_sideways()
        reader.press("Sign in")
        check_inside(reader.dialog)
        reader.page.keyboard.press("Escape")
        reader.sign_in()
        reader.press("Account")
        check_inside(reader.bar.get_by_role("link", name="Your profile"))
        reader.page.keyboard.press("Escape")
        reader.choose_language(language)
        reader.personalize()
        assert not reader.scrolls_sideways()
        for control in (
            reader.bar.locator("button:not(p button), select, summary").filter(visible=True).all()
        ):
            check_inside(control)
        section = reader.section(HEADING)
        section.locator(".theme-chapterwise-mark > button").click()
        for control in section.locator("button").filter(visible=True).all()[:6]:
            check_inside(control)
        assert not reader.scrolls_sideways()
        reader.press("Account")
        reader.bar.get_by_role("link", name="Your profile").click()
        expect(reader.page.get_by_role("heading", level=1)).to_be_visible()
        assert not reader.scrolls_sideways()


def test_bar_moves_nothing_when_it_wakes(docs_browser: Browser, docs_site: DocsSite) -> None:
    """The page as it comes and the page that answers have the text at the same place."""
    context = open_window(docs_browser, DESKTOP, script=False)
    asleep = context.new_page()
    asleep.goto(f"{docs_site.address}{CHAPTER}")
    place = asleep.locator("article h1").bounding_box()
    context.close()
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        assert reader.page.locator("article h1").bounding_box() == place


def check_inside(part: Locator) -> None:
    """All of it is in the window's width, and it can be hit with a finger."""
    box = part.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE[0]
    assert box["height"] >= 24


def test_keyboard_alone_is_enough(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        page, keys = reader.page, reader.page.keyboard
        docs_site.enrol()
        reader.open()
        press_until(reader, "Personalize this chapter")
        keys.press("Enter")
        expect(reader.dialog.get_by_label("E-mail")).to_be_focused()
        keys.press("Escape")
        expect(reader.dialog).to_be_hidden()
        expect(reader.bar.get_by_role("button", name="Personalize this chapter")).to_be_focused()
        keys.press("Enter")
        expect(reader.dialog.get_by_label("E-mail")).to_be_focused()
        press_until(reader, "Sign in")
        keys.press("Enter")
        expect(reader.dialog.get_by_role("heading")).to_have_text("Sign in")
        reader.dialog.get_by_label("E-mail").focus()
        keys.type(ADA)
        keys.press("Tab")
        keys.type(PASSWORD)
        keys.press("Enter")
        reader.wait_until_ready()
        # The button that was pressed has gone, and its place is taken by what came of it.
        expect(reader.bar.get_by_role("button", name="For you")).to_be_focused()
        press_until(reader, "Original")
        keys.press("Space")
        expect(reader.marks).to_have_count(0)
        press_until(reader, "For you", backwards=True)
        keys.press("Enter")
        expect(reader.marks).to_have_count(MARKED)
        press_until(reader, "Why this version?")
        keys.press("Enter")
        expect(reader.bar.get_by_role("listitem").first).to_be_visible()
        press_until(reader, "Rewritten for you")
        keys.press("Enter")
        press_until(reader, "Show the original")
        keys.press("Enter")
        expect(page.locator("h1")).to_have_text("ROS 2, the nervous system")


def press_until(reader: Reader, name: str, *, backwards: bool = False) -> None:
    """Tab on until what has the focus is called so, seeing the focus all the way."""
    for _ in range(60):
        reader.page.keyboard.press("Shift+Tab" if backwards else "Tab")
        words, outline, width = reader.page.evaluate(
            "() => { const e = document.activeElement; const style = getComputedStyle(e);"
            " return [e.innerText || e.ariaLabel || e.name || '', style.outlineStyle,"
            " e.getBoundingClientRect().width] }"
        )
        assert outline != "none", words
        assert width > 0, words
        if name in words:
            return
    raise AssertionError(f"Tab never came to {name!r}")
