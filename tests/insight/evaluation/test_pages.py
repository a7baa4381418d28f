"""The pages: whole, without a network, readable by everybody, and deaf to what a text says."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from server.insight.evaluation.comparison import find_changes
from server.insight.evaluation.figures import Form, write_change, write_value
from server.insight.evaluation.pages import render_form, render_report
from server.insight.evaluation.plots import Row, Segment, draw_bars
from server.insight.evaluation.ratings import RatingFile
from server.insight.evaluation.report import Report
from tests.insight.evaluation.book import Workshop
from tests.stand_in import Fault
from tests.web.browsing import DESKTOP, PHONE, RULES, read_axe

HOSTILE = '</pre></div></script><script>defect()</script><img src=x onerror="defect()">'
PAGES = ("out/report.html", "out/rubric.html", "both.html")


@contextmanager
def open_page(browser: Browser, path: Path, size: tuple[int, int], scheme: str) -> Generator[Page]:
    """The page as it lies on a disk; any message, error or request is a defect."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        accept_downloads=True,
    )
    page = context.new_page()
    defects: list[str] = []
    page.on("console", lambda message: defects.append(message.text))
    page.on("pageerror", lambda error: defects.append(str(error)))
    page.on("request", lambda request: defects.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    yield page
    context.close()
    assert [each for each in defects if not each.startswith(("file:", "blob:"))] == []


@pytest.fixture
def pages(workshop: Workshop) -> Path:
    """A report with a form and a comparison; some answers went wrong."""
    workshop.stand_in.misbehave(Fault.ADD_LINK, section="setup", calls=1)
    workshop.stand_in.misbehave(Fault.ADD_CODE_SPAN, section="by-hand")
    workshop.evaluate("out", "one")
    workshop.stand_in.reset()
    workshop.stand_in.behave("urdu")
    workshop.evaluate("other", "one")
    folder = workshop.folder
    both = ("--out", str(folder / "both.html"))
    assert workshop.run("compare", str(folder / "out"), str(folder / "other"), *both).code == 0
    return folder


def check_access(page: Page) -> None:
    """No violation that axe can find on the page as it is shown now."""
    page.evaluate(read_axe())
    found: object = page.evaluate(
        "rules => axe.run({runOnly: rules, resultTypes: ['violations']})"
        ".then(found => found.violations.map(each => [each.id, each.nodes[0].html]))",
        RULES,
    )
    assert found == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_the_pages(pages: Path, browser: Browser, scheme: str) -> None:
    for name in PAGES:
        with open_page(browser, pages / name, DESKTOP, scheme) as page:
            check_access(page)


def test_pages_fit_a_phone(pages: Path, browser: Browser) -> None:
    for name in PAGES:
        with open_page(browser, pages / name, PHONE, "light") as page:
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_filled_in_form_is_exported(pages: Path, browser: Browser) -> None:
    with open_page(browser, pages / "out/rubric.html", DESKTOP, "light") as page:
        button = page.get_by_role("button", name="Export my ratings")
        button.click()
        assert page.get_by_role("status").text_content() == "Write your name first."
        page.get_by_label("Your name").fill("Amina Khan")
        button.click()
        assert page.get_by_role("status").text_content() == "No case has a score yet."
        form = page.locator("form").first
        form.get_by_role("radio", name="4").first.check()
        form.get_by_label("Comment").fill("Well done.")
        with page.expect_download() as download:
            button.click()
        # A download is gone with its window.
        assert download.value.suggested_filename == "Amina-Khan.json"
        file = RatingFile.model_validate_json(Path(download.value.path()).read_bytes())
    assert file.rater == "Amina Khan"
    assert [dict(rating.scores) for rating in file.ratings] == [{"accuracy": 4}]
    assert file.ratings[0].comment == "Well done."


def test_hostile_text_stays_text(workshop: Workshop, browser: Browser) -> None:
    report = workshop.evaluate("out", "two")
    content = json.loads(report.model_dump_json())
    for case in content["cases"]:
        case["title"] = case["profile"] = HOSTILE
        for section in case["sections"]:
            section["shown"] = section["title"] = HOSTILE
            section["reasons"] = [{"check": HOSTILE, "sentence": HOSTILE}]
            section["numbers"]["missing"] = section["notes"] = [HOSTILE]
    content["total"]["fallback_by"] = {HOSTILE: 1}
    content["models"] = [HOSTILE]
    hostile = Report.model_validate(content)
    for page_text, scripts in ((render_report(hostile), 0), (render_form(hostile), 1)):
        path = workshop.folder / "hostile.html"
        path.write_text(page_text)
        with open_page(browser, path, DESKTOP, "light") as page:
            assert page.locator("script").count() == scripts
            assert page.locator("img").count() == 0
            assert "defect()" in (page.text_content("body") or "")


@pytest.mark.parametrize(
    ("value", "form", "written"),
    [
        (0.975, Form.PERCENT, "97.5 %"),
        (1.5, Form.RATIO, "× 1.50"),
        (1234, Form.NUMBER, "1,234"),
        (5.25, Form.NUMBER, "5.2"),
        (0.01234, Form.DOLLARS, "$0.0123"),
        (0.5, Form.SECONDS, "0.50 s"),
        (None, Form.PERCENT, "–"),
    ],
)
def test_values_are_written_for_people(value: float | None, form: Form, written: str) -> None:
    assert write_value(value, form) == written


def test_changes_have_a_sign() -> None:
    assert write_change(0.1, Form.PERCENT) == "+10.0 points"
    assert write_change(-0.25, Form.RATIO) == "−0.25"
    assert write_change(0.0, Form.NUMBER) == "±0"
    assert write_change(None, Form.NUMBER) == "–"


def test_bars_are_as_long_as_their_values() -> None:
    plot = draw_bars(
        "t",
        [
            Row("a", (Segment("x", 3, "before"), Segment("y", 1, "after")), "4"),
            Row("b", (Segment("x", 2, "before"), Segment("y", 0, "after")), "2"),
        ],
    )
    assert [box.width for box in plot.boxes] == [315.0, 105.0, 210.0]
    assert plot.boxes[1].x == plot.boxes[0].x + 315
    assert plot.legend == (("before", "x"), ("after", "y"))


def test_empty_plot_can_be_drawn() -> None:
    assert draw_bars("t", []).height == 0


def test_changes_put_together_are_both_texts() -> None:
    first, second = "The robot walks slowly to the door.\n", "A robot walks to the open door.\n"
    changes = list(find_changes(first, second))
    assert "".join(each.text for each in changes if each.kind != "new") == first
    assert "".join(each.text for each in changes if each.kind != "gone") == second
