"""The desks after a term, in a real Chromium: a hundred thousand requests in the log."""

import csv
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import anyio
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from sqlalchemy.engine import RowMapping

from server.core.database.engine import Sessions, create_engine, create_sessions
from server.insight.analytics.rollup.service import roll_up
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.databases import run_sql
from tests.insight.analytics.term import Stretch, add_people, add_rows
from tests.stand_in import StandIn
from tests.web.browsing import DESKTOP, PHONE, Visitor, visit
from tests.web.page_table import LOOKED_AT, PAGES
from tests.web.site import BOOK, Site, open_site, with_model
from tests.web.warm_ups import ADD_JOB

Result = TypeVar("Result")
ROWS = 100_000
NEWEST = 500  # that no roll-up has seen yet
PEOPLE = 2_000
BOSS = "boss@example.test"
BEGINNER = {"programming_experience": "Beginner", "hardware_availability": "Jetson Kit"}
DESKS = [path for path in LOOKED_AT if PAGES[path] in {AccountRole.INSTRUCTOR, AccountRole.ADMIN}]

# The three questions that an admin asks, as anybody would write them.
BY_CHAPTER = """
SELECT chapter_id, count(*) AS requests FROM personalization_log
GROUP BY chapter_id ORDER BY requests DESC
"""
HIT_RATE = """
SELECT count(CASE WHEN cached THEN 1 END)::float / nullif(count(*), 0) * 100 AS percent
FROM personalization_log
"""
TIMES = """
SELECT avg(response_time_ms) AS average,
  percentile_cont(0.95) WITHIN GROUP (ORDER BY response_time_ms) AS p95
FROM personalization_log GROUP BY cached ORDER BY cached DESC
"""
OF_ONE_REASON = """
SELECT count(*) AS requests FROM personalization_log
WHERE chapter_id = 'chapter-03' AND 'numbers' = ANY(fallback_reasons)
"""


def work(site: Site, task: Callable[[Sessions], Awaitable[Result]]) -> Result:
    """Do something with the site's database; Playwright's own loop runs in this thread already."""

    async def connect() -> Result:
        engine = create_engine(site.database_url)
        try:
            return await task(create_sessions(engine))
        finally:
            await engine.dispose()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, connect).result()


async def fill(sessions: Sessions) -> None:
    chapters = sorted(path.stem for path in BOOK.glob("chapter-*.md"))
    await add_people(sessions, PEOPLE, chapters)
    await add_rows(sessions, Stretch(1, ROWS - NEWEST, ROWS), chapters)
    await roll_up(sessions)
    await add_rows(sessions, Stretch(ROWS - NEWEST + 1, ROWS, ROWS), chapters)


def ask(site: Site, statement: str) -> Sequence[RowMapping]:
    async def ask(sessions: Sessions) -> Sequence[RowMapping]:
        async with sessions() as session:
            return (await session.execute(text(statement))).mappings().all()

    return work(site, ask)


@pytest.fixture
def term(book_settings: Settings, committed_database_url: str, stand_in: StandIn) -> Iterator[Site]:
    """A site after a term, with somebody who may open all of its pages."""
    with open_site(with_model(book_settings, stand_in), committed_database_url, stand_in) as site:
        work(site, fill)
        run_sql(committed_database_url, ADD_JOB)
        site.enrol(BOSS, role=AccountRole.ADMIN)
        yield site


def read_rows(visitor: Visitor, region: str) -> list[list[str]]:
    """The table of a region, as a person reads it."""
    rows = visitor.page.get_by_role("region", name=region, exact=True).locator("tbody tr")
    return [row.locator("th, td").all_inner_texts() for row in rows.all()]


def read_number(shown: str) -> int:
    return int(shown.replace(",", "").split()[0])


def read_ms(shown: str) -> float:
    number, unit = shown.replace(",", "").split()
    return float(number) * (1000 if unit == "s" else 1)


def test_figures_of_a_term_are_those_of_plain_sql(browser: Browser, term: Site) -> None:
    with visit(browser, term) as visitor:
        visitor.sign_in(BOSS, "/admin")
        visitor.take_picture("admin", at="[aria-labelledby=requests]")
        visitor.page.get_by_role("link", name="All", exact=True).click()
        expect(visitor.page.get_by_role("definition").first).to_have_text(f"{ROWS:,}")

        told = [read_number(row[1]) for row in read_rows(visitor, "Chapters")]
        assert told == [row["requests"] for row in ask(term, BY_CHAPTER)]
        (hits,) = ask(term, HIT_RATE)
        expect(visitor.page.get_by_role("definition").nth(1)).to_have_text(
            f"{hits['percent']:.1f} %"
        )
        times = read_rows(visitor, "Response times of the whole time")
        for shown, plain in zip(times, ask(term, TIMES), strict=True):
            # The page shows three digits.
            assert read_ms(shown[2]) == pytest.approx(float(plain["average"]), rel=0.006)
            assert read_ms(shown[4]) == pytest.approx(plain["p95"], rel=0.006)

        follow_figure_to_its_rows(visitor)


def follow_figure_to_its_rows(visitor: Visitor) -> None:
    """From a chapter to its requests, to one reason among them, to the file that holds them."""
    page = visitor.page
    chapters = page.get_by_role("region", name="Chapters", exact=True)
    chapters.get_by_role("link", name="Simulation and digital twins").click()
    expect(page.get_by_role("region", name="Requests").locator("tbody tr")).to_have_count(50)
    newest = page.locator("time").first.get_attribute("datetime")
    page.get_by_role("link", name="Older").click()
    expect(page.get_by_role("link", name="Newest")).to_be_visible()
    oldest = page.locator("time").first.get_attribute("datetime")
    assert newest is not None
    assert oldest is not None
    assert oldest < newest
    page.get_by_label("Reason of a fallback").fill("numbers")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**fallback_reason=numbers**")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV file").click()
    with Path(download.value.path()).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (plain,) = ask(visitor.site, OF_ONE_REASON)
    assert len(rows) == plain["requests"] > 0
    assert {row["chapter_id"] for row in rows} == {"chapter-03"}


def teach(browser: Browser, site: Site) -> None:
    """A learner and one who reads Urdu, a word of theirs, and what an instructor does about it."""
    site.stand_in.behave("simplified")
    site.enrol("ada@example.test", onboarding=BEGINNER)
    site.enrol("bilal@example.test", onboarding={"preferred_language": "Urdu"})
    with visit(browser, site) as visitor:
        visitor.open_chapter("ada@example.test", "chapter-01")
        visitor.personalize()
        thumbs = visitor.page.locator("section chapterwise-thumbs").first
        thumbs.get_by_role("button", name="Not really").click()
        expect(visitor.page.get_by_text("Thank you.").first).to_be_visible()
    site.stand_in.behave("urdu")
    with visit(browser, site) as visitor:
        visitor.open_chapter("bilal@example.test", "chapter-01")
        visitor.personalize()
    with visit(browser, site) as visitor:
        visitor.sign_in(BOSS, "/instructor/queue")
        visitor.page.locator(".queue a[href*='#']").first.click()
        visitor.page.get_by_role("button", name="Pin").first.click()
        expect(visitor.page.get_by_role("status").first).to_be_visible()


def test_desks_after_a_term_shut_nobody_out(browser: Browser, term: Site) -> None:
    """Every page of instructors and admins, light, dark and on a phone: nothing for axe."""
    teach(browser, term)
    for size, dark in ((DESKTOP, False), (DESKTOP, True), (PHONE, False)):
        with visit(browser, term, size=size, dark=dark) as visitor:
            visitor.sign_in(BOSS, "/admin")
            for path in DESKS:
                visitor.go(path)
                visitor.check_access()
                assert not visitor.scrolls_sideways(), path
