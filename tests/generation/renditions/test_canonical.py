"""A rendition is known by the hash of what is read: in the log and its row, whatever the source."""

import json
from dataclasses import replace
from hashlib import sha256

import pytest

from server.generation.renditions import service
from server.generation.renditions.hot_tier import HotTier
from server.generation.renditions.schemas import RenditionResponse
from tests.generation.renditions.classroom import BEGINNER, JETSON, URDU, Classroom

LOGGED = "SELECT source, rendition_hash FROM personalization_log ORDER BY id"
STORED = "SELECT rendition_hash FROM personalization_cache"


def hash_of(answer: RenditionResponse) -> str:
    """By the words of the contract, from the answer alone."""
    body = answer.model_dump(mode="json")
    kept = ("id", "title", "headings", "markdown", "notes")
    read = {name: body[name] for name in ("title", "language", "direction")}
    read["sections"] = [{name: each[name] for name in kept} for each in body["sections"]]
    text = json.dumps(read, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("onboarding", [BEGINNER, JETSON, URDU])
async def test_every_answer_to_a_rendition_has_its_hash(
    classroom: Classroom, onboarding: dict[str, str]
) -> None:
    classroom.stand_in.behave("urdu" if onboarding is URDU else "simplified")
    _, headers = await classroom.enrol(onboarding)
    classroom.app.state.resources = replace(classroom.resources, hot=HotTier(10_000_000))
    first = await classroom.read(headers)
    await classroom.read(headers)  # from memory
    classroom.app.state.resources = replace(classroom.resources, hot=HotTier(0))
    await classroom.read(headers)  # from its row
    logged = await classroom.rows(LOGGED)
    assert [row["source"] for row in logged] == ["llm", "memory", "cache"]
    assert {row["rendition_hash"] for row in logged} == {hash_of(first)}
    assert [row["rendition_hash"] for row in await classroom.rows(STORED)] == [hash_of(first)]


async def test_what_is_not_stored_has_one_in_the_log(classroom: Classroom) -> None:
    _, headers = await classroom.enrol({"programming_experience": "Intermediate"})
    classroom.edit("sidebar_position: 1", "personalize: false")
    answer = await classroom.read(headers)
    (row,) = await classroom.rows(LOGGED)
    assert row["rendition_hash"] == hash_of(answer)


async def test_a_reading_is_found_while_its_row_makes_the_hash(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    answer = await classroom.read(headers)
    async with classroom.sessions() as session:
        found = await service.find_hashed_rendition(session, hash_of(answer))
        assert found is not None
        assert "".join(each.markdown for each in found.sections) == answer.content
    await classroom.run(
        "UPDATE personalization_cache SET personalized_content = reverse(personalized_content)"
    )
    async with classroom.sessions() as session:
        assert await service.find_hashed_rendition(session, hash_of(answer)) is None
