"""Several chapters in one request: each answered, refused, counted and logged by itself."""

from httpx import Response

from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, CHAPTER, Classroom, open_classroom
from tests.problems import assert_problem
from tests.stand_in import StandIn

ROBOTS = {"chapter_id": "robots"}


async def ask(classroom: Classroom, headers: dict[str, str], *requests: object) -> Response:
    return await classroom.client.post(
        "/api/v1/personalize/batch", headers=headers, json={"requests": list(requests)}
    )


async def test_each_request_has_its_own_result_or_problem(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    answer = await ask(
        classroom, headers, ROBOTS, {"chapter_id": "nowhere"}, {**ROBOTS, "language": "12"}
    )

    assert answer.status_code == 200
    good, missing, wrong = answer.json()["results"]
    assert (good["chapter_id"], good["status"], good["problem"]) == ("robots", 200, None)
    assert "In short: Setup" in good["result"]["content"]
    assert (missing["chapter_id"], missing["status"], missing["result"]) == ("nowhere", 404, None)
    assert missing["problem"]["type"] == "urn:chapterwise:problem:chapter-not-found"
    assert missing["problem"]["status"] == 404
    assert (wrong["status"], wrong["problem"]["status"]) == (422, 422)
    assert wrong["problem"]["fields"][0]["field"] == "body.language"


async def test_equal_requests_are_generated_once_and_logged_each(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    answer = await ask(classroom, headers, *[ROBOTS] * 5)

    results = [each["result"] for each in answer.json()["results"]]
    assert len(classroom.stand_in.calls) <= 3
    asked = [id_ for call in classroom.stand_in.calls for id_ in call.section_ids]
    assert sorted(asked) == ["robots-at-work", "safety", "setup"]
    assert len({result["content"] for result in results}) == 1
    assert results[0]["content"] != CHAPTER
    assert len(await classroom.rows("SELECT id FROM personalization_log")) == 5


async def test_what_is_stored_is_told_by_reference_where_that_is_asked(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    told, whole = (
        each["result"]
        for each in (await ask(classroom, headers, {**ROBOTS, "inline": False}, ROBOTS)).json()[
            "results"
        ]
    )

    assert told["rendition"]["url"] == f"/api/v1/renditions/{told['rendition']['hash']}"
    assert "content" not in told
    assert not any("markdown" in section for section in told["sections"])
    assert (whole["rendition"], "In short: Setup" in whole["content"]) == (None, True)


async def test_results_come_in_the_order_of_the_requests(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    folder = classroom.settings.docs_dir
    for name in ("arms", "legs"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nThey move.\n", encoding="utf-8")

    answer = await ask(classroom, headers, {"chapter_id": "legs"}, ROBOTS, {"chapter_id": "arms"})

    found = [each["result"]["chapter_id"] for each in answer.json()["results"]]
    assert found == ["legs", "robots", "arms"]


async def test_more_than_20_or_none_are_refused_whole(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    for requests in ([], [ROBOTS] * 21):
        assert_problem(await ask(classroom, headers, *requests), 422)
    assert classroom.stand_in.calls == []
    assert len(await classroom.rows("SELECT id FROM personalization_log")) == 0


async def test_who_is_not_signed_in_gets_one_refusal(classroom: Classroom) -> None:
    assert_problem(await ask(classroom, {}, ROBOTS, ROBOTS), 401)


async def test_each_counts_for_the_learners_limit(
    model_settings: Settings, committed_database_url: str, stand_in: StandIn
) -> None:
    settings = model_settings.model_copy(update={"rate_limit_per_minute": 1})
    stand_in.behave("simplified")
    async with open_classroom(settings, committed_database_url, stand_in) as classroom:
        _, headers = await classroom.enrol(BEGINNER)
        (settings.docs_dir / "arms.md").write_text("# Arms\n\nThey move.\n", encoding="utf-8")
        answer = await ask(classroom, headers, ROBOTS, {"chapter_id": "arms"})

    results = sorted(answer.json()["results"], key=lambda each: int(each["status"]))
    assert [each["status"] for each in results] == [200, 429]
    assert results[1]["problem"]["status"] == 429
    assert 1 <= results[1]["retry_after"] <= 60
