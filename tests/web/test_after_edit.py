"""After an edit: what has changed, who waits for text, what it takes, and clearing."""

from collections.abc import AsyncIterator

import pytest
from playwright.sync_api import Browser, expect

from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, JETSON
from tests.stand_in import StandIn
from tests.web.browsing import PHONE, visit
from tests.web.guests import list_elements, read_text
from tests.web.site import Site
from tests.web.teaching import Desk, open_desk

PAGE = "/instructor/chapters/robots"
CLEAR = "/instructor/clear"
NEW_SECTION = "\n## Batteries\n\nCharge them before you leave, and carry a second one.\n"


@pytest.fixture
async def desk(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Desk]:
    async with open_desk(settings, committed_database_url, stand_in) as desk:
        yield desk


@pytest.fixture
async def learner(desk: Desk) -> dict[str, str]:
    """A beginner who has read the chapter; the headers of the next request."""
    _, headers = await desk.classroom.enrol(BEGINNER)
    await desk.classroom.read(headers)
    return headers


async def count_stored(desk: Desk) -> tuple[int, int]:
    """How many versions and how many rewritten sections there are."""
    versions = await desk.classroom.rows("SELECT id FROM personalization_cache")
    sections = await desk.classroom.rows("SELECT key FROM section_rewrite")
    return len(versions), len(sections)


@pytest.mark.usefixtures("learner")
async def test_each_section_says_what_has_become_of_it(desk: Desk) -> None:
    chapter = desk.classroom.chapter_file.read_text(encoding="utf-8")
    kept = chapter.split("## Safety")[0].replace("Install", "First install")
    desk.classroom.chapter_file.write_text(kept + NEW_SECTION, encoding="utf-8")
    page = await desk.read(PAGE)
    assert "Setup Changed 1 of 1" in page
    assert "Batteries New 1 of 1" in page
    assert "Safety Gone –" in page
    assert "1 section is as before" in page
    assert "2 sections are missing for the learners there are." in page
    assert "Edited 1 of 1 version from before" in await desk.read("/instructor")


@pytest.mark.usefixtures("learner")
async def test_a_chapter_that_is_as_it_was_needs_nothing(desk: Desk) -> None:
    page = await desk.read(PAGE)
    assert "made of the file as it is now" in page
    assert "3 sections are as before" in page
    assert "Nothing is missing for the learners there are." in page
    assert "Robots at work 1 3 Up to date" in await desk.read("/instructor")


@pytest.mark.usefixtures("learner")
async def test_figures_count_what_is_stored(desk: Desk) -> None:
    await desk.classroom.run(
        "UPDATE personalization_cache SET personalized_content = repeat('یک', 500)"
    )
    page = await desk.read("/instructor")
    assert (
        "Stored versions 1 Learners with a version 1 Chapters with a version 1 Average size 2.0"
        in page
    )


async def test_every_version_is_listed_and_the_least_used_are_folded(desk: Desk) -> None:
    languages = ("ar", "bn", "de", "es", "fa", "fr", "hi", "id", "it", "ja", "ko", "pa", "ps",
                 "sd", "sw", "tr", "uk", "vi", "nl", "pl", "sv", "da", "fi")  # fmt: skip
    for tag in languages:
        await desk.classroom.enrol({"preferred_language": "Other", "language_tag": tag})
    page = (await desk.guest.open(PAGE)).text
    reviews = [each for _, each in list_elements(page, "a") if "?plan=" in each["href"]]
    assert len(reviews) == len(languages) + 1
    assert "4 more versions with fewer learners" in read_text(page)


async def test_a_chapter_that_nobody_has_read_says_what_its_learners_would_need(
    desk: Desk,
) -> None:
    await desk.classroom.enrol(JETSON)
    page = await desk.read(PAGE)
    assert "No version of this chapter is stored yet" in page
    assert "Setup New 2 of 2" in page
    assert "Robots at work 0 0 Nothing stored yet" in await desk.read("/instructor")


@pytest.mark.usefixtures("learner")
async def test_versions_in_use_are_counted_and_lead_to_their_review(desk: Desk) -> None:
    _, jetson = await desk.classroom.enrol(JETSON)
    desk.classroom.stand_in.misbehave("drop_placeholder", section="robots-at-work")
    await desk.classroom.read(jetson)
    page = (await desk.guest.open(PAGE)).text
    assert "English 2 3 of 3 0 0 0" in read_text(page)
    assert "English 1 2 of 3 0 1 0" in read_text(page)
    assert "@example" not in page
    reviews = [each["href"] for _, each in list_elements(page, "a") if "?plan=" in each["href"]]
    assert len(reviews) == 2
    assert all(each.startswith("/instructor/review/robots?plan=") for each in reviews)
    assert all(len(each.rsplit("=", 1)[1]) == 64 for each in reviews)


async def test_clearing_versions_costs_no_call(desk: Desk, learner: dict[str, str]) -> None:
    calls = len(desk.classroom.stand_in.calls)
    followed = await desk.send(CLEAR, chapter_id="robots", back="chapter")
    assert followed.startswith(f"{PAGE}?")
    assert "Cleared 1 version." in await desk.read(followed)
    assert await count_stored(desk) == (0, 3)
    await desk.classroom.read(learner)
    assert len(desk.classroom.stand_in.calls) == calls


async def test_clearing_sections_too_has_them_written_anew(
    desk: Desk, learner: dict[str, str]
) -> None:
    calls = len(desk.classroom.stand_in.calls)
    followed = await desk.send(CLEAR, chapter_id="robots", rewrites="true")
    assert followed.startswith("/instructor?")
    assert "Cleared 1 version and 3 rewritten sections." in await desk.read(followed)
    assert await count_stored(desk) == (0, 0)
    await desk.classroom.read(learner)
    assert len(desk.classroom.stand_in.calls) == calls + 3


@pytest.mark.usefixtures("learner")
async def test_clearing_one_learners_leaves_the_others(desk: Desk) -> None:
    other, headers = await desk.classroom.enrol(JETSON)
    await desk.classroom.read(headers)
    assert "Cleared 1 version." in await desk.read(await desk.send(CLEAR, user_id=str(other.id)))
    (row,) = await desk.classroom.rows("SELECT user_id FROM personalization_cache")
    assert row["user_id"] != other.id
    nobody = await desk.read(await desk.send(CLEAR, user_id="2147483647"))
    assert "There was nothing to clear." in nobody
    acts = await desk.classroom.rows("SELECT details->>'scope' AS scope FROM instruction_audit")
    assert [act["scope"] for act in acts] == ["learner", "learner"]


@pytest.mark.usefixtures("learner")
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"user_id": ""},
        {"user_id": "0"},
        {"user_id": "one"},
        {"chapter_id": "robots", "all": "true"},
        {"chapter_id": "robots", "rewrites": "perhaps"},
        {"chapter_id": "r" * 256},
    ],
)
async def test_a_form_that_says_too_little_or_too_much_clears_nothing(
    desk: Desk, fields: dict[str, str]
) -> None:
    before = await count_stored(desk)
    assert (await desk.guest.send(CLEAR, **fields)).status_code == 422
    assert await count_stored(desk) == before


async def test_a_chapter_that_is_not_there_or_cannot_be_read_says_so(desk: Desk) -> None:
    (desk.classroom.settings.docs_dir / "broken.md").write_bytes(b"# Broken\n\n\xff\xfe\n")
    gone = await desk.guest.open("/instructor/chapters/nowhere")
    assert gone.status_code == 404
    assert "There is no chapter 'nowhere' in this book." in read_text(gone.text)
    broken = await desk.guest.open("/instructor/chapters/broken")
    assert broken.status_code == 422
    assert "is not UTF-8" in read_text(broken.text)
    assert "Broken" in await desk.read("/instructor")


@pytest.mark.usefixtures("learner")
async def test_what_is_stored_of_a_chapter_that_is_gone_can_be_cleared(desk: Desk) -> None:
    desk.classroom.chapter_file.unlink()
    page = await desk.guest.open("/instructor")
    assert "robots 1 3 The file is gone" in read_text(page.text)
    assert f'href="{PAGE}"' not in page.text
    await desk.send(CLEAR, chapter_id="robots", rewrites="true")
    assert "The file is gone" not in await desk.read("/instructor")


async def test_other_names_of_a_chapter_lead_to_its_page(desk: Desk) -> None:
    desk.classroom.edit("sidebar_position: 1", "slug: /arms")
    page = await desk.guest.open("/instructor/chapters/arms")
    assert (page.status_code, page.headers["location"]) == (308, PAGE)


async def test_a_chapter_that_opts_out_says_so(desk: Desk) -> None:
    desk.classroom.edit("sidebar_position: 1", "personalize: false")
    page = await desk.read(PAGE)
    assert "this chapter is not personalised" in page
    assert "Nothing is missing for the learners there are." in page


@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_fit_a_phone_and_shut_nobody_out(
    browser: Browser, site: Site, *, dark: bool
) -> None:
    site.enrol("grace@example.test", role=AccountRole.INSTRUCTOR, onboarding=JETSON)
    with visit(browser, site, size=PHONE, dark=dark) as visitor:
        visitor.open_chapter("grace@example.test")
        visitor.personalize()
        visitor.go("/instructor")
        visitor.check_access()
        assert not visitor.scrolls_sideways()
        visitor.page.get_by_role("link", name="ROS 2, the nervous system", exact=True).click()
        for path in ("", "/instructor/warm", "/instructor/warm?languages=x1"):
            if path:
                visitor.go(path)
            expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
            visitor.check_access()
            assert not visitor.scrolls_sideways()
        assert [each for each in visitor.defects if "422" not in each] == []
        visitor.defects.clear()
