"""Where rewrites have to be approved, nobody reads one that no instructor has accepted."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from server.plan.transformations import service as transformations
from server.settings import Publish, Settings
from tests.generation.renditions.classroom import (
    BEGINNER,
    JETSON,
    Classroom,
    open_classroom,
    statuses,
)
from tests.stand_in import StandIn

WAITING = "3 of 3 sections wait for an instructor to accept the rewritten text."
STORED = "SELECT state, failures, retry_at FROM section_rewrite"
LOGGED = "SELECT cached, source, fallback_reasons FROM personalization_log ORDER BY id"
CATALOGUE = Path(transformations.__file__).parent / "catalogue"


@pytest.mark.parametrize("shared_characters", [0, 1500])
async def test_what_is_written_waits_and_is_written_once(
    classroom: Classroom, shared_characters: int
) -> None:
    classroom.edit("sidebar_position: 1", "publish: approved")
    classroom.app.state.resources = replace(
        classroom.resources, shared_characters=shared_characters
    )
    _, headers = await classroom.enrol(BEGINNER)

    answers = [await classroom.read(headers) for _ in range(2)]

    for answer in answers:
        assert statuses(answer) == ["fallback"] * 3
        assert answer.content == classroom.chapter_file.read_text(encoding="utf-8")
        assert (answer.notice or "").startswith(WAITING)
        assert "No instructor has accepted" in str(answer.sections[0].reason)
    rows = await classroom.rows(STORED)
    assert {(row["state"], row["failures"], row["retry_at"]) for row in rows} == {
        ("ready", 0, None)
    }
    logged = await classroom.rows(LOGGED)
    assert [(row["cached"], row["source"]) for row in logged] == [(False, "llm"), (True, "cache")]
    assert all(row["fallback_reasons"] == ["unaccepted"] * 3 for row in logged)
    written = [id_ for call in classroom.stand_in.calls for id_ in call.section_ids]
    assert sorted(written) == ["robots-at-work", "safety", "setup"]


@pytest.mark.parametrize("said", ["", "publish: at_once"])
async def test_the_chapters_word_goes_before_the_setting(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn, said: str
) -> None:
    stand_in.behave("simplified")
    settings = model_settings.model_copy(update={"publish": Publish.APPROVED})
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        classroom.edit("sidebar_position: 1", said)
        _, headers = await classroom.enrol(BEGINNER)
        shown = "rewritten" if said else "fallback"
        assert statuses(await classroom.read(headers)) == [shown] * 3


async def test_a_transformation_can_only_be_stricter(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn, tmp_path: Path
) -> None:
    stand_in.behave("simplified")
    ours = (CATALOGUE / "beginner-simplify.md").read_text(encoding="utf-8")
    stricter = ours.replace("---\n", "---\npublish: approved\n", 1)
    (tmp_path / "beginner-simplify.md").write_text(stricter, encoding="utf-8")
    settings = model_settings.model_copy(update={"transformations_dir": tmp_path})
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        classroom.edit("sidebar_position: 1", "publish: at_once")
        _, headers = await classroom.enrol(BEGINNER)
        assert statuses(await classroom.read(headers)) == ["fallback"] * 3


async def test_notes_of_fact_sheets_need_no_acceptance(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    offline = {"publish": Publish.APPROVED, "anthropic_api_key": SecretStr("")}
    settings = model_settings.model_copy(update=offline)
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        classroom.edit("A robot senses", "On a Jetson, a robot with CUDA senses")
        _, headers = await classroom.enrol(JETSON)
        answer = await classroom.read(headers)
        assert answer.llm_provider == "offline"
        assert any(section.notes for section in answer.sections)
        assert "fallback" not in statuses(answer)
