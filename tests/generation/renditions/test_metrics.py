"""What is counted: answers by source, fallbacks and repairs by reason."""

from pydantic import SecretStr

from server.settings import Environment, Settings
from tests.generation.renditions.classroom import BEGINNER, Classroom, open_classroom
from tests.problems import assert_problem
from tests.stand_in import Fault, StandIn


async def read_page(classroom: Classroom, **headers: str) -> str:
    response = await classroom.client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    return response.text


async def test_answers_are_counted_by_where_the_text_came_from(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    await classroom.read(headers)

    page = await read_page(classroom)

    assert 'personalization_requests_total{source="llm"} 1.0' in page
    assert 'personalization_requests_total{source="cache"} 1.0' in page
    assert 'personalization_latency_seconds_count{source="llm"} 1.0' in page


async def test_fallbacks_are_counted_by_the_check_that_failed(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(Fault.DROP_PLACEHOLDER, section="setup")
    classroom.stand_in.misbehave(Fault.TRUNCATE, section="safety")
    await classroom.read(headers)
    await classroom.read(headers)

    page = await read_page(classroom)
    rows = await classroom.rows("SELECT fallback_reasons FROM personalization_log ORDER BY id")
    stored = await classroom.rows(
        "SELECT failed_check, reason FROM section_rewrite WHERE state = 'rejected'"
        " ORDER BY failed_check"
    )

    assert 'personalization_section_fallbacks_total{reason="placeholders"} 2.0' in page
    assert 'personalization_section_fallbacks_total{reason="truncated"} 2.0' in page
    assert [row["fallback_reasons"] for row in rows] == [["placeholders", "truncated"]] * 2
    assert [row["failed_check"] for row in stored] == ["placeholders", "truncated"]
    assert "is missing" in stored[0]["reason"]


async def test_an_outage_is_a_reason_of_its_own(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(Fault.HTTP_500)
    answer = await classroom.read(headers)

    (row,) = await classroom.rows("SELECT fallback_reasons FROM personalization_log")

    assert row["fallback_reasons"] == ["outage"] * len(answer.sections)


async def test_a_repair_is_counted_by_what_the_first_answer_failed(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave(Fault.DROP_PLACEHOLDER, section="setup", calls=1)
    answer = await classroom.read(headers)

    page = await read_page(classroom)

    assert answer.sections[1].status == "rewritten"
    assert 'personalization_section_repairs_total{reason="placeholders"} 1.0' in page
    assert "personalization_section_fallbacks_total{" not in page


async def test_metrics_ask_for_their_own_token(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    closed = settings.model_copy(update={"metrics_token": SecretStr("scrape-me")})
    async with open_classroom(closed, committed_database_url, stand_in) as classroom:
        for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic x"}):
            refused = await classroom.client.get("/metrics", headers=headers)
            assert_problem(refused, 401)
        await read_page(classroom, Authorization="Bearer scrape-me")


async def test_without_a_token_production_shows_no_metrics(
    settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    production = settings.model_copy(
        update={
            "environment": Environment.PRODUCTION,
            "jwt_secret": SecretStr("5f0c1d7a9be24836a1c7d2e94b60f835"),
        }
    )
    async with open_classroom(production, committed_database_url, stand_in) as classroom:
        assert_problem(await classroom.client.get("/metrics"), 404)
