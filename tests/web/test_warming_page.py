"""Warm-ups on the instructors' pages: the price first, then the progress, then a free click."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
from playwright.sync_api import Browser, Route, expect

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER
from tests.stand_in import StandIn
from tests.web.browsing import PATIENCE_MS, visit
from tests.web.guests import ACCEPT, list_elements, read_text
from tests.web.site import Site
from tests.web.teaching import Desk, open_desk

WARM = "/instructor/warm"
ROBOTS = f"{WARM}?chapter_id=robots"
TEACHER, ADA = "grace@example.test", "ada@example.test"


@pytest.fixture
async def desk(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Desk]:
    async with open_desk(settings, committed_database_url, stand_in) as desk:
        yield desk


def list_hidden_fields(html: str) -> dict[str, str]:
    """What the form that begins a warm-up would send as it stands."""
    form = html.split(f'action="{WARM}">')[1].split("</form>", maxsplit=1)[0]
    return {
        each["name"]: each["value"]
        for _, each in list_elements(form, "input")
        if each["name"] != "form_token"
    }


async def test_the_price_is_shown_before_anything_is_asked(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    page = await desk.read(ROBOTS)
    assert "Warm “Robots at work”" in page
    assert "Sections to write 3 of 3" in page
    assert re.search(r"Begin: 3 sections, (under )?\$0\.0\d", page)
    assert desk.classroom.stand_in.calls == []
    assert await desk.classroom.rows("SELECT id FROM warm_job") == []


async def test_what_is_begun_is_what_was_shown(desk: Desk) -> None:
    shown = await desk.guest.open(f"{ROBOTS}&plans=all&languages=ur%2C+FR&upgrade=true")
    job = await desk.send(WARM, **list_hidden_fields(shown.text))
    (row,) = await desk.classroom.rows("SELECT wish, estimate FROM warm_job")
    assert row["wish"] == {
        "chapter_ids": ["robots"],
        "plans": "all",
        "languages": ["ur", "fr"],
        "upgrade": True,
        "review": False,
    }
    page = await desk.read(job)
    assert "every version that there can be, in Urdu, French; another model’s text" in page
    assert f"0 of {row['estimate']['missing']} sections are ready." in page
    (act,) = await desk.classroom.rows("SELECT act, chapter_id, details FROM instruction_audit")
    assert (act["act"], act["chapter_id"]) == ("warm", "robots")
    assert job.endswith(act["details"]["job"])


async def test_a_language_that_is_none_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    for page in (
        await desk.guest.open(f"{ROBOTS}&languages=ur+12"),
        await desk.guest.send(WARM, chapter_id="robots", languages="ur 12"),
    ):
        assert page.status_code == 422
        assert any(each.get("role") == "alert" for _, each in list_elements(page.text))
        fields = [each for _, each in list_elements(page.text, "input")]
        assert [each["value"] for each in fields if each["name"] == "languages"] == ["ur 12"]
        assert "Begin" not in read_text(page.text)
    assert await desk.classroom.rows("SELECT id FROM warm_job") == []


async def test_what_is_not_there_is_said(desk: Desk) -> None:
    unknown = "/instructor/warming/00000000-0000-0000-0000-000000000000"
    for path in (f"{WARM}?chapter_id=nowhere", unknown):
        page = await desk.guest.open(path)
        assert page.status_code == 404
        assert "There is no" in read_text(page.text)
    assert (await desk.guest.send(f"{unknown}/cancel")).status_code == 404
    assert (await desk.guest.send(WARM, chapter_id="nowhere")).status_code == 404


async def test_without_a_model_nothing_can_be_begun(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    async with open_desk(settings, committed_database_url, stand_in, key=False) as desk:
        await desk.classroom.enrol(BEGINNER)
        page = await desk.read(WARM)
        assert "no price known" in page
        assert "No model is set up here" in page
        assert "Begin" not in page
        assert (await desk.guest.send(WARM)).status_code == 409
        assert await desk.classroom.rows("SELECT id FROM warm_job") == []


async def test_progress_failures_and_the_end_are_told(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    desk.classroom.stand_in.misbehave("drop_placeholder", section="robots-at-work")
    job = await desk.send(WARM)
    waiting = (await desk.guest.open(job)).text
    assert "Waiting for its turn 0 of 3 sections are ready." in read_text(waiting)
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert await desk.work()
    ended = (await desk.guest.open(job)).text
    said = read_text(ended)
    assert "Done 2 of 3 sections are ready, 1 could not be." in said
    assert "1 section: did not pass the check" in said
    assert "Ended on" in said
    assert "noscript" not in ended
    assert "/cancel" not in ended
    assert "The whole book Done 2 of 3 sections ready" in await desk.read("/instructor")


async def test_one_that_ended_early_says_why(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    desk.classroom.stand_in.misbehave("no_credit")
    job = await desk.send(WARM)
    assert await desk.work()
    page = await desk.read(job)
    assert "Ended early 0 of 3 sections are ready" in page
    assert "no provider of a model answers" in page


async def test_a_cancelled_one_is_not_begun_and_it_is_known_who_did(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    job = await desk.send(WARM)
    assert await desk.send(f"{job}/cancel") == job
    assert "Cancelled 0 of 3 sections are ready." in await desk.read(job)
    assert not await desk.work()
    assert desk.classroom.stand_in.calls == []
    acts = await desk.classroom.rows("SELECT act, user_id FROM instruction_audit ORDER BY id")
    assert [act["act"] for act in acts] == ["warm", "cancel"]
    assert acts[0]["user_id"] == acts[1]["user_id"] is not None


async def test_those_under_way_are_listed_first_and_ten_at_most(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    tags = ["ar", "bn", "de", "es", "fr", "hi", "it", "ja", "pt", "tr", "ur"]
    jobs = [await desk.send(WARM, languages=tag) for tag in tags]
    await desk.classroom.run("UPDATE warm_job SET state = 'done'")
    await desk.classroom.run(
        "UPDATE warm_job SET state = 'running'"
        " WHERE id = (SELECT id FROM warm_job ORDER BY created_at LIMIT 1)"
    )
    page = (await desk.guest.open("/instructor")).text
    links = [each["href"] for _, each in list_elements(page, "a")]
    assert [link for link in links if "/warming/" in link] == [jobs[0], *jobs[:1:-1]]


async def test_a_second_click_is_the_same_warm_up(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    token = await desk.guest.find_token()
    form = {"form_token": token, "chapter_id": "robots"}
    answers = await asyncio.gather(
        *(desk.guest.client.post(WARM, data=form, headers=ACCEPT) for _ in range(3))
    )
    assert len({answer.headers["location"] for answer in answers}) == 1
    other = await desk.send(WARM)
    assert other not in {answer.headers["location"] for answer in answers}
    assert len(await desk.classroom.rows("SELECT id FROM warm_job")) == 2
    assert len(await desk.classroom.rows("SELECT id FROM instruction_audit")) == 2


async def test_what_has_ended_is_not_cancelled(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    job = await desk.send(WARM)
    assert await desk.work()
    assert await desk.send(f"{job}/cancel") == job
    assert "Done 3 of 3 sections are ready." in await desk.read(job)
    acts = await desk.classroom.rows("SELECT act FROM instruction_audit")
    assert [act["act"] for act in acts] == ["warm"]


async def test_more_languages_than_can_be_reckoned_at_once_are_refused(desk: Desk) -> None:
    many = "ur fr de es it pt"
    assert "Sections to write" in await desk.read(f"{ROBOTS}&languages={many}")
    for page in (
        await desk.guest.open(f"{ROBOTS}&plans=all&languages={many}"),
        await desk.guest.send(WARM, chapter_id="robots", plans="all", languages=many),
    ):
        assert page.status_code == 422
        assert "too many languages: 5 at once is the most" in read_text(page.text)
        assert many in page.text


async def test_a_warmed_chapter_is_one_click_from_its_review(desk: Desk) -> None:
    await desk.classroom.enrol(BEGINNER)
    job = await desk.send(WARM, chapter_id="robots")
    assert await desk.work()
    links = [each["href"] for _, each in list_elements((await desk.guest.open(job)).text, "a")]
    assert "/instructor/chapters/robots" in links
    assert "/instructor/review/robots" in links


def test_a_warmed_chapter_costs_its_learners_no_call(browser: Browser, site: Site) -> None:
    site.enrol(TEACHER, role=AccountRole.INSTRUCTOR)
    site.enrol(ADA, onboarding=BEGINNER)
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.sign_in(TEACHER, "/instructor")
        page.get_by_role("link", name="ROS 2, the nervous system", exact=True).click()
        page.get_by_role("button", name="See what it takes").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "Warm “ROS 2, the nervous system”"
        )
        assert site.stand_in.calls == []
        page.get_by_role("button", name="Begin").click()
        said = page.get_by_role("status")
        expect(said).to_contain_text("Waiting for its turn", timeout=PATIENCE_MS)
        page.get_by_role("button", name="Cancel").focus()
        expect(said).to_contain_text("Done", timeout=PATIENCE_MS)
        total = page.locator("progress").get_attribute("max")
        expect(said).to_contain_text(f"{total} of {total} sections are ready.")
        expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        visitor.check_access()
    calls = len(site.stand_in.calls)
    assert calls > 0
    with visit(browser, site) as visitor:
        visitor.open_chapter(ADA)
        visitor.personalize()
        assert visitor.count("[data-personalized]") > 0
    assert len(site.stand_in.calls) == calls


def test_a_page_that_hears_no_more_says_so(browser: Browser, site: Site) -> None:
    site.enrol(TEACHER, role=AccountRole.INSTRUCTOR)
    site.enrol(ADA, onboarding=BEGINNER)
    site.stand_in.misbehave("hang")
    with visit(browser, site) as visitor:
        page = visitor.page
        visitor.sign_in(TEACHER, "/instructor/warm?chapter_id=chapter-02")
        page.get_by_role("button", name="Begin").click()
        expect(page.get_by_role("button", name="Cancel")).to_be_visible()

        def refuse(route: Route) -> None:
            route.fulfill(status=303, headers={"Location": "/sign-in"})

        page.route("**/instructor/warming/*", refuse)
        expect(page.get_by_role("alert")).to_contain_text(
            "does not hear any more", timeout=PATIENCE_MS
        )
        page.unroute_all()
        page.get_by_role("link", name="Open it again").click()
        visitor.replies += [True]
        page.get_by_role("button", name="Cancel").click()
        expect(page.get_by_role("status")).to_contain_text("Cancelled")
        assert visitor.asked == ["Cancel this warm-up? What is written already stays."]


def test_without_script_the_progress_is_seen_as_well(browser: Browser, site: Site) -> None:
    site.enrol(TEACHER, role=AccountRole.INSTRUCTOR)
    site.enrol(ADA, onboarding=BEGINNER)
    with visit(browser, site, script=False) as visitor:
        visitor.sign_in(TEACHER, "/instructor/warm?chapter_id=chapter-02")
        visitor.page.get_by_role("button", name="Begin").click()
        expect(visitor.page.get_by_role("status")).to_contain_text("Done", timeout=PATIENCE_MS)
