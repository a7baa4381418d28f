"""Accepting on the pages: from the queue to the review, one text or all, without any script."""

from collections.abc import AsyncIterator
from html import unescape

import pytest

from server.settings import Publish, Settings
from tests.generation.renditions.classroom import statuses
from tests.stand_in import StandIn
from tests.web.guests import list_elements, read_text
from tests.web.office import REVIEW, Office, find_section, open_office

QUEUE = "/instructor/queue"
WAITING = "review.waiting"


@pytest.fixture
async def office(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Office]:
    stand_in.behave("simplified")
    approved = settings.model_copy(update={"publish": Publish.APPROVED})
    async with open_office(approved, committed_database_url, stand_in) as office:
        await office.classroom.read(office.learner)
        yield office


async def accept_all(office: Office, html: str) -> str:
    """Send the form that accepts all that this page shows as waiting."""
    form = html.split(f'action="/instructor/acts/accept#{WAITING}"')[1].split(
        "</form>", maxsplit=1
    )[0]
    data = dict[str, list[str]]()
    for _, field in list_elements(f"<form {form}", "input"):
        data.setdefault(field["name"], []).append(field["value"])
    answer = await office.instructor.client.post("/instructor/acts/accept", data=data)
    if answer.status_code != 303:
        return answer.text
    return await office.open(answer.headers["location"])


async def test_the_queue_leads_to_all_that_waits_and_a_press_accepts_it(office: Office) -> None:
    html = await office.open(QUEUE)
    words = read_text(html)
    assert "Waits for acceptance" in words
    assert "3 sections wait for an instructor to accept the rewritten text" in words
    (link,) = [
        unescape(each["href"])
        for _, each in list_elements(html, "a")
        if each["href"].endswith(f"#{WAITING}")
    ]
    page = await accept_all(office, await office.open(link))
    assert "Accepted." in read_text(page)
    assert WAITING not in page
    assert statuses(await office.classroom.read(office.learner)) == ["cached"] * 3
    assert "Nothing needs your eyes now." in read_text(await office.open(QUEUE))


async def test_one_section_is_accepted_where_it_is_read(office: Office) -> None:
    before = find_section(await office.open(), "safety")
    assert "What they read once it is accepted" in before
    assert "In short: " in before
    after = find_section(await office.act("accept", "safety"), "safety")
    assert "What these learners read" in after
    assert statuses(await office.classroom.read(office.learner)) == [
        "fallback",
        "fallback",
        "cached",
    ]


async def test_nothing_is_accepted_that_has_changed_since_the_page_was_opened(
    office: Office,
) -> None:
    page = await office.open(REVIEW)
    office.classroom.stand_in.behave("shortened")
    await office.act("reject", "safety")
    await office.classroom.read(office.learner)
    refused = read_text(await accept_all(office, page))
    assert "is not the one that you have read: nothing was accepted" in refused
    assert statuses(await office.classroom.read(office.learner)) == ["fallback"] * 3


async def test_what_was_read_is_shown_by_its_hash(office: Office) -> None:
    await accept_all(office, await office.open(REVIEW))
    answer = await office.classroom.read(office.learner)
    rows = await office.classroom.rows("SELECT rendition_hash FROM personalization_log ORDER BY id")
    page = await office.open(f"/instructor/renditions/{rows[-1]['rendition_hash']}")
    words = read_text(page)
    assert "In short: The stop button is red." in words
    assert answer.title in words
    gone = await office.open(f"/instructor/renditions/{'0' * 64}")
    assert "This text is not stored any more, or never was." in read_text(gone)
