"""A real Chromium that remembers whatever a person would call a defect."""

import re
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request

from tests.factories import PASSWORD
from tests.web.choices import PICTURES, wants_pictures
from tests.web.site import Site

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = (1280, 800)
PHONE = (390, 844)
PATIENCE_MS = 20_000
START = re.compile("^Personalize")  # on a phone it says no more
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Visitor:
    """One person at one browser window."""

    page: Page
    site: Site
    defects: list[str] = field(default_factory=list[str])
    replies: list[bool] = field(default_factory=list[bool])  # to the questions that are expected
    asked: list[str] = field(default_factory=list[str])

    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.address}{path}")

    def sign_in(self, email: str, path: str = "/") -> None:
        self.go(f"/sign-in?back={path}")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self.site.address}{path}")

    def personalize(self) -> None:
        """Press the button and wait for the whole chapter."""
        self.page.get_by_role("button", name=START).click()
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        self.page.locator("chapterwise-bar[data-phase=done]").wait_for(state="attached")

    def open_chapter(self, email: str, chapter: str = "chapter-02") -> None:
        self.sign_in(email, f"/chapters/{chapter}")

    def choose_language(self, tag: str) -> None:
        """By the name that the language has for itself."""
        self.page.locator("chapterwise-bar [part=language]").click()
        self.page.locator(f"chapterwise-bar button:has([lang={tag}])").click()

    def count(self, selector: str) -> int:
        """How many of these a person sees."""
        return self.page.locator(selector).filter(visible=True).count()

    def find_top(self, heading_id: str) -> float:
        """Where a heading stands in the window."""
        top = self.page.evaluate(
            "id => document.getElementById(id).getBoundingClientRect().top", heading_id
        )
        assert isinstance(top, int | float)
        return top

    def scrolls_sideways(self) -> bool:
        return bool(self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))

    def check_access(self) -> None:
        """No violation that axe can find on the page as it is shown now."""
        self.page.evaluate(read_axe())
        found = self.page.evaluate(
            "rules => axe.run({runOnly: rules, resultTypes: ['violations']}).then(results => "
            "results.violations.map(each => [each.id, each.help, "
            "each.nodes.slice(0, 3).map(node => node.html.slice(0, 200))]))",
            RULES,
        )
        assert found == [], f"{self.page.url}: {found}"

    def take_picture(self, name: str, at: str = "html") -> None:
        """For the README, where the run was asked for pictures; from this place on."""
        if wants_pictures():
            PICTURES.mkdir(exist_ok=True)
            self.page.mouse.move(0, 0)
            self.page.evaluate("at => document.querySelector(at).scrollIntoView()", at)
            self.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")

    def check_no_defects(self) -> None:
        assert self.defects == []

    def watch(self) -> None:
        """Remember every defect from now on."""
        self.page.on("console", self._hear_console)
        self.page.on("pageerror", lambda error: self.defects.append(f"error: {error}"))
        self.page.on("request", self._hear_request)
        self.page.on("dialog", self._answer)

    def _answer(self, dialog: Dialog) -> None:
        """Say yes or no to a question that the test expects; any other is a defect."""
        if not self.replies:
            self.defects.append(f"dialog: {dialog.message}")
        self.asked.append(dialog.message)
        if self.replies and self.replies.pop(0):
            dialog.accept()
        else:
            dialog.dismiss()

    def _hear_console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.defects.append(f"console: {message.text}")

    def _hear_request(self, request: Request) -> None:
        if not request.url.startswith((self.site.address, "data:", "blob:")):
            self.defects.append(f"request to elsewhere: {request.url}")


@contextmanager
def visit(
    browser: Browser,
    site: Site,
    *,
    size: tuple[int, int] = DESKTOP,
    dark: bool = False,
    script: bool = True,
) -> Generator[Visitor]:
    """A fresh window; whatever was wrong in it fails the test when it closes."""
    context = open_window(browser, size, dark=dark, script=script)
    visitor = Visitor(context.new_page(), site)
    visitor.watch()
    yield visitor
    context.close()
    visitor.check_no_defects()


def open_window(
    browser: Browser, size: tuple[int, int], *, dark: bool = False, script: bool = True
) -> BrowserContext:
    """A browser's window of its own, without anybody's cookies."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        java_script_enabled=script,
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context


def read_axe() -> str:
    """The script of axe-core, which a Python package brings along."""
    package = find_spec("axe_playwright_python")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).with_name("axe.min.js").read_text(encoding="utf-8")
