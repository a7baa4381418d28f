"""The page of what needs eyes, and the way from it to the section."""

from collections.abc import AsyncIterator

import pytest

from server.settings import Settings
from tests.stand_in import StandIn
from tests.web.guests import list_elements, read_text
from tests.web.office import Office, open_office

QUEUE = "/instructor/queue"
NEW_WORDS = "The stop button is red. Press it at once when you are not sure about the arm."


@pytest.fixture
async def office(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Office]:
    stand_in.behave("simplified")
    async with open_office(settings, committed_database_url, stand_in) as office:
        yield office


async def report(office: Office, section: str | None, comment: str) -> None:
    said = {"chapter_id": "robots", "helpful": False, "comment": comment, "section": section}
    path = "/api/v1/feedback"
    answer = await office.classroom.client.post(path, headers=office.learner, json=said)
    assert answer.is_success, answer.text


def list_headlines(html: str) -> list[str]:
    items = html.partition('<ol class="queue"')[2].partition("</ol>")[0]
    return [read_text(f"<h2>{each.split('</h2>')[0]}") for each in items.split("<h2>")[1:]]


async def test_an_empty_queue_says_what_will_be_there(office: Office) -> None:
    words = read_text(await office.open(QUEUE))
    assert "Nothing needs your eyes now." in words
    assert "when learners report them" in words


async def test_each_concern_leads_to_its_section(office: Office) -> None:
    office.classroom.stand_in.misbehave("drop_placeholder", section="setup")
    await office.classroom.read(office.learner)
    await report(office, "robots-at-work", "Which robots?")
    await office.write("safety", "The stop button", NEW_WORDS)
    office.classroom.edit("The stop button is red.", "The stop button is large.")
    html = await office.open(QUEUE)
    assert sorted(list_headlines(html)) == ["Robots at work", "Safety", "Setup"]
    words = read_text(html)
    assert "Which robots?" in words
    assert "The model’s text failed once, so learners read the author’s." in words
    assert "the section has changed since, so learners do not read it." in words
    links = [each["href"] for _, each in list_elements(html.split('class="queue"')[1], "a")]
    for section in ("robots-at-work", "setup", "safety"):
        (link,) = [each for each in links if each.endswith(f"#{section}")]
        page = await office.open(link.split("#")[0])
        assert f'id="{section}"' in page
        assert "Nobody reads the version" not in page


async def test_one_concern_can_be_looked_at_alone(office: Office) -> None:
    office.classroom.stand_in.misbehave("drop_placeholder", section="setup")
    await office.classroom.read(office.learner)
    await report(office, "safety", "Why?")
    assert list_headlines(await office.open(f"{QUEUE}?concern=falling_back")) == ["Setup"]
    assert list_headlines(await office.open(f"{QUEUE}?concern=reported")) == ["Safety"]
    words = read_text(await office.open(f"{QUEUE}?concern=outdated_pin"))
    assert "Nothing of this kind needs eyes now." in words
    assert "All 2" in words
    assert (await office.instructor.open(f"{QUEUE}?concern=anything")).status_code == 422


async def test_a_report_about_the_whole_chapter_leads_to_its_most_read_version(
    office: Office,
) -> None:
    await office.classroom.read(office.learner)
    await report(office, None, "Too long.")
    html = await office.open(QUEUE)
    assert list_headlines(html) == ["Robots at work"]
    assert "The chapter as a whole" in read_text(html)
    assert 'href="/instructor/review/robots"' in html


async def test_comments_are_quoted_and_nobody_is_named(office: Office) -> None:
    await office.classroom.read(office.learner)
    await report(office, "safety", "<b>Why</b>\nred?")
    html = await office.open(QUEUE)
    assert '<blockquote class="said" dir="auto">&lt;b&gt;Why&lt;/b&gt;\nred?</blockquote>' in html
    addresses = await office.classroom.rows("SELECT email FROM users")
    assert not [each for each in addresses if str(each["email"]) in html]


async def test_what_is_seen_to_is_gone_from_the_queue(office: Office) -> None:
    office.classroom.stand_in.misbehave("drop_placeholder", section="setup")
    await office.classroom.read(office.learner)
    assert list_headlines(await office.open(QUEUE)) == ["Setup"]
    await office.act("lock", "setup")
    assert "Nothing needs your eyes now." in read_text(await office.open(QUEUE))


async def test_a_long_queue_comes_in_pages(office: Office) -> None:
    parts = "".join(f"## Part {number}\n\nHere is a word.\n\n" for number in range(52))
    office.classroom.edit("## Safety", f"{parts}## Safety")
    for number in range(52):
        await report(office, f"part-{number}", "Hm.")
    first, second = [await office.open(f"{QUEUE}?page={page}") for page in (1, 2)]
    assert len(list_headlines(first)) == 50
    assert len(list_headlines(second)) == 2
    assert not {*list_headlines(first)} & {*list_headlines(second)}
    assert 'rel="next" href="/instructor/queue?page=2"' in first
    assert 'rel="prev" href="/instructor/queue?page=1"' in second
    beyond = await office.open(f"{QUEUE}?page=9&concern=reported")
    assert "Page 2 of 2" in read_text(beyond)
    assert "concern=reported&amp;page=1" in beyond
