"""What a second reader found stands beside the text, in the queue and in the figures."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from httpx import AsyncClient

from server.generation.review.service import Reader
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from tests.generation.renditions.classroom import Classroom
from tests.generation.renditions.test_reviews import STOP, object_to_stop
from tests.generation.review.samples import JudgingLLM
from tests.staff.instruction.staffroom import OBJECT, pick
from tests.stand_in import StandIn
from tests.web.guests import list_elements, read_text
from tests.web.office import Office, find_section, open_office

HOSTILE = '<script>alert(1)</script> <a href="https://evil.example">look</a>'


def object_with_script(original: str, rewrite: str) -> str:
    said = HOSTILE.replace("<", "&lt;")
    return object_to_stop(original, rewrite).replace("Not so.", said)


@pytest.fixture
async def office(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> AsyncIterator[Office]:
    stand_in.behave("simplified")
    async with open_office(settings, committed_database_url, stand_in) as office:
        let_object(office.classroom)
        yield office


def let_object(classroom: Classroom) -> None:
    reader = Reader(JudgingLLM(object_with_script))
    classroom.app.state.resources = replace(classroom.resources, reader=reader)


async def get(office: Office, path: str, headers: dict[str, str]) -> dict[str, object]:
    client: AsyncClient = office.classroom.client
    answer = await client.get(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return OBJECT.validate_json(answer.content)


async def test_findings_stand_beside_the_text_and_are_no_html(office: Office) -> None:
    await office.classroom.read(office.learner)
    section = find_section(await office.open(), "safety")
    words = read_text(section)
    assert "objected, and the author’s words stand there again" in words
    assert "says something else" in words
    assert STOP in words
    assert HOSTILE in words
    assert "<script>" not in section
    assert not [a for _, a in list_elements(section, "a") if "evil" in a.get("href", "")]
    other = find_section(await office.open(), "setup")
    assert "found nothing against the words that are shown" in read_text(other)


async def test_what_nobody_has_read_says_so(office: Office) -> None:
    office.classroom.app.state.resources = replace(office.classroom.resources, reader=None)
    await office.classroom.read(office.learner)
    assert "Nobody has read this text." in read_text(find_section(await office.open(), "safety"))


async def test_what_was_put_back_needs_eyes_until_somebody_pins(office: Office) -> None:
    await office.classroom.read(office.learner)
    queue = await office.open("/instructor/queue?concern=objected")
    assert "one text is the author’s again" in read_text(queue)
    await office.write("safety", "The stop button", "The stop button is red. Press it at once.")
    queue = await office.open("/instructor/queue")
    assert "Partly put back" not in read_text(queue)
    assert "objected" not in read_text(find_section(await office.open(), "safety"))


async def test_figures_count_faults_cost_and_what_was_put_back(office: Office) -> None:
    await office.classroom.read(office.learner)
    _, admin = await office.classroom.enrol(role=AccountRole.ADMIN)
    (counted,) = pick(await get(office, "analytics/reviews", admin), "items")
    assert (counted["chapter_id"], counted["llm_model"]) == ("robots", "reader")
    assert (counted["sections"], counted["passed"], counted["partly_original"]) == (3, 2, 1)
    assert (counted["findings"], counted["runs_put_back"]) == (1, 1)
    assert (counted["input_tokens"], counted["output_tokens"]) == (600, 24)
    (fault,) = pick(await get(office, "analytics/faults", admin), "items")
    assert (fault["fault"], fault["findings"], fault["put_back"]) == ("changed", 1, 1)
    earlier = await get(office, "analytics/faults?to=2020-01-01", admin)
    assert earlier["items"] == []
    csv = await office.classroom.client.get("/api/v1/analytics/reviews?format=csv", headers=admin)
    assert csv.text.splitlines()[0].startswith("chapter_id,llm_model,sections,passed")
