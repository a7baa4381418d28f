"""What an instructor does on the pages, through the eyes of the learner whose chapter it is."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, CHAPTER
from tests.stand_in import StandIn
from tests.web.browsing import PHONE, START, Visitor, visit
from tests.web.site import Site, open_site, with_model

REVIEW = "/instructor/review/robots"
ORIGINAL = "The stop button is red. Press it whenever you are not sure what the arm will do next."
EDITED = "The stop button is red. Press it at once when you are not sure about the arm."


@dataclass
class School:
    """A learner at one window, an instructor at another, and the file between them."""

    site: Site
    learner: Visitor
    instructor: Visitor
    file: Path
    has_read: bool = False

    @property
    def calls(self) -> int:
        return len(self.site.stand_in.calls)

    def read(self) -> None:
        """The learner opens the chapter anew and asks for it."""
        self.learner.go("/chapters/robots")
        self.learner.page.wait_for_load_state()
        # The page begins as it was left, so that only the first visit takes a click.
        if not self.has_read:
            self.learner.page.get_by_role("button", name=START).click()
        self.has_read = True
        self.learner.wait_until_ready()

    def see(self, section: str) -> Locator:
        """What the learner sees of a section now."""
        shown = self.learner.page.locator(f"[data-section={section}]")
        return shown.locator("[data-personalized], [data-original]").filter(visible=True)

    def review(self, section: str) -> Locator:
        """The instructor opens the review, and looks at a section."""
        self.instructor.go(f"{REVIEW}#{section}")
        return self.find(section)

    def find(self, section: str) -> Locator:
        return self.instructor.page.locator(f"section#{section}")

    def forget_refusals(self) -> None:
        """A refused request is always named on the console."""
        defects = self.instructor.defects
        defects[:] = [each for each in defects if "422" not in each]

    def say_yes(self) -> None:
        """To the next question that the page asks the instructor."""
        self.instructor.replies.append(True)

    def edit(self, section: str, old: str, new: str) -> Locator:
        """Write over the text that holds the old words."""
        reviewed = self.review(section)
        open_form(reviewed, "Edit")
        for field in reviewed.locator("textarea[name=text]").all():
            if old in field.input_value():
                field.fill(new)
        reviewed.get_by_role("button", name="Save and pin").click()
        return reviewed

    def reject(self, section: str, hint: str) -> None:
        reviewed = self.review(section)
        open_form(reviewed, "Reject")
        reviewed.get_by_label("What should be better?").fill(hint)
        self.say_yes()
        reviewed.get_by_role("button", name="Reject the text of").click()

    def clear(self, what: str) -> None:
        """On the page that follows an edit."""
        self.instructor.go("/instructor")
        row = self.instructor.page.get_by_role("row", name="Robots at work")
        row.get_by_role("combobox").select_option(label=what)
        self.say_yes()
        row.get_by_role("button", name="Clear").click()
        expect(self.instructor.page.get_by_role("status").first).to_contain_text("Cleared")


def open_form(section: Locator, name: str) -> None:
    summary = section.locator("summary").filter(has_text=name)
    if summary.locator("xpath=..").get_attribute("open") is None:
        summary.click()


def expect_done(section: Locator, words: str) -> None:
    expect(section.get_by_role("status")).to_contain_text(words)


@pytest.fixture
def school(
    settings: Settings, committed_database_url: str, stand_in: StandIn, browser: Browser
) -> Iterator[School]:
    """The learner has read the chapter; the instructor has the same answers: one plan is in use."""
    settings.docs_dir.mkdir(parents=True)
    file = settings.docs_dir / "robots.md"
    file.write_text(CHAPTER, encoding="utf-8")
    stand_in.behave("simplified")
    with ExitStack() as stack:
        served = open_site(with_model(settings, stand_in), committed_database_url, stand_in)
        site = stack.enter_context(served)
        site.enrol("ada@example.test", onboarding=BEGINNER)
        site.enrol("grace@example.test", role=AccountRole.INSTRUCTOR, onboarding=BEGINNER)
        learner, instructor = [stack.enter_context(visit(browser, site)) for _ in range(2)]
        learner.sign_in("ada@example.test")
        instructor.sign_in("grace@example.test")
        school = School(site, learner, instructor, file)
        school.read()
        yield school


def test_a_pinned_text_stays_when_everything_else_is_written_anew(school: School) -> None:
    before = school.see("safety").inner_text()
    school.review("safety").get_by_role("button", name="Pin Safety").click()
    expect_done(school.find("safety"), "Pinned.")
    school.clear("Versions and sections")
    school.site.stand_in.behave("faithful")
    school.read()
    assert school.see("safety").inner_text() == before
    assert "In short" in before
    expect(school.see("setup")).not_to_contain_text("In short")


def test_edited_text_is_what_the_learner_reads(school: School) -> None:
    calls = school.calls
    school.edit("safety", "The stop button", EDITED)
    expect_done(school.find("safety"), "Your words are pinned.")
    expect(school.find("safety")).to_be_in_viewport()
    school.read()
    expect(school.see("safety")).to_contain_text(EDITED)
    assert school.calls == calls


def test_bad_edit_is_refused_with_its_finding_and_nothing_is_lost(school: School) -> None:
    typed = "Install what you need first. The loop runs at ⟦2⟧ Hz."
    before = school.see("setup").inner_text()
    school.edit("setup", "Install", typed)
    section = school.find("setup")
    expect(section.get_by_role("alert")).to_contain_text("⟦1⟧ is missing.")
    expect(section.get_by_role("alert")).to_be_in_viewport()
    field = section.locator("textarea[aria-invalid]")
    expect(field).to_have_value(typed)
    school.instructor.check_access()
    section.get_by_role("alert").get_by_role("link").first.click()
    expect(field).to_be_in_viewport()
    school.read()
    assert school.see("setup").inner_text() == before
    field.fill("Install [the tools]⟦1⟧ before you begin. The loop runs at ⟦2⟧ Hz.")
    section.get_by_role("button", name="Save and pin").click()
    expect_done(section, "Your words are pinned.")
    school.read()
    expect(school.see("setup")).to_contain_text("before you begin")
    school.forget_refusals()


def test_number_that_an_edit_drops_is_named(school: School) -> None:
    text = school.file.read_text(encoding="utf-8")
    school.file.write_text(text.replace(ORIGINAL, f"{ORIGINAL} It is 37 mm wide."), "utf-8")
    school.read()
    school.edit("safety", "The stop button", f"{ORIGINAL} It is wide.")
    expect(school.find("safety").get_by_role("alert")).to_contain_text("37")
    school.read()
    expect(school.see("safety")).to_contain_text("It is 37 mm wide.")
    school.forget_refusals()


def test_rejected_text_is_asked_for_once_more_with_the_remark(school: School) -> None:
    calls = school.calls
    school.site.stand_in.behave("faithful")
    school.reject("safety", "Say why the button is red.")
    expect_done(school.find("safety"), "Dropped.")
    assert school.calls == calls
    school.read()
    expect(school.see("safety")).not_to_contain_text("In short")
    (call,) = school.site.stand_in.calls[calls:]
    assert call.section_ids == ("safety",)
    assert "Say why the button is red." in call.user
    school.read()
    assert school.calls == calls + 1


def test_locked_section_is_the_authors_and_unlocked_it_is_back_without_a_call(
    school: School,
) -> None:
    before, calls = school.see("safety").inner_text(), school.calls
    section = school.review("safety")
    school.say_yes()
    section.get_by_role("button", name="Lock Safety").click()
    expect_done(section, "Locked.")
    school.read()
    expect(school.see("safety")).to_contain_text(ORIGINAL)
    expect(school.see("safety")).not_to_contain_text("In short")
    section.get_by_role("button", name="Unlock Safety").click()
    expect_done(section, "Unlocked.")
    school.read()
    assert school.see("safety").inner_text() == before
    assert school.calls == calls


def test_cleared_versions_cost_no_call_and_cleared_sections_one_generation(
    school: School,
) -> None:
    before, calls = school.see("safety").inner_text(), school.calls
    school.clear("Versions")
    school.read()
    assert school.calls == calls
    school.clear("Versions and sections")
    school.read()
    assert school.see("safety").inner_text() == before
    asked = [id_ for call in school.site.stand_in.calls[calls:] for id_ in call.section_ids]
    assert sorted(asked) == ["robots-at-work", "safety", "setup"]
    school.read()
    assert school.calls == 2 * calls


def test_pin_of_a_section_that_was_edited_in_the_file_is_not_shown_and_asks_for_eyes(
    school: School,
) -> None:
    school.edit("safety", "The stop button", EDITED)
    expect_done(school.find("safety"), "Your words are pinned.")
    text = school.file.read_text(encoding="utf-8")
    school.file.write_text(text.replace("button is red", "button is large and red"), "utf-8")
    school.read()
    expect(school.see("safety")).to_contain_text("large and red")
    expect(school.see("safety")).not_to_contain_text("Press it at once")
    page = school.instructor.page
    page.get_by_role("link", name="What needs eyes").click()
    item = page.locator(".queue li")
    expect(item).to_have_count(1)
    expect(item).to_contain_text("Pin outdated")
    item.get_by_role("link", name="Safety").click()
    section = school.find("safety")
    section.get_by_text("Pinned text that is outdated").click()
    expect(section.locator(".old-text")).to_contain_text(EDITED)
    school.instructor.check_access()
    school.say_yes()
    section.get_by_role("button", name="Take off the outdated pin").click()
    expect_done(section, "The pin is taken off.")
    page.get_by_role("link", name="What needs eyes").click()
    expect(page.get_by_text("Nothing needs your eyes now.")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_review_with_everything_open_shuts_nobody_out(
    school: School, browser: Browser, *, dark: bool
) -> None:
    school.edit("safety", "The stop button", EDITED)
    expect_done(school.find("safety"), "Your words are pinned.")
    for size in (PHONE, (1280, 800)):
        with visit(browser, school.site, size=size, dark=dark) as visitor:
            visitor.sign_in("grace@example.test")
            visitor.go(REVIEW)
            for summary in visitor.page.locator(".reviewed summary").all():
                summary.click()
            visitor.check_access()
            assert not visitor.scrolls_sideways()
            visitor.go("/instructor/queue")
            visitor.check_access()
            assert not visitor.scrolls_sideways()


def test_edit_by_keyboard_alone(school: School) -> None:
    page = school.instructor.page
    section = school.review("safety")
    section.locator("summary").filter(has_text="Edit").focus()
    page.keyboard.press("Enter")
    field = section.locator("textarea[name=text]").last
    for _ in range(8):
        page.keyboard.press("Tab")
        if field.evaluate("each => each === document.activeElement"):
            break
    expect(field).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(EDITED)
    button = section.get_by_role("button", name="Save and pin")
    for _ in range(8):
        page.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect_done(section, "Your words are pinned.")
    school.read()
    expect(school.see("safety")).to_contain_text(EDITED)
