"""A learner at the docs site, and whatever that person would call a defect."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from tests.factories import PASSWORD
from tests.site.building import API_HOST
from tests.site.judging import find_violations
from tests.web.browsing import DESKTOP, PATIENCE_MS, open_window
from tests.web.choices import wants_pictures
from tests.web.site import Site

API = f"http://{API_HOST}"
CHAPTER = "/chapter-02"
SECTIONS = 12  # of that chapter
MARKED = 11  # of them, where prose is rewritten in its own language: exercises stay the author's
HEADING = "can-the-wire-carry-it"  # of one of its sections, with formulas
BEGINNER = {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"}
ADA = "ada@example.test"
PICTURES = Path(__file__).parent / "screenshots"
# On a machine that does much at once, too; nothing here is about speed.
expect.set_options(timeout=PATIENCE_MS)
# Set on an object of the page, so that it is seen whether that object is still the same one.
MARK = "each => { each.chapterwiseWasHere = true }"
IS_MARKED = "each => each.chapterwiseWasHere === true"


@dataclass(frozen=True)
class DocsSite:
    """The book as a docs site, the API that its pages ask, and the files that the API serves."""

    address: str
    api: Site
    book: Path

    def enrol(self, email: str = ADA) -> None:
        self.api.enrol(email, onboarding=BEGINNER)


@dataclass
class Reader:
    """One person at one browser window."""

    page: Page
    site: DocsSite
    defects: list[str] = field(default_factory=list[str])
    # What the browser itself writes to its console about a failure that the test brings about.
    expected: list[str] = field(default_factory=list[str])

    @property
    def bar(self) -> Locator:
        return self.page.locator(".theme-chapterwise-bar")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog")

    @property
    def marks(self) -> Locator:
        return self.page.locator(".theme-chapterwise-mark > button")

    @property
    def status(self) -> Locator:
        return self.bar.get_by_role("status")

    @property
    def notice(self) -> Locator:
        return self.bar.locator(".theme-chapterwise-notice")

    def open(self, path: str = CHAPTER) -> None:
        """Open a page, and wait until its bar answers."""
        self.page.goto(f"{self.site.address}{path}")
        expect(self.bar.get_by_role("button").first).to_be_enabled()

    def section(self, section_id: str) -> Locator:
        return self.page.locator(f"[data-chapterwise-section={section_id}]")

    def press(self, name: str) -> None:
        """Press a button of the bar."""
        self.bar.get_by_role("button", name=name, exact=True).click()

    def sign_in(self, email: str = ADA) -> None:
        self.press("Sign in")
        self.fill_in(email)
        expect(self.bar.get_by_role("button", name="Account", exact=True)).to_be_visible()

    def fill_in(self, email: str = ADA) -> None:
        """Give name and password to the dialog, whichever of its forms is open."""
        self.dialog.locator("input[type=email]").fill(email)
        self.dialog.locator("input[type=password]").fill(PASSWORD)
        self.dialog.locator("button[type=submit]").click()

    def enter(self, path: str = CHAPTER) -> None:
        """An account that is there already, signed in on a page."""
        self.site.enrol()
        self.open(path)
        self.sign_in()

    def personalize(self) -> None:
        """Press the button and wait for the whole chapter."""
        self.press("Personalize this chapter")
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        expect(self.status).to_contain_text("Ready.")

    def choose_language(self, tag: str) -> None:
        self.bar.get_by_role("combobox").select_option(tag)

    def scroll_to(self, heading_id: str) -> None:
        self.page.locator(f"#{heading_id}").evaluate(
            "each => scrollTo(0, each.getBoundingClientRect().top + scrollY - 300)"
        )

    def find_top(self, heading_id: str) -> float:
        """Where a heading stands in the window."""
        box = self.page.locator(f"#{heading_id}").bounding_box()
        assert box is not None
        return box["y"]

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def check_access(self, bare: frozenset[str]) -> None:
        """Nothing that axe finds was brought by the theme: the page without it has it, too."""
        added = find_violations(self.page) - bare
        assert not added, added

    def take_picture(self, name: str) -> None:
        """For the READMEs, where the run was asked for pictures."""
        if wants_pictures():
            PICTURES.mkdir(exist_ok=True)
            self.page.mouse.move(0, 0)
            self.page.evaluate("document.fonts.ready")
            self.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")

    def watch(self) -> None:
        """Remember every defect from now on."""
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self.defects.append(f"error: {error}"))
        self.page.on("request", self._hear_request)
        self.page.on("dialog", lambda dialog: self.defects.append(f"dialog: {dialog.message}"))

    def _hear_console(self, message: ConsoleMessage) -> None:
        is_expected = any(each in message.text for each in self.expected)
        if message.type in {"error", "warning"} and not is_expected:
            self.defects.append(f"console: {message.text}")

    def _hear_request(self, request: Request) -> None:
        if not request.url.startswith((self.site.address, API, "data:", "blob:")):
            self.defects.append(f"request to elsewhere: {request.url}")


@contextmanager
def read(
    browser: Browser, site: DocsSite, *, size: tuple[int, int] = DESKTOP, dark: bool = False
) -> Generator[Reader]:
    """A fresh window; whatever was wrong in it fails the test when it closes."""
    context = open_window(browser, size, dark=dark)
    reader = Reader(context.new_page(), site)
    reader.watch()
    yield reader
    context.close()
    assert not reader.defects, reader.defects
