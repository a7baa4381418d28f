"""The audit log: every act, written with what it did, and what becomes of it with an account."""

from tests.problems import assert_problem
from tests.staff.instruction.staffroom import OBJECT, Staffroom, pick

GIVE_ACTS = """
UPDATE instruction_audit SET user_id = (SELECT id FROM users WHERE role = 'learner')"""
GIVE_PINS = "UPDATE section_pin SET pinned_by = (SELECT id FROM users WHERE role = 'learner')"


async def do_everything(staffroom: Staffroom) -> str:
    """Each act once; returns the plan."""
    client, headers = staffroom.first.client, staffroom.headers
    await staffroom.read_everywhere()
    plan = await staffroom.find_plan()
    target: dict[str, str] = {"section": "safety", "plan_hash": plan}
    await staffroom.act("PUT", "pin", **target)
    await staffroom.act("PUT", "text", **target, runs=[])
    await staffroom.take_off("pin", **target)
    await staffroom.act("POST", "reject", **target, hint="Be brief.")
    await staffroom.act("PUT", "lock", section="safety")
    await staffroom.take_off("lock", section="safety")
    await client.delete("/api/v1/cache?chapter_id=robots", headers=headers)
    asked = await client.post("/api/v1/cache/warm", headers=headers, json={})
    job = str(asked.json()["id"])
    await client.delete(f"/api/v1/cache/warm/{job}", headers=headers)
    return plan


async def test_every_act_is_recorded_the_newest_first(staffroom: Staffroom) -> None:
    plan = await do_everything(staffroom)

    acts = pick(await staffroom.get("audit"), "acts")

    assert [act["act"] for act in acts] == [
        "cancel",
        "warm",
        "clear",
        "unlock",
        "lock",
        "reject",
        "unpin",
        "edit",
        "pin",
    ]
    assert {act["who"] for act in acts} == {staffroom.account.email}
    rejection = next(act for act in acts if act["act"] == "reject")
    assert rejection["details"] == {"hint": "Be brief."}
    assert (rejection["chapter_id"], rejection["section"]) == ("robots", "safety")
    assert rejection["plan_hash"] == plan


async def test_the_log_is_paged_and_filtered(staffroom: Staffroom) -> None:
    await do_everything(staffroom)
    page = await staffroom.get("audit", limit="2", offset="3")
    assert page["total"] == 9
    assert [act["act"] for act in pick(page, "acts")] == ["unlock", "lock"]
    locks = await staffroom.get("audit", act="lock", chapter_id="robots")
    assert (locks["total"], [act["act"] for act in pick(locks, "acts")]) == (1, ["lock"])
    nobody = await staffroom.get("audit", user_id="2147483647")
    assert nobody["total"] == 0


async def test_what_changes_nothing_is_not_recorded(staffroom: Staffroom) -> None:
    await staffroom.take_off("lock", section="safety")
    await staffroom.take_off("pin", section="safety", plan_hash=await staffroom.find_plan())
    dry = {"dry_run": True}
    await staffroom.first.client.post("/api/v1/cache/warm", headers=staffroom.headers, json=dry)
    assert await staffroom.list_acts() == []


async def test_an_act_that_fails_is_not_recorded_and_changes_nothing(staffroom: Staffroom) -> None:
    body = {"section": "safety", "plan_hash": await staffroom.find_plan()}
    assert_problem(await staffroom.send("PUT", "chapters/robots/pin", body), 409)
    assert await staffroom.list_acts() == []
    assert await staffroom.first.rows("SELECT * FROM chapter_revision") == []


async def test_whose_renditions_were_cleared_is_not_kept(staffroom: Staffroom) -> None:
    client, headers = staffroom.first.client, staffroom.headers
    await client.delete("/api/v1/cache?user_id=12", headers=headers)
    (act,) = pick(await staffroom.get("audit"), "acts")
    details = OBJECT.validate_python(act["details"])
    assert details["scope"] == "learner"
    assert "12" not in str(details)


async def test_a_colleagues_address_is_for_admins(staffroom: Staffroom) -> None:
    await staffroom.read_everywhere()
    plan = await staffroom.find_plan()
    await staffroom.act("PUT", "pin", section="safety", plan_hash=plan)
    (found,) = await staffroom.first.rows("SELECT email FROM users WHERE role = 'learner'")
    address = str(found["email"])
    await staffroom.first.run(GIVE_ACTS)
    await staffroom.first.run(GIVE_PINS)
    seen = (
        await staffroom.get("audit"),
        await staffroom.get("chapters/robots/review", plan_hash=plan),
    )
    assert address not in str(seen)
    assert pick(seen[0], "acts")[0]["who"] == address.partition("@")[0]
    await staffroom.first.run("UPDATE users SET role = 'admin' WHERE role = 'instructor'")
    assert pick(await staffroom.get("audit"), "acts")[0]["who"] == address


async def test_acts_are_exported_and_outlive_the_account(staffroom: Staffroom) -> None:
    await do_everything(staffroom)
    client = staffroom.first.client
    exported = (await client.get("/api/v1/me/export", headers=staffroom.headers)).json()
    assert len(exported["instruction_audit"]) == 9
    await staffroom.act("PUT", "lock", section="setup")

    erased = await client.delete("/api/v1/me", headers=staffroom.headers)

    assert erased.status_code == 204
    rows = await staffroom.first.rows("SELECT user_id FROM instruction_audit")
    assert [row["user_id"] for row in rows] == [None] * 10
    (lock,) = await staffroom.first.rows("SELECT locked_by FROM section_lock")
    assert lock["locked_by"] is None
    assert (await staffroom.read_everywhere()).sections[1].status == "original"
