"""The transformations as instructors see them: conditions, uses, facts, instructions."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts.domain import AccountRole
from server.plan.recipes.service import load_catalogue
from server.settings import Settings
from server.web.instructor.book import split_addresses
from server.web.labels import LABELS
from tests.web.browsing import PHONE, visit
from tests.web.conftest import Admission
from tests.web.guests import list_elements, read_text
from tests.web.site import Site

OWN = """\
---
id: our-laboratory
title: Rules of <our> laboratory
when: {field: robotics_experience, less_than: Hardware}
why: "You read in {language}: mind the rules."
order: 350
adds: notes
facts: [our-rules]
---
Say which rule <script>alert(1)</script> applies.
"""
RULES = """\
id: our-rules
title: Rules
kind: hardware
facts:
  - id: doors
    mentions: [door]
    note: Keep the doors shut.
    source: "javascript:alert(1) and the wall (https://rules.example/a?b=1&c=2)."
    checked: 2026-11-01
"""
CHAPTERS = {
    "closed": "---\npersonalize: false\n---\n\n# Left as it is\n\nText.\n",
    "partly": "---\ntransformations: {exclude: [jetson-hardware, no-such]}\n---\n\n# Partly\n\nA\n",
    "locked": "# Locked in part\n\nText.\n\n## Mine\n\n<!-- personalize: off -->\n\nText.\n",
    "open": "# Open\n\nText.\n",
}


async def log_answers(session: AsyncSession, transformations: list[str], age_days: int) -> None:
    await session.execute(
        text(
            "INSERT INTO personalization_log (chapter_id, response_time_ms, cached, request_id,"
            " status, source, language, transformations, created_at) VALUES ('robots', 5, true,"
            " 'r', 'ok', 'cache', 'en', :names, now() - make_interval(days => :age))"
        ),
        {"names": transformations, "age": age_days},
    )
    await session.commit()


@pytest.fixture
def own_settings(settings: Settings, tmp_path: Path) -> Settings:
    """A site with transformations of its own, and authors with wishes of theirs."""
    folder, book = tmp_path / "ours", tmp_path / "book"
    (folder / "facts").mkdir(parents=True)
    (folder / "our-laboratory.md").write_text(OWN, encoding="utf-8")
    (folder / "facts" / "our-rules.yaml").write_text(RULES, encoding="utf-8")
    book.mkdir()
    for name, chapter in CHAPTERS.items():
        (book / f"{name}.md").write_text(chapter, encoding="utf-8")
    return settings.model_copy(update={"docs_dir": book, "transformations_dir": folder})


@pytest.fixture
def book_settings(own_settings: Settings) -> Settings:
    return own_settings


async def test_every_transformation_is_there_in_its_order(admit: Admission) -> None:
    page = (await (await admit(AccountRole.INSTRUCTOR)).open("/instructor/catalogue")).text
    listed = [each["id"] for _, each in list_elements(page, "li") if "id" in each]
    shipped = [each.id for each in load_catalogue().transformations]
    assert [id_ for id_ in listed if id_ != "our-laboratory"] == shipped
    words = read_text(page)
    assert words.count("not used in the last 30 days") == len(shipped) + 1
    assert "programming experience is “Beginner”" in words
    assert "rewrites the text and adds notes beside it" in words


async def test_uses_of_the_last_month_are_counted(admit: Admission, session: AsyncSession) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    for transformations, age in ((["jetson-hardware"], 1), ([], 2), (["jetson-hardware"], 31)):
        await log_answers(session, transformations, age)
    page = read_text((await instructor.open("/instructor/catalogue")).text)
    assert "1 answer in the last 30 days, 50 %" in page


async def test_two_that_exclude_each_other_both_say_so(admit: Admission) -> None:
    page = (await (await admit(AccountRole.INSTRUCTOR)).open("/instructor/catalogue")).text
    simplify = read_text(page.split('id="beginner-simplify"')[1].split("</li>")[0])
    assert "Never together with The short version for experienced programmers" in simplify
    condense = page.split('id="advanced-condense"')[1].split("</li>")[0]
    assert 'href="#beginner-simplify"' in condense


async def test_own_files_are_text_and_only_web_addresses_are_links(admit: Admission) -> None:
    page = (await (await admit(AccountRole.INSTRUCTOR)).open("/instructor/catalogue")).text
    own = page.split('id="our-laboratory"')[1].split('id="student-practice"')[0]
    assert "Rules of &lt;our&gt; laboratory" in own
    assert "“You read in …: mind the rules.”" in own
    assert "&lt;script&gt;alert(1)&lt;/script&gt; applies." in own
    links = [each for _, each in list_elements(own, "a")]
    assert [each["href"] for each in links] == ["https://rules.example/a?b=1&c=2"]
    assert "noreferrer" in links[0]["rel"]
    assert "javascript:alert(1) and the wall" in own
    assert "our-laboratory.md" in own
    assert "/book" not in own


async def test_what_authors_keep_is_listed(admit: Admission) -> None:
    page = (await (await admit(AccountRole.INSTRUCTOR)).open("/instructor/catalogue")).text
    table = page.split("<tbody>")[-1]
    rows = [read_text(each) for each in table.split("</tr>")]
    assert "Left as it is is never rewritten – –" in rows
    assert "Locked in part – – Mine" in rows
    assert "Partly – Notes for your Jetson , no-such there is no such one –" in rows
    assert "Open" not in read_text(table)


@pytest.mark.parametrize(
    ("chapter", "words"),
    [
        ("closed", "The author wants this chapter to be read as it is written."),
        ("partly", "Notes for your Jetson The author has excluded this from the chapter."),
        ("locked", "Mine locked: the author’s words"),
        ("open", "Rules of <our> laboratory You read in English: mind the rules."),
    ],
)
async def test_dry_run_knows_what_authors_keep(admit: Admission, chapter: str, words: str) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    query = f"?chapter_id={chapter}&hardware_availability=Jetson+Kit"
    page = read_text((await instructor.open(f"/instructor/dry-run{query}")).text)
    assert words in page
    assert ("nothing to rewrite" in page) == (chapter == "closed")


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("A book, page 7", ["A book, page 7"]),
        ("README (https://a.example/b)", ["README (", "https://a.example/b", ")"]),
        ("http://a.example, then more", ["", "http://a.example", ", then more"]),
        ("javascript:alert(1)", ["javascript:alert(1)"]),
        ("https://a.example/x'y", ["", "https://a.example/x", "'y"]),
    ],
)
def test_words_and_addresses_take_turns(source: str, pieces: list[str]) -> None:
    assert list(split_addresses(source)) == pieces


def test_every_kind_has_words() -> None:
    for each in load_catalogue().transformations:
        assert each.adds in LABELS["additions"]
        assert set(LABELS["note_subjects"]) >= each.note_kinds


def test_catalogue_is_read_on_a_phone_and_in_the_dark(browser: Browser, offline_site: Site) -> None:
    offline_site.enrol("grace@example.test", role=AccountRole.INSTRUCTOR)
    for size, dark in ((PHONE, False), ((1280, 800), True)):
        with visit(browser, offline_site, size=size, dark=dark) as visitor:
            visitor.sign_in("grace@example.test")
            visitor.go("/instructor/catalogue")
            own = visitor.page.locator("#our-laboratory")
            instruction = own.get_by_text("Say which rule <script>")
            expect(instruction).to_be_hidden()
            own.get_by_text("What the model is told").focus()
            visitor.page.keyboard.press("Enter")
            expect(instruction).to_be_visible()
            own.get_by_text("Facts: Rules").click()
            expect(own.get_by_text("Keep the doors shut.")).to_be_visible()
            assert not visitor.scrolls_sideways()
            visitor.check_access()
