"""The whole walk in a real browser: what a person does, from the first page to signing out."""

import json
from pathlib import Path

from playwright.sync_api import Browser, Locator, expect

from tests.factories import PASSWORD
from tests.web.browsing import PHONE, Visitor, visit
from tests.web.site import Site

BEGINNER = {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"}
SECTIONS = 12  # of chapter 2
CHANGED = 11  # the exercises are the author's, but for a translation
OURS = [f"[data-personalized] {each}" for each in (".listing", "code", ".formula")]
HEADING = "can-the-wire-carry-it"


def answer_questions(visitor: Visitor) -> None:
    for label in ("I am a student", "I have just begun", "None yet", "A Jetson", "English"):
        visitor.page.get_by_role("radio", name=label, exact=False).first.check()
    visitor.take_picture("onboarding")
    visitor.page.get_by_role("button", name="Start reading").click()


def text_of(section: Locator) -> str:
    return section.filter(visible=True).inner_text()


def click_in_place(button: Locator) -> None:
    """The browser's driver would scroll to what it clicks; a person's hand does not."""
    button.evaluate("each => each.click()")


def test_first_visit_ends_in_a_chapter_of_ones_own(browser: Browser, site: Site) -> None:
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.go("/")
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Physical AI and humanoid robotics"
        )
        visitor.take_picture("home")
        page.get_by_role("link", name="ROS 2, the nervous system").click()
        visitor.take_picture("chapter")
        page.get_by_role("link", name="Personalize this chapter").click()
        page.get_by_label("E-mail").fill("ada@example.test")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        answer_questions(visitor)
        expect(page).to_have_url(f"{site.address}/chapters/chapter-02")

        site.stand_in.pace(first_token_s=0.4)
        page.get_by_role("button", name="Personalize this chapter").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        visitor.wait_until_ready()
        expect(page.get_by_role("progressbar")).to_be_hidden()
        assert visitor.count("[data-personalized]") == CHANGED
        assert text_of(page.locator("[data-personalized] h1")).startswith("In short:")
        expect(page).to_have_title("In short: ROS 2, the nervous system · Physical AI and humanoid"
                                   " robotics")  # fmt: skip
        page.get_by_text("Why this version?").click()
        reasons = page.locator("chapterwise-bar [part=reasons]")
        expect(reasons.locator("li").first).to_be_visible()
        expect(reasons).to_contain_text("language model")
        page.get_by_text("Why this version?").click()


def test_original_is_one_click_away_and_the_place_is_kept(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.open_chapter("ada@example.test")
        visitor.personalize()
        page.locator(f"#{HEADING}").evaluate("each => scrollTo(0, each.offsetTop - 300)")
        top = visitor.find_top(HEADING)
        for name in ("Original", "For you"):
            click_in_place(page.get_by_role("button", name=name, exact=True))
            assert abs(visitor.find_top(HEADING) - top) <= 3
        page.get_by_role("button", name="Original", exact=True).click()
        assert visitor.count("[data-personalized]") == 0
        assert visitor.count("[data-original]") == SECTIONS
        expect(page.locator(f"[data-toc={HEADING}]")).to_have_text("Can the wire carry it")
        page.get_by_role("button", name="For you", exact=True).click()
        expect(page.locator(f"[data-toc={HEADING}]")).to_have_text(
            "In short: Can the wire carry it"
        )

        section = page.locator(f"[data-section={HEADING}]")
        page.locator(f"#{HEADING}").evaluate("each => scrollTo(0, each.offsetTop - 300)")
        top = visitor.find_top(HEADING)
        click_in_place(section.get_by_role("button", name="Show the original"))
        assert visitor.count("[data-original]") == SECTIONS - CHANGED + 1
        expect(section.get_by_role("heading").first).to_have_text("Can the wire carry it")
        assert abs(visitor.find_top(HEADING) - top) <= 3
        section.get_by_role("button", name="Show the version for you").click()
        assert visitor.count("[data-original]") == SECTIONS - CHANGED
        assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map(e => e.id)).size"
                             " === document.querySelectorAll('[id]').length")  # fmt: skip


def test_thumbs_and_comment_are_kept(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.open_chapter("ada@example.test")
        expect(page.get_by_text("Did this version of the chapter help you?")).to_be_hidden()
        visitor.personalize()
        section = page.locator(f"[data-section={HEADING}]")
        section.get_by_role("button", name="Not really").click()
        expect(section.get_by_text("Thank you.")).to_be_visible()
        verdict = page.locator("[data-verdict]")
        verdict.get_by_role("button", name="Not really").click()
        expect(verdict.get_by_text("Thank you.")).to_be_visible()
        verdict.get_by_role("button", name="Too hard").click()
        verdict.get_by_label("What should be better?").fill("A <b>picture</b> & more")
        verdict.get_by_role("button", name="Send").click()
        expect(verdict.get_by_text("Thank you.")).to_be_visible()

        page.reload()
        visitor.wait_until_ready()
        expect(page.get_by_text("This version had been written before.")).to_be_visible()
        pressed = verdict.locator("[aria-pressed=true]")
        expect(pressed.first).to_have_attribute("aria-label", "Not really")
        verdict.get_by_role("button", name="Report a mistake").click()
        expect(verdict.get_by_role("textbox")).to_have_value("A <b>picture</b> & more")
        expect(section.get_by_role("button", name="Not really")).to_have_attribute(
            "aria-pressed", "true"
        )


def test_profile_changes_chapters_and_goes_with_its_owner(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.open_chapter("ada@example.test")
        visitor.personalize()
        page.get_by_role("link", name="Profile").click()
        page.get_by_role("radio", name="اردو").check()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        site.stand_in.behave("urdu")
        visitor.go("/chapters/chapter-02")
        visitor.wait_until_ready()
        expect(page.locator("[data-personalized][lang=ur][dir=rtl]").first).to_be_visible()

        visitor.go("/profile")
        with page.expect_download() as download:
            page.get_by_role("link", name="Download everything").click()
        file = tmp_path / "export.json"
        download.value.save_as(file)
        held = json.loads(file.read_text(encoding="utf-8"))
        assert held["account"]["onboarding"]["preferred_language"] == "Urdu"

        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        visitor.go("/profile")
        expect(page).to_have_url(f"{site.address}/sign-in?back=/profile")


def test_chapter_in_urdu_reads_from_the_right(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    site.stand_in.behave("urdu")
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.open_chapter("ada@example.test")
        visitor.choose_language("ur")
        visitor.personalize()
        assert visitor.count("[data-personalized][lang=ur][dir=rtl]") == SECTIONS
        for selector in OURS:
            directions = page.locator(selector).evaluate_all(
                "all => all.map(each => getComputedStyle(each).direction)"
            )
            assert set(directions) == {"ltr"}, selector
        contents = page.locator("[data-toc]").evaluate_all("all => all.map(e => [e.lang, e.dir])")
        assert contents == [["ur", "rtl"]] * len(contents)
        font = page.locator("[data-personalized] p").first.evaluate(
            "e => getComputedStyle(e).fontFamily"
        )
        assert "Nastaliq" in font
        visitor.check_access()


def test_phone_never_scrolls_sideways(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site, size=PHONE) as visitor:
        for number in range(1, 9):
            visitor.go(f"/chapters/chapter-0{number}")
            assert not visitor.scrolls_sideways(), number
        for path in ("/", "/sign-up", "/sign-in"):
            visitor.go(path)
            assert not visitor.scrolls_sideways(), path
        visitor.open_chapter("ada@example.test")
        visitor.personalize()
        assert not visitor.scrolls_sideways()
        site.stand_in.behave("urdu")
        visitor.choose_language("ur")
        visitor.wait_until_ready()
        expect(visitor.page.locator("[data-personalized][lang=ur]")).to_have_count(SECTIONS)
        assert not visitor.scrolls_sideways()
        for path in ("/welcome", "/profile"):
            visitor.go(path)
            assert not visitor.scrolls_sideways(), path


def test_reader_chooses_dark_and_it_stays(browser: Browser, site: Site) -> None:
    site.enrol("ada@example.test", onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        page = visitor.page
        background = "getComputedStyle(document.body).backgroundColor"
        visitor.open_chapter("ada@example.test")
        light = page.evaluate(background)
        page.get_by_role("button", name="Switch between light and dark").click()
        dark = page.evaluate(background)
        assert dark != light
        visitor.personalize()
        visitor.go("/")
        assert page.evaluate(background) == dark
    with visit(browser, site, dark=True) as visitor:
        visitor.go("/")
        assert visitor.page.evaluate(background) == dark


def test_print_shows_the_text_only(browser: Browser, site: Site) -> None:
    with visit(browser, site) as visitor:
        visitor.go("/chapters/chapter-02")
        visitor.page.emulate_media(media="print")
        assert (
            visitor.count(
                "header.site, footer.site, chapterwise-bar [part=row], .book, .onpage, .turn"
            )
            == 0
        )
        assert visitor.count("article h1") == 1
