"""The glossary as instructors see it: words in other languages, places, and what is missing."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from server.core.database.engine import Sessions
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.factories import create_account
from tests.web.browsing import PHONE, visit
from tests.web.conftest import Admission
from tests.web.guests import Guest, list_addresses, list_elements, read_text
from tests.web.site import Site

GLOSSARY = """\
terms:
  - term: stop button
    definition: What one presses before anything else.
    translations: {ur: سرخ بٹن}
  - term: gripper
    definition: The hand of a robot, <b>simple</b> as it may be.
  - term: ROS 2
    definition: What the parts talk through.
    keep: true
"""
CHAPTER = (
    "# Robots\n\nThey use ROS 2.\n\n## The end & after\n\nPress the stop button. Stop buttons!\n"
)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / "robots.md").write_text(CHAPTER, encoding="utf-8")
    (folder / "glossary.yaml").write_text(GLOSSARY, encoding="utf-8")
    return folder


@pytest.fixture
def small_book(settings: Settings, book: Path) -> Settings:
    return settings.model_copy(update={"docs_dir": book})


@pytest.fixture
def book_settings(small_book: Settings) -> Settings:
    """The pages' own fixtures are about this small book here."""
    return small_book


async def enrol(sessions: Sessions, number: int, **answers: str) -> None:
    for _ in range(number):
        async with sessions() as session:
            await create_account(session, onboarding=answers)


async def list_found(guest: Guest, query: str) -> list[str]:
    """The terms of a page, by its headings."""
    page = (await guest.open(f"/instructor/glossary{query}")).text
    return [read_text(each.split("</h3>")[0]) for each in page.split('<h3 dir="auto">')[1:]]


async def test_terms_stand_with_their_words_and_places(admit: Admission) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    page = (await instructor.open("/instructor/glossary")).text
    assert '<dd lang="ur" dir="rtl">سرخ بٹن</dd>' in page
    assert "kept in English" in read_text(page)
    assert "simple as it may be" not in read_text(page)
    assert "&lt;b&gt;simple&lt;/b&gt;" in page
    assert "In 1 chapter, 1 section" in read_text(page)
    assert "Not in the book as it stands." in read_text(page)
    addresses = list_addresses(page)
    assert "/chapters/robots#the-end--after" in addresses
    assert "/instructor/review/robots#the-end--after" in addresses


async def test_what_learners_lack_is_marked_and_what_nobody_reads_is_not(
    admit: Admission, sessions: Sessions
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    before = read_text((await instructor.open("/instructor/glossary")).text)
    assert "no translation yet" not in before
    assert "Urdu 1 without a translation no learner yet" in before
    await enrol(sessions, 2, preferred_language="Other", language_tag="fr-CA")
    await enrol(sessions, 1, preferred_language="Other", language_tag="fr")
    await enrol(sessions, 1, preferred_language="Other", language_tag="en-GB")
    page = (await instructor.open("/instructor/glossary")).text
    assert "French 2 without a translation 3 learners" in read_text(page)
    assert page.count("no translation yet") == 2  # both terms that are not kept, into French
    assert "English (United Kingdom)" not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["gripper", "ROS 2", "stop button"]),
        ("?words=&language=&show=", ["gripper", "ROS 2", "stop button"]),
        ("?words=PRESSES+before", ["stop button"]),
        ("?words=سرخ", ["stop button"]),
        ("?words=nothing+like+it", []),
        ("?language=ur&show=lacking", ["gripper"]),
        ("?show=lacking", ["gripper"]),
        ("?language=xx", ["gripper", "ROS 2", "stop button"]),
    ],
)
async def test_terms_are_searched(
    admit: Admission, sessions: Sessions, query: str, found: list[str]
) -> None:
    await enrol(sessions, 1, preferred_language="Urdu")
    instructor = await admit(AccountRole.INSTRUCTOR)
    assert await list_found(instructor, query) == found


async def test_search_stands_there_again(admit: Admission) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    typed = "?words=%22%3E%3Cb%3E&language=ur&show=lacking"
    page = (await instructor.open(f"/instructor/glossary{typed}")).text
    fields = [each for _, each in list_elements(page, "input") if each.get("name") == "words"]
    assert fields[0]["value"] == '"><b>'
    chosen = [each["value"] for _, each in list_elements(page, "option") if "selected" in each]
    assert chosen == ["ur", "lacking"]
    assert "No term is like this." in read_text(page)
    assert (await instructor.open(f"/instructor/glossary?words={'x' * 201}")).status_code == 422


async def test_broken_file_is_told_and_the_last_good_one_shown(
    admit: Admission, book: Path
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    (book / "glossary.yaml").write_text("terms: [<b>", encoding="utf-8")
    page = (await instructor.open("/instructor/glossary")).text
    alerts = [each for _, each in list_elements(page) if each.get("role") == "alert"]
    assert len(alerts) == 1
    assert "glossary.yaml: Line 1 is not YAML" in read_text(page)
    assert str(book) not in page
    assert "stop button" in page


async def test_book_without_a_glossary_says_how_to_begin(admit: Admission, book: Path) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    (book / "glossary.yaml").unlink()
    page = await instructor.open("/instructor/glossary")
    assert "There are no terms yet" in read_text(page.text)
    assert "keep: true" in page.text


def test_glossary_is_searched_by_keyboard_and_fits_a_phone(
    browser: Browser, offline_site: Site, book: Path
) -> None:
    assert book
    offline_site.enrol("ada@example.test", onboarding={"preferred_language": "Urdu"})
    offline_site.enrol("grace@example.test", role=AccountRole.INSTRUCTOR)
    for size, dark in ((PHONE, False), ((1280, 800), True)):
        with visit(browser, offline_site, size=size, dark=dark) as visitor:
            visitor.sign_in("grace@example.test")
            visitor.go("/instructor/glossary")
            page = visitor.page
            page.get_by_label("Words").fill("red stop")
            page.get_by_label("Words").press("Enter")
            expect(page.get_by_text("No term is like this.")).to_be_visible()
            page.get_by_label("Words").fill("button")
            page.get_by_label("Words").press("Enter")
            expect(page.get_by_text("1 term of 3")).to_be_visible()
            page.get_by_text("In 1 chapter, 1 section").click()
            expect(page.get_by_role("link", name="The end & after", exact=True)).to_be_visible()
            font = page.locator("dd[lang=ur]").evaluate("each => getComputedStyle(each).fontFamily")
            assert "Nastaliq" in font
            assert not visitor.scrolls_sideways()
            visitor.check_access()
            page.get_by_role("link", name="The end & after", exact=True).click()
            expect(page.locator("#the-end--after")).to_be_in_viewport()
