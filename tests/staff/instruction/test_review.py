"""What instructors look at: changes, plans, reviews, the queue, the book, the audit log."""

from decimal import Decimal

from sqlalchemy import event

from server.generation.renditions.cache.service import list_earlier
from tests.generation.renditions.classroom import BEGINNER, JETSON
from tests.problems import assert_problem, named_fields
from tests.staff.instruction.staffroom import OBJECT, Staffroom, pick

SETUP, SAFETY = 1, 2


def changes_of(found: dict[str, object]) -> dict[str, str]:
    return {str(each["id"]): str(each["change"]) for each in pick(found, "sections")}


async def test_before_anything_is_stored_all_is_new(staffroom: Staffroom) -> None:
    found = await staffroom.get("chapters/robots/changes")
    assert set(changes_of(found).values()) == {"new"}
    assert (found["calls"], found["compared_with"]) == (3, None)
    assert Decimal(str(found["cost_usd"])) > 0
    assert staffroom.calls == 0


async def test_what_is_stored_needs_nothing(staffroom: Staffroom) -> None:
    await staffroom.read_everywhere()
    found = await staffroom.get("chapters/robots/changes")
    assert set(changes_of(found).values()) == {"unchanged"}
    assert (found["calls"], found["plans"], found["plans_needing_calls"]) == (0, 1, [])


async def test_an_edit_is_told_section_by_section(staffroom: Staffroom) -> None:
    await staffroom.read_everywhere()
    staffroom.first.edit("The stop button is red.", "The stop button is large.")
    staffroom.first.edit("## Setup", "## Getting ready")
    staffroom.first.edit("shows what it talks about.", "shows what it talks about. ")

    found = await staffroom.get("chapters/robots/changes")

    changes = changes_of(found)
    assert (changes["safety"], changes["getting-ready"]) == ("changed", "new")
    assert changes["setup"] == "gone"
    (need,) = pick(found, "plans_needing_calls")
    assert need["learners"] == 2
    calls = staffroom.calls
    await staffroom.read_everywhere()
    assert staffroom.calls - calls == found["calls"]
    after = await staffroom.get("chapters/robots/changes")
    assert (after["calls"], set(changes_of(after).values())) == (0, {"unchanged"})


async def test_plans_are_counted_by_those_who_have_them(staffroom: Staffroom) -> None:
    await staffroom.first.enrol(JETSON)
    await staffroom.read_everywhere()
    first, second = pick(await staffroom.get("chapters/robots/plans"), "plans")
    assert (first["learners"], first["stored"], first["missing"]) == (2, 3, 0)
    assert (second["learners"], second["missing"]) == (1, 3)


async def test_a_review_shows_the_original_beside_what_is_read(staffroom: Staffroom) -> None:
    answer = await staffroom.read_everywhere()
    section = await staffroom.review(SETUP)
    assert section["shown"] == answer.sections[SETUP].markdown
    assert str(section["original"]).startswith("## Setup")
    assert (section["status"], section["llm_provider"]) == ("cached", "claude")
    shown = [run["shown"] for run in pick(section, "runs")]
    assert all(str(each).startswith("In short: ") for each in shown)


async def test_a_review_tells_of_repairs_and_rejections(staffroom: Staffroom) -> None:
    stand_in = staffroom.first.stand_in
    stand_in.misbehave("drop_placeholder", section="robots-at-work", calls=1)
    stand_in.misbehave("drop_placeholder", section="setup")
    await staffroom.read_everywhere()
    repaired, rejected = [
        OBJECT.validate_python((await staffroom.review(index))["verifier"]) for index in (0, SETUP)
    ]
    assert (repaired["state"], repaired["repaired_check"]) == ("ready", "placeholders")
    assert (rejected["state"], rejected["failed_check"]) == ("rejected", "placeholders")
    assert rejected["failures"] == 1


async def test_before_anybody_has_asked_there_is_nothing_to_show(staffroom: Staffroom) -> None:
    section = await staffroom.review(SETUP)
    assert (section["status"], section["shown"], section["verifier"]) == (None, None, None)


async def test_the_name_in_an_answer_leads_to_the_plan(staffroom: Staffroom) -> None:
    await staffroom.act("PUT", "lock", section="safety")
    answer = await staffroom.read_everywhere()
    found = await staffroom.get("chapters/robots/review", plan_hash=answer.plan_hash)
    plan = OBJECT.validate_python(found["plan"])
    assert plan["plan_hash"] == await staffroom.find_plan() != answer.plan_hash


async def test_a_plan_of_nobody_is_not_found(staffroom: Staffroom) -> None:
    answer = await staffroom.send("GET", "chapters/robots/review?plan_hash=f00")
    assert_problem(answer, 404)
    body = {"section": "nowhere", "plan_hash": await staffroom.find_plan()}
    assert_problem(await staffroom.send("PUT", "chapters/robots/pin", body), 404)
    assert_problem(await staffroom.send("PUT", "chapters/none/lock", {"section": "safety"}), 404)


async def say(staffroom: Staffroom, headers: dict[str, str], **said: object) -> None:
    body = {"chapter_id": "robots", **said}
    answer = await staffroom.first.client.post("/api/v1/feedback", headers=headers, json=body)
    assert answer.status_code in {200, 201}, answer.text


async def test_what_most_learners_meet_comes_first_in_the_queue(staffroom: Staffroom) -> None:
    others = [await staffroom.first.enrol(JETSON) for _ in range(3)]
    _, other = others[0]
    await say(staffroom, staffroom.learner, section="setup", helpful=False, comment="Too fast.")
    await say(staffroom, other, section="safety", helpful=True, comment="Which arm?")
    await say(staffroom, staffroom.headers, section="safety", helpful=True)

    items = pick(await staffroom.get("queue"), "items")

    assert [(item["section"], item["learners"]) for item in items] == [("safety", 3), ("setup", 2)]
    details = OBJECT.validate_python(items[1]["details"])
    assert (details["not_helpful"], details["comments"]) == (1, ["Too fast."])
    page = await staffroom.get("queue", limit="1", offset="1")
    assert (page["total"], pick(page, "items")) == (2, items[1:])


async def test_feedback_stands_beside_the_text_that_was_judged(staffroom: Staffroom) -> None:
    await say(staffroom, staffroom.learner, section="safety", helpful=False, comment="Why red?")
    verdicts = OBJECT.validate_python((await staffroom.review(SAFETY))["feedback"])
    assert verdicts == {
        "helpful": 0,
        "not_helpful": 1,
        "comments": ["Why red?"],
        "faults": {},
    }
    staffroom.first.edit("The stop button is red.", "The stop button is large.")
    assert pick(await staffroom.get("queue"), "items") == []


async def test_the_glossary_says_where_its_terms_occur(staffroom: Staffroom) -> None:
    glossary = staffroom.first.settings.docs_dir / "glossary.yaml"
    glossary.write_text(
        "terms:\n"
        "  - {term: stop button, definition: It ends all motion., keep: false,"
        " translations: {ur: سٹاپ بٹن}}\n"
        "  - {term: gripper, definition: A hand., keep: true, translations: {}}\n",
        encoding="utf-8",
    )
    gripper, button = pick(await staffroom.get("glossary"), "terms")
    assert (gripper["term"], gripper["occurs_in"]) == ("gripper", {})
    assert button["occurs_in"] == {"robots": ["safety"]}
    assert button["translations"] == {"ur": "سٹاپ بٹن"}


async def test_the_catalogue_says_when_each_applies_and_how_often_it_did(
    staffroom: Staffroom,
) -> None:
    for _ in range(2):
        await staffroom.read_everywhere()
    await staffroom.first.finish()
    await staffroom.second.finish()
    entries = pick(await staffroom.get("catalogue"), "transformations")
    simplify = next(entry for entry in entries if entry["id"] == "beginner-simplify")
    assert simplify["applied_last_30_days"] == 4
    assert "“Beginner”" in str(simplify["condition"])
    assert all(entry["condition"] for entry in entries)


async def test_a_dry_run_says_what_somebody_would_get_and_calls_nobody(
    staffroom: Staffroom,
) -> None:
    body = {"chapter_id": "robots", "onboarding": JETSON}
    answer = await staffroom.send("POST", "dry-run", body)
    plan = OBJECT.validate_json(answer.content)
    assert {"beginner-simplify", "jetson-hardware"} <= {
        str(each["id"]) for each in pick(plan, "transformations")
    }
    assert plan["sections_missing"] == 3
    assert OBJECT.validate_python(plan["estimated_tokens"])["output"]
    assert staffroom.calls == 0


async def test_a_dry_run_knows_what_is_stored_and_locked(staffroom: Staffroom) -> None:
    await staffroom.read_everywhere()
    await staffroom.act("PUT", "lock", section="safety")
    answer = await staffroom.send(
        "POST", "dry-run", {"chapter_id": "robots", "onboarding": BEGINNER}
    )
    plan = OBJECT.validate_json(answer.content)
    assert (plan["cached"], plan["sections_missing"]) == (True, 0)
    assert plan["locked_sections"] == ["safety"]


async def test_a_dry_run_refuses_answers_that_nobody_can_give(staffroom: Staffroom) -> None:
    body = {"chapter_id": "robots", "onboarding": {"role": "Wizard"}}
    answer = await staffroom.send("POST", "dry-run", body)
    assert named_fields(assert_problem(answer, 422)) == ["body.onboarding.role"]


async def test_the_queue_counts_the_learners_once_for_the_whole_book(staffroom: Staffroom) -> None:
    folder = staffroom.first.chapter_file.parent
    for name in ("robots", "arms", "legs"):
        (folder / f"{name}.md").write_text(f"# {name}\n\nText of it.\n", encoding="utf-8")
        said = {"chapter_id": name, "helpful": False}
        answer = await staffroom.first.client.post(
            "/api/v1/feedback", headers=staffroom.learner, json=said
        )
        assert answer.is_success
    engine = staffroom.first.sessions.kw["bind"].sync_engine
    statements = list[str]()
    event.listen(engine, "before_cursor_execute", lambda *seen: statements.append(seen[2]))
    found = await staffroom.get("queue")
    assert found["total"] == 3
    assert sum("GROUP BY users.onboarding" in each for each in statements) == 1
    assert sum("personalization_log.language" in each for each in statements) == 1


async def test_what_was_stored_is_read_once_for_a_plan_not_for_each_learner(
    staffroom: Staffroom,
) -> None:
    await staffroom.read_everywhere()
    classroom = staffroom.first
    await classroom.finish()
    await classroom.run(
        "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash, source_hash,"
        " plan_hash, personalized_content, sections)"
        " SELECT users.id, chapter_id, 'of somebody else', source_hash, plan_hash,"
        " personalized_content, sections FROM personalization_cache CROSS JOIN users"
    )
    stored = await classroom.rows("SELECT count(*) AS number FROM personalization_cache")
    async with classroom.sessions() as session:
        earlier = await list_earlier(session, "robots")
    assert int(stored[0]["number"]) == 3
    assert [each.id for each in earlier] == ["robots-at-work", "setup", "safety"]


async def test_a_pin_is_seen_in_every_chapter_that_has_the_section(staffroom: Staffroom) -> None:
    """Equal sections share their text, and so what was pinned for one of them."""
    folder = staffroom.first.chapter_file.parent
    chapter = staffroom.first.chapter_file.read_text(encoding="utf-8")
    (folder / "copy.md").write_text(chapter, encoding="utf-8")
    await staffroom.read_everywhere()
    plan = await staffroom.find_plan()
    await staffroom.act("PUT", "pin", section="safety", plan_hash=plan)

    found = await staffroom.get("chapters/copy/review", plan_hash=plan)
    (pin,) = pick(pick(found, "sections")[SAFETY], "pins")
    assert pin["state"] == "pinned"
    assert found["left_over"] == []
    (counted,) = pick(await staffroom.get("chapters/copy/plans"), "plans")
    assert (counted["pinned"], counted["outdated_pins"]) == (1, 0)
