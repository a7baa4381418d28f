"""A chapter of one's own as it is read: switching, comparing, judging, following its links."""

from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import create_engine, text

from server.core.database.engine import parse_url
from tests.site.conftest import BareViolations
from tests.site.reading import HEADING, IS_MARKED, MARK, MARKED, DocsSite, read
from tests.stand_in import Note

MOVED_PX = 3


def click_in_place(button: Locator) -> None:
    """The browser's driver would scroll to what it clicks; a person's hand does not."""
    button.evaluate("each => each.click()")


def test_original_is_one_click_away_and_the_place_is_kept(
    docs_browser: Browser, docs_site: DocsSite
) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        listings = reader.page.locator(".theme-code-block")
        diagram = reader.page.locator(".docusaurus-mermaid-container")
        before = listings.count()
        listings.nth(1).evaluate(MARK)
        diagram.first.evaluate(MARK)
        reader.personalize()
        reader.scroll_to(HEADING)
        top = reader.find_top(HEADING)
        for view in ("Original", "For you"):
            click_in_place(reader.bar.get_by_role("button", name=view, exact=True))
            assert abs(reader.find_top(HEADING) - top) <= MOVED_PX, view
        # What the page has rendered stays what it was, with whatever the reader did to it.
        assert listings.count() == before
        assert listings.nth(1).evaluate(IS_MARKED)
        assert diagram.first.evaluate(IS_MARKED)

        reader.press("Original")
        expect(reader.marks).to_have_count(0)
        expect(reader.page.locator(f"#{HEADING}")).to_contain_text("Can the wire carry it")
        expect(reader.page.locator(f".table-of-contents a[href='#{HEADING}']")).to_have_text(
            "Can the wire carry it"
        )
        assert listings.nth(1).evaluate(IS_MARKED)


def test_one_section_shows_its_original_and_what_was_changed(
    docs_browser: Browser, docs_site: DocsSite, bare_violations: BareViolations
) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.personalize()
        section = reader.section(HEADING)
        mark = section.get_by_role("button", name="Rewritten for you")
        mark.click()
        expect(section).to_contain_text("Written with AI, from the author’s text.")
        section.get_by_role("button", name="What changed?").click()
        expect(section.locator("ins").first).to_contain_text("In short:")
        reader.check_access(bare_violations("/chapter-02"))
        section.get_by_role("button", name="Show the original").click()
        expect(section.get_by_role("heading", level=2)).to_contain_text("Can the wire carry it")
        expect(section.locator("h2")).not_to_contain_text("In short")
        expect(reader.section("summary").locator("h2")).to_contain_text("In short")
        section.get_by_role("button", name="Show the version for you").click()
        expect(section.locator("h2")).to_contain_text("In short")
        assert reader.page.evaluate(
            "(all => new Set(all.map(each => each.id)).size === all.length)"
            "(Array.from(document.querySelectorAll('[id]')))"
        )


def test_word_about_a_section_and_the_chapter_is_kept(
    docs_browser: Browser, docs_site: DocsSite
) -> None:
    comment = "A <b>picture</b> & more"
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.personalize()
        section = reader.section(HEADING)
        section.get_by_role("button", name="Rewritten for you").click()
        section.get_by_role("button", name="Not really").click()
        expect(section.get_by_text("Thank you.")).to_be_visible()
        section.get_by_role("textbox").fill(comment)
        with reader.page.expect_response("**/api/v1/feedback"):
            section.get_by_role("button", name="Send").click()
        verdict = reader.page.locator(".theme-chapterwise-verdict")
        verdict.get_by_role("button", name="Yes").click()
        expect(verdict.get_by_text("Thank you.")).to_be_visible()
        expect(verdict.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
        assert list_feedback(docs_site) == [("", True, None), (HEADING, False, comment)]
        reader.page.reload()
        reader.personalize()
        expect(verdict.get_by_role("button", name="Yes")).to_have_attribute("aria-pressed", "true")
        section.get_by_role("button", name="Rewritten for you").click()
        said = section.get_by_role("button", name="Not really")
        expect(said).to_have_attribute("aria-pressed", "true")
        section.get_by_role("button", name="Report a mistake").click()
        expect(section.get_by_role("textbox")).to_have_value(comment)


def list_feedback(site: DocsSite) -> list[tuple[str, bool, str | None]]:
    engine = create_engine(parse_url(site.api.database_url))
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT section_id, helpful, comment FROM feedback ORDER BY section_id")
        ).all()
    engine.dispose()
    return [(row.section_id, row.helpful, row.comment) for row in rows]


def test_added_notes_are_notes_of_the_site(docs_browser: Browser, docs_site: DocsSite) -> None:
    note = Note("hardware", "Your Jetson can do this.", section="nodes*")
    docs_site.api.stand_in.behave("simplified", notes=[note])
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.personalize()
        section = reader.section("nodes-and-topics")
        added = section.locator(".theme-admonition", has_text="Your Jetson can do this.")
        expect(added).to_be_visible()
        expect(section.get_by_role("button", name="note added")).to_be_visible()


def test_links_lead_where_they_led_before(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        links = reader.page.locator("article .markdown a")
        read_targets = "all => all.map(each => each.getAttribute('href'))"
        before = links.evaluate_all(read_targets)
        pictures = reader.page.locator("article img").evaluate_all("all => all.map(e => e.src)")
        reader.personalize()
        assert reader.marks.count() == MARKED
        assert links.evaluate_all(read_targets) == before
        assert (
            reader.page.locator("article img").evaluate_all("all => all.map(e => e.src)")
            == pictures
        )
        reader.page.locator(f"#{HEADING} .hash-link").click(force=True)
        assert reader.page.url.endswith(f"#{HEADING}")
        assert 0 <= reader.find_top(HEADING) < 200
        marked = "each => { document.body.chapterwiseWasHere = true; each.click() }"
        links.first.evaluate(marked)
        expect(reader.page.locator("h1")).to_have_text("What physical AI is")
        # The page was never loaded anew: the link is the site's own.
        assert reader.page.evaluate("document.body.chapterwiseWasHere") is True
