"""The main job over HTTP: rewritten once, then known to everybody, and always in the log."""

import asyncio

from server.learners.accounts.domain import AccountRole
from tests.generation.renditions.classroom import (
    BEGINNER,
    CHAPTER,
    JETSON,
    URDU,
    Classroom,
    statuses,
)
from tests.stand_in import Note


async def test_a_chapter_is_rewritten_for_the_learner(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    answer = await classroom.read(headers)

    assert answer.source == "llm"
    assert answer.cached is False
    assert answer.llm_provider == "claude"
    assert answer.notice is None
    assert answer.applied_transformations[0] == "beginner-simplify"
    assert statuses(answer) == ["rewritten"] * 3
    assert "In short: " in answer.content
    assert "".join(section.markdown for section in answer.sections) == answer.content
    assert answer.tokens_used > 0


async def test_everything_but_the_words_is_the_authors(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)

    content = (await classroom.read(headers)).content

    for kept in (
        "---\ntitle: Robots at work\nsidebar_position: 1\n---\n",
        "```bash\nsudo apt install ros-jazzy-desktop   # keep me\n```\n",
        '](https://example.org/tools "Tools")',
        "`ros2 topic list`",
        "$f = 50$",
        "| ------ | -------------- |",
        ":::warning\n",
        "**every**",
    ):
        assert kept in content
    assert content.count("\n## ") == CHAPTER.count("\n## ")


async def test_second_request_is_served_from_cache(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    first = await classroom.read(headers)
    calls = len(classroom.stand_in.calls)

    second = await classroom.read(headers)

    assert len(classroom.stand_in.calls) == calls
    assert (second.cached, second.source) == (True, "cache")
    assert second.content == first.content
    assert second.llm_provider == "claude"
    assert second.tokens_used == 0
    assert statuses(second) == ["cached"] * 3
    for key in ("title", "language", "plan_hash", "source_hash", "personalization_factors"):
        assert getattr(second, key) == getattr(first, key)


async def test_a_learner_with_an_equal_profile_costs_no_call(classroom: Classroom) -> None:
    _, first = await classroom.enrol(BEGINNER)
    _, second = await classroom.enrol({**BEGINNER, "role": "Student"})
    await classroom.read(first)
    calls = len(classroom.stand_in.calls)

    answer = await classroom.read(second)

    assert len(classroom.stand_in.calls) == calls
    assert answer.cached is True


async def test_a_different_profile_with_an_equal_plan_costs_no_call(classroom: Classroom) -> None:
    _, first = await classroom.enrol(BEGINNER)
    other = {**BEGINNER, "preferred_language": "Other", "language_tag": "en-GB"}
    _, second = await classroom.enrol(other)
    one = await classroom.read(first)
    calls = len(classroom.stand_in.calls)

    answer = await classroom.read(second)

    assert answer.profile_hash != one.profile_hash
    assert answer.plan_hash == one.plan_hash
    assert len(classroom.stand_in.calls) == calls
    assert answer.cached is True


async def test_an_edited_paragraph_costs_its_own_section_only(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    calls = len(classroom.stand_in.calls)
    classroom.edit("The stop button is red.", "The stop button is yellow.")

    answer = await classroom.read(headers)

    asked = [call.section_ids for call in classroom.stand_in.calls[calls:]]
    assert asked == [("safety",)]
    assert statuses(answer) == ["cached", "cached", "rewritten"]
    assert "yellow" in answer.content
    assert answer.cached is False


async def test_an_edited_url_costs_no_call_and_is_shown(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    calls = len(classroom.stand_in.calls)
    classroom.edit("https://example.org/tools", "https://example.org/new-tools")

    answer = await classroom.read(headers)

    assert len(classroom.stand_in.calls) == calls
    assert (answer.cached, answer.source) == (True, "sections")
    assert '](https://example.org/new-tools "Tools")' in answer.content


async def test_an_edited_code_block_costs_its_section(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    calls = len(classroom.stand_in.calls)
    classroom.edit("ros-jazzy-desktop", "ros-jazzy-base")

    answer = await classroom.read(headers)

    assert [call.section_ids for call in classroom.stand_in.calls[calls:]] == [("setup",)]
    assert "ros-jazzy-base" in answer.content


async def test_a_cleared_cache_costs_no_call(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    first = await classroom.read(headers)
    calls = len(classroom.stand_in.calls)
    await classroom.run("DELETE FROM personalization_cache")

    answer = await classroom.read(headers)

    assert len(classroom.stand_in.calls) == calls
    assert (answer.cached, answer.source) == (True, "sections")
    assert answer.content == first.content


async def test_an_erased_owner_costs_no_call(classroom: Classroom) -> None:
    _, owner = await classroom.enrol(BEGINNER)
    _, other = await classroom.enrol(BEGINNER)
    await classroom.read(owner)
    calls = len(classroom.stand_in.calls)
    erased = await classroom.client.delete("/api/v1/me", headers=owner)

    answer = await classroom.read(other)

    assert erased.status_code == 204
    assert len(classroom.stand_in.calls) == calls
    assert answer.cached is True
    assert (await classroom.ask(owner)).status_code == 401


async def test_ten_at_once_make_one_generation_and_one_entry_each_answered(
    classroom: Classroom,
) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.pace(first_token_s=0.2)

    answers = await asyncio.gather(*(classroom.ask(headers) for _ in range(10)))

    assert [answer.status_code for answer in answers] == [200] * 10
    assert len({answer.json()["content"] for answer in answers}) == 1
    assert len(classroom.stand_in.calls) == 3
    entries = await classroom.rows("SELECT * FROM personalization_cache")
    assert len(entries) == 1
    logged = await classroom.rows("SELECT * FROM personalization_log")
    assert len(logged) == 10


async def test_sections_are_asked_for_side_by_side(classroom: Classroom) -> None:
    """With calls that only end together, one after the other would never end."""
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.misbehave("hang", calls={1, 2})

    asked = asyncio.create_task(classroom.ask(headers))
    while len(classroom.stand_in.calls) < 3:  # noqa: ASYNC110  # the calls come in a thread
        await asyncio.sleep(0.01)
    classroom.stand_in.release()

    assert (await asked).status_code == 200


async def test_urdu_is_right_to_left_and_keeps_the_anchors(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(URDU)
    classroom.stand_in.behave("urdu")

    answer = await classroom.read(headers)

    assert (answer.language, answer.direction) == ("ur", "rtl")
    assert "urdu-translation" in answer.applied_transformations
    sections = answer.sections
    assert [section.id for section in sections] == ["robots-at-work", "setup", "safety"]
    headings = [heading for section in sections for heading in section.headings]
    assert [heading.id for heading in headings] == ["robots-at-work", "setup", "safety"]
    assert headings[1].text != "Setup"


async def test_a_requests_language_replaces_the_profiles_once(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.stand_in.behave("urdu")

    answer = await classroom.read(headers, language="ur")

    assert answer.language == "ur"
    refused = await classroom.ask(headers, language="no such language")
    assert refused.status_code == 422
    assert refused.json()["fields"][0]["field"] == "body.language"


async def test_a_hardware_note_stands_in_the_content_word_for_word(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(JETSON)
    note = Note("hardware", "The Jetson has less memory than a workstation.", section="setup")
    classroom.stand_in.behave("simplified", notes=[note])

    answer = await classroom.read(headers)

    sections = answer.sections
    (shown,) = sections[1].notes
    assert shown.kind == "hardware"
    assert "less memory than a workstation" in shown.markdown
    assert shown.markdown in answer.content
    assert shown.markdown in sections[1].markdown


async def test_each_answer_has_its_row_in_the_log(classroom: Classroom) -> None:
    account, headers = await classroom.enrol(BEGINNER)
    answered = await classroom.ask(headers)
    await classroom.read(headers)

    rows = await classroom.rows("SELECT * FROM personalization_log ORDER BY id")

    assert [row["cached"] for row in rows] == [False, True]
    assert [row["source"] for row in rows] == ["llm", "cache"]
    first = rows[0]
    assert first["user_id"] == account.id
    assert first["transformation_type"] == "beginner-simplify"
    assert list(first["transformations"]) == answered.json()["applied_transformations"]
    assert (first.llm_provider, first["llm_model"]) == ("claude", "claude-sonnet-5-5")
    assert first["input_tokens"] + first["output_tokens"] == answered.json()["tokens_used"]
    assert (first["sections_total"], first["sections_rewritten"]) == (3, 3)
    assert first["request_id"] == answered.headers["x-request-id"]
    assert rows[1]["input_tokens"] == 0


async def test_the_plan_calls_no_model_and_says_what_it_would_cost(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(JETSON)
    ask = {"url": "/api/v1/personalize/plan?chapter_id=robots", "headers": headers}

    before = (await classroom.client.get(**ask)).json()  # type: ignore[arg-type]  # plain keywords
    assert classroom.stand_in.calls == []
    answer = await classroom.read(headers)
    after = (await classroom.client.get(**ask)).json()  # type: ignore[arg-type]  # plain keywords

    assert before["cached"] is False
    assert before["sections_missing"] == 3
    assert before["estimated_tokens"]["input"] > 0
    assert before["applied_transformations"] == answer.applied_transformations
    assert before["plan_hash"] == answer.plan_hash
    assert after["cached"] is True
    assert after["estimated_tokens"] == {"input": 0, "output": 0}


async def test_an_unknown_chapter_is_a_problem(classroom: Classroom) -> None:
    _, headers = await classroom.enrol()

    for chapter_id in ("nothing", "../secret", "/etc/passwd", "a\0b", "x" * 300, ""):
        response = await classroom.ask(headers, chapter_id=chapter_id)
        assert response.status_code == 404, chapter_id
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["type"] == "urn:chapterwise:problem:chapter-not-found"


async def test_a_stranger_is_refused_before_anything_else(classroom: Classroom) -> None:
    response = await classroom.ask({}, chapter_id="nothing")

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"


async def test_an_opted_out_chapter_is_the_authors(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.edit("sidebar_position: 1", "sidebar_position: 1\npersonalize: false")

    answer = await classroom.read(headers)

    assert answer.content == classroom.chapter_file.read_text(encoding="utf-8")
    assert statuses(answer) == ["original"] * 3
    assert (answer.source, answer.llm_provider) == ("original", None)
    assert classroom.stand_in.calls == []


async def test_a_locked_section_is_the_authors(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.edit("## Safety\n", "## Safety\n\n<!-- personalize: off -->\n")

    answer = await classroom.read(headers)

    assert statuses(answer) == ["rewritten", "rewritten", "original"]


async def test_a_file_with_nul_bytes_is_served_as_it_is(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.chapter_file.write_bytes(b"# Odd\n\nA \0 byte.\n")

    answer = await classroom.read(headers)

    assert answer.content == "# Odd\n\nA \0 byte.\n"
    assert statuses(answer) == ["original"]
    assert classroom.stand_in.calls == []
    assert await classroom.rows("SELECT * FROM personalization_cache") == []


async def test_a_file_that_is_not_utf8_is_a_problem_with_the_offset(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    classroom.chapter_file.write_bytes(b"# Odd\n\n\xff\xfe\n")

    response = await classroom.ask(headers)

    assert response.status_code == 422
    assert "7" in response.json()["detail"]


async def test_a_profile_change_makes_another_entry_and_deletes_none(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    changed = await classroom.client.put("/api/v1/me/onboarding", headers=headers, json=JETSON)

    await classroom.read(headers)

    assert changed.status_code == 200
    rows = await classroom.rows("SELECT profile_hash FROM personalization_cache")
    assert len({row["profile_hash"] for row in rows}) == 2


async def test_an_instructors_refresh_asks_for_every_section_again(classroom: Classroom) -> None:
    _, learner = await classroom.enrol(BEGINNER)
    _, instructor = await classroom.enrol(BEGINNER, role=AccountRole.INSTRUCTOR)
    first = await classroom.read(learner)
    classroom.stand_in.reset()
    classroom.stand_in.behave("shortened")

    again = await classroom.read(instructor, refresh=True)
    after = await classroom.read(learner)

    assert len(classroom.stand_in.calls) == 3
    assert again.content != first.content
    assert again.plan_hash != first.plan_hash
    assert after.content == again.content
    assert after.cached is True


async def test_a_learners_refresh_asks_for_nothing_that_is_good(classroom: Classroom) -> None:
    _, headers = await classroom.enrol(BEGINNER)
    await classroom.read(headers)
    calls = len(classroom.stand_in.calls)

    answer = await classroom.read(headers, refresh=True)

    assert len(classroom.stand_in.calls) == calls
    assert answer.cached is True


async def test_a_failed_refresh_never_loses_a_good_text(classroom: Classroom) -> None:
    _, instructor = await classroom.enrol(BEGINNER, role=AccountRole.INSTRUCTOR)
    first = await classroom.read(instructor)
    classroom.stand_in.misbehave("truncate")
    refused = await classroom.read(instructor, refresh=True)
    classroom.stand_in.reset()
    classroom.stand_in.misbehave("http_500")
    unanswered = await classroom.read(instructor, refresh=True)

    assert refused.content == first.content
    assert unanswered.content == first.content
    assert statuses(unanswered) == ["cached"] * 3
