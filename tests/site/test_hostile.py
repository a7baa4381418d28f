"""Text that wants to be more: from the model, from the server, from a site's own files."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.site.poisoning import FIND, IMAGE, WORDS, poison_stream
from tests.site.reading import HEADING, MARKED, DocsSite, Reader, read
from tests.stand_in import Note

HOSTILE = {
    "add_script": "what-you-will-learn",
    "add_raw_script": "which-*",
    "add_html": "nodes-*",
    "add_link": "two-*",
    "add_jsx": "services-*",
    "add_expression": "can-*",
}
TRANSFORMATION = f"""---
id: hostile
title: "{IMAGE} title"
when: {{field: programming_experience, equals: Beginner}}
why: "{IMAGE} [x](javascript:alert(1)) reason"
order: 50
adds: runs
---
Rewrite the prose.
"""


@pytest.fixture
def changes(tmp_path: Path) -> dict[str, object]:
    """A transformation of the site's own whose words are markup."""
    folder = tmp_path / "transformations"
    folder.mkdir()
    (folder / "hostile.md").write_text(TRANSFORMATION, encoding="utf-8")
    return {"transformations_dir": folder}


def check_harmless(reader: Reader) -> None:
    assert reader.page.evaluate(FIND) == []


def test_nothing_of_a_hostile_model_runs(docs_browser: Browser, docs_site: DocsSite) -> None:
    stand_in = docs_site.api.stand_in
    for fault, asked_for in HOSTILE.items():
        stand_in.misbehave(fault, section=asked_for)
    stand_in.behave("simplified", notes=[Note("hardware", WORDS), Note("<script>", WORDS)])
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.personalize()
        check_harmless(reader)
        kept = reader.page.get_by_role("button", name="The author’s own text")
        assert kept.count() >= len(HOSTILE) - 1
        reader.bar.get_by_text("Why this version?").click()
        expect(reader.bar.get_by_text(f"{IMAGE} title")).to_be_visible()
        expect(reader.bar.get_by_text("reason")).to_contain_text(f"{IMAGE} [x](javascript:")
        section = reader.section("summary")
        section.get_by_role("button", name="Rewritten for you").click()
        section.get_by_role("button", name="Not really").click()
        section.get_by_role("textbox").fill(WORDS)
        section.get_by_role("button", name="Send").click()
        expect(section.get_by_text("Thank you.")).to_be_visible()
        check_harmless(reader)


def test_nothing_of_a_hostile_server_runs(docs_browser: Browser, docs_site: DocsSite) -> None:
    """The page trusts nobody: not even an answer that no verifier has seen."""
    with read(docs_browser, docs_site) as reader:
        page = reader.page
        reader.enter()
        poison_stream(reader, docs_site)
        reader.personalize()
        expect(reader.marks).to_have_count(MARKED)
        # What was meant as markup stands there as the text that it is.
        expect(page.locator("h1")).to_contain_text("In short: ROS 2")
        expect(page.locator(f".table-of-contents a[href='#{HEADING}']")).to_contain_text(IMAGE)
        expect(reader.notice).to_contain_text(IMAGE)
        check_harmless(reader)
        section = reader.section(HEADING)
        expect(section.locator(".theme-code-block").last).to_contain_text("<script>alert(1)")
        reader.bar.get_by_text("Why this version?").click()
        section.locator(".theme-chapterwise-mark > button").click()
        section.get_by_role("button", name="What changed?").click()
        expect(section.locator("ins").first).to_be_visible()
        check_harmless(reader)
        reader.press("Original")
        check_harmless(reader)


def test_profile_takes_no_markup(docs_browser: Browser, docs_site: DocsSite) -> None:
    with read(docs_browser, docs_site) as reader:
        reader.enter()
        reader.press("Account")
        reader.bar.get_by_role("link", name="Your profile").click()
        page = reader.page
        page.get_by_role("radio", name="Another").check()
        page.get_by_label("Which one?").fill(IMAGE)
        page.get_by_role("button", name="Save").first.click()
        expect(page.get_by_text("Name the language by its tag").first).to_be_visible()
        check_harmless(reader)
