"""The page of the audit log: each act a sentence, with a way to what it was done to."""

import json
from collections.abc import Mapping

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.auditing.domain import ACCOUNT_ACTS, Act, ActKind
from server.core.auditing.service import record
from server.learners.accounts.domain import AccountRole
from server.web.labels import LABELS
from tests.databases import run_sql
from tests.web.browsing import PHONE, visit
from tests.web.conftest import Admission
from tests.web.guests import list_addresses, list_elements, read_text
from tests.web.site import Site

PATH = "/instructor/audit"
PLAN = "9b1c7a5e" * 8
CHAPTER, SECTION = "chapter-02", "nodes-and-topics"
REVIEW = f"/instructor/review/{CHAPTER}"
OF_ROS = "“ Nodes and topics ” of “ ROS 2, the nervous system ”"
EDIT = {
    "runs": [1, 2],
    "before": {"1": None, "2": "A node is small."},
    "after": {"1": "Topics are channels.", "2": "<b>A node</b> does one thing, see ⟦1⟧."},
    "notes": True,
}


async def add_act(session: AsyncSession, act: Act, user_id: int | None = None) -> None:
    await record(session, user_id, act)
    await session.commit()


async def find_id(session: AsyncSession, email: str) -> int:
    number = await session.scalar(text("SELECT id FROM users WHERE email = :e"), {"e": email})
    assert isinstance(number, int)
    return number


def test_every_act_there_is_has_its_words() -> None:
    assert set(LABELS["said"]) == set(LABELS["acts"]) == set(ActKind)


async def test_an_act_on_a_section_leads_to_its_review(
    admit: Admission, session: AsyncSession
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR, "ada@example.test")
    number = await find_id(session, "ada@example.test")
    await add_act(session, Act(ActKind.PIN, CHAPTER, SECTION, PLAN), number)
    await add_act(session, Act(ActKind.LOCK, CHAPTER, SECTION), number)
    page = (await instructor.open(PATH)).text
    words = read_text(page)
    assert f"ada@example.test pinned {OF_ROS} in the version 9b1c7a5e ." in words
    assert f"ada@example.test locked {OF_ROS} ." in words
    addresses = list_addresses(page)
    assert f"{REVIEW}?plan={PLAN}#{SECTION}" in addresses
    assert f"{REVIEW}#{SECTION}" in addresses


async def test_what_is_gone_is_named_and_leads_nowhere(
    admit: Admission, session: AsyncSession
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    await add_act(session, Act(ActKind.UNPIN, "gone/for-ever", "a&b", PLAN))
    await add_act(session, Act(ActKind.PIN, CHAPTER, "an old one", PLAN))
    page = (await instructor.open(PATH)).text
    assert "took the pin off “ a&b ” of “ gone/for-ever ”" in read_text(page)
    assert "Somebody whose account is erased" in read_text(page)
    assert not [each for each in list_addresses(page) if "gone" in each]
    assert f"{REVIEW}?plan={PLAN}#an%20old%20one" in list_addresses(page)


async def test_an_edit_shows_what_stood_there_and_what_stands_there_now(
    admit: Admission, session: AsyncSession
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    await add_act(session, Act(ActKind.EDIT, CHAPTER, SECTION, PLAN, EDIT))
    html = (await instructor.open(PATH)).text
    words = read_text(html)
    assert "The notes were replaced, too." in words
    assert "Before the author’s own text After Topics are channels." in words
    assert "Before A node is small. After <b>A node</b> does one thing, see ⟦1⟧." in words
    assert "<b>A node" not in html


@pytest.mark.parametrize(
    ("kind", "chapter", "details", "sentence"),
    [
        ("clear", None, {"scope": "all", "renditions": 12, "with_rewrites": False},
         "cleared what was stored of all chapters."),
        ("clear", CHAPTER, {"scope": "chapter", "renditions": 2, "with_rewrites": True,
         "rewrites": 9}, "Versions that went: 2. Rewritten sections that went: 9."),
        ("clear", None, {"scope": "learner", "renditions": 2}, "for one learner."),
        ("warm", None, {"chapter_ids": [], "by": "command line", "batch": True},
         "Somebody at the command line began a warm-up of the whole book."),
        ("warm", None, {"chapter_ids": ["a", "b"], "languages": ["fr", "ur"], "missing": 7},
         "Sections that were missing: 7. Languages: fr, ur."),
        ("warm", CHAPTER, {"chapter_ids": [CHAPTER]},
         "began a warm-up of “ ROS 2, the nervous system ”"),
        ("cancel", None, {"job": "1f0c7c0e"}, "cancelled a warm-up. 21"),
        ("reject", CHAPTER, {"hint": "Be <i>brief</i>."}, "For the next text: Be <i>brief</i>."),
    ],
)  # fmt: skip
async def test_each_act_is_a_sentence(
    admit: Admission,
    session: AsyncSession,
    kind: str,
    chapter: str | None,
    details: Mapping[str, object],
    sentence: str,
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    await add_act(session, Act(ActKind(kind), chapter, details=details))
    await session.execute(text("UPDATE instruction_audit SET created_at = '2026-11-21 09:00Z'"))
    await session.commit()
    page = (await instructor.open(PATH)).text
    assert sentence in read_text(page)
    assert ("/instructor/warming/1f0c7c0e" in list_addresses(page)) is ("job" in details)


async def test_what_was_done_to_accounts_is_shown_to_admins_only(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    instructor = await admit(AccountRole.INSTRUCTOR, "ada@example.test")
    number = await find_id(session, "ada@example.test")
    await add_act(session, Act(ActKind.LOCK, CHAPTER, SECTION))
    for kind in ACCOUNT_ACTS:
        details = {"account": number, "role": "admin", "before": "learner"}
        await add_act(session, Act(kind, details=details))
    for path in (PATH, f"{PATH}?act=role"):
        page = (await instructor.open(path)).text
        assert "account" not in read_text(page.split("<main")[1]).replace("account is erased", "")
        values = {each["value"] for _, each in list_elements(page, "option")}
        assert not values & set(ACCOUNT_ACTS)
    words = read_text((await admin.open(PATH)).text)
    assert f"made account {number} an admin." in words
    assert "It was a learner before." in words
    only = (await admin.open(f"{PATH}?act=sign_out")).text
    assert f"signed account {number} out everywhere." in read_text(only)
    assert "deactivated" not in read_text(only.split("<ol")[1])
    assert f"/admin/accounts?search={number}" in list_addresses(only)


async def test_acts_are_filtered_and_turned_page_by_page(
    admit: Admission, session: AsyncSession
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    for number in range(60):
        await add_act(session, Act(ActKind.REJECT, CHAPTER, details={"hint": f"no. {number}"}))
    await add_act(session, Act(ActKind.LOCK, "chapter-03", "x"))
    page = (await instructor.open(f"{PATH}?chapter_id={CHAPTER}&act=reject")).text
    assert "1 to 50 of 60" in read_text(page)
    assert read_text(page).index("no. 59") < read_text(page).index("no. 10")
    (following,) = (e["href"] for _, e in list_elements(page, "a") if e.get("rel") == "next")
    assert following == f"{PATH}?chapter_id={CHAPTER}&act=reject&page=2"
    assert "51 to 60 of 60" in read_text((await instructor.open(following)).text)
    nothing = read_text((await instructor.open(f"{PATH}?chapter_id={CHAPTER}&act=lock")).text)
    assert "Nothing like that has been done." in nothing
    for nonsense in ("act=king", "page=-1", "chapter_id=%00", "act=role"):
        assert (await instructor.open(f"{PATH}?{nonsense}")).status_code == 200


async def test_who_comes_from_the_identity_provider_is_named_by_number(
    admit: Admission, session: AsyncSession
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    number = await session.scalar(
        text(
            "INSERT INTO users (email, hashed_password, issuer, subject) VALUES"
            " ('0@identity.invalid', '!', 'https://people.example.org', 'alice') RETURNING id"
        )
    )
    assert isinstance(number, int)
    await add_act(session, Act(ActKind.UNLOCK, CHAPTER, SECTION), number)
    page = (await instructor.open(PATH)).text
    assert f"Account {number} unlocked" in read_text(page)
    assert "identity.invalid" not in page


async def test_an_address_is_for_admins_and_its_owner(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    instructor = await admit(AccountRole.INSTRUCTOR, "ada@example.test")
    for email in ("ada@example.test", "boss@example.test"):
        await add_act(session, Act(ActKind.LOCK, CHAPTER, SECTION), await find_id(session, email))
    seen = (await instructor.open(PATH)).text
    assert "boss locked" in read_text(seen)
    assert "ada@example.test locked" in read_text(seen)
    assert "boss@" not in seen
    assert "boss@example.test locked" in read_text((await admin.open(PATH)).text)


def test_the_page_reads_well_at_a_desk_and_on_a_phone(browser: Browser, site: Site) -> None:
    site.enrol("boss@example.test", role=AccountRole.ADMIN)
    insert = (
        "INSERT INTO instruction_audit (user_id, act, chapter_id, section_id, plan_hash, details)"
        " SELECT id, 'edit', '{}', '{}', '{}', '{}' FROM users"
    )
    run_sql(site.database_url, insert.format(CHAPTER, SECTION, PLAN, json.dumps(EDIT)))
    for size, dark in (((1280, 800), True), (PHONE, False)):
        with visit(browser, site, size=size, dark=dark) as visitor:
            page = visitor.page
            visitor.sign_in("boss@example.test", PATH)
            page.get_by_text("What was changed").click()
            expect(page.get_by_text("Topics are channels.")).to_be_visible()
            assert not visitor.scrolls_sideways()
            visitor.check_access()
            page.get_by_role("combobox", name="What").select_option("Texts pinned")
            page.get_by_role("button", name="Show").click()
            expect(page.get_by_text("Nothing like that has been done.")).to_be_visible()
            page.get_by_role("link", name="Show all").click()
            expect(page.get_by_text("What was changed")).to_be_visible()
