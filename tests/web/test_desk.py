"""What instructors and admins see and do on their pages."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts.domain import AccountRole
from tests.web.conftest import Admission
from tests.web.guests import list_elements, read_text


async def store_versions(session: AsyncSession, chapter_id: str, count: int) -> None:
    """Stored versions of a chapter, each of another profile."""
    owner = await session.scalar(text("SELECT min(id) FROM users"))
    for number in range(count):
        await session.execute(
            text(
                "INSERT INTO personalization_cache (user_id, chapter_id, profile_hash,"
                " personalized_content, source_hash, plan_hash, sections)"
                " VALUES (:owner, :chapter, :hash, 'text', 's', 'p', '[]')"
            ),
            {"owner": owner, "chapter": chapter_id, "hash": f"{number}"},
        )
    await session.commit()


async def count_versions(session: AsyncSession) -> int:
    counted = await session.scalar(text("SELECT count(*) FROM personalization_cache"))
    assert isinstance(counted, int)
    return counted


async def test_instructor_clears_one_chapter_or_all(
    admit: Admission, session: AsyncSession
) -> None:
    instructor = await admit(AccountRole.INSTRUCTOR)
    await store_versions(session, "chapter-01", 2)
    await store_versions(session, "chapter-02", 3)
    cleared = await instructor.send("/instructor/clear", chapter_id="chapter-01")
    page = read_text((await instructor.open(cleared.headers["location"])).text)
    assert "Cleared 2 versions." in page
    assert await count_versions(session) == 3
    assert (await instructor.send("/instructor/clear", all="true")).status_code == 303
    assert await count_versions(session) == 0
    scopes = "SELECT details->>'scope' FROM instruction_audit ORDER BY id"
    acts = await session.scalars(text(scopes))
    assert list(acts) == ["chapter", "all"]


async def test_every_clear_button_asks_first(admit: Admission, session: AsyncSession) -> None:
    """A chapter of which nothing is stored has none."""
    instructor = await admit(AccountRole.INSTRUCTOR)
    await store_versions(session, "chapter-02", 1)
    for path, expected in (("/instructor", 3), ("/instructor/chapters/chapter-01", 2)):
        page = await instructor.open(path)
        sent = [each for _, each in list_elements(page.text, "form") if each["method"] == "post"]
        forms = [each for each in sent if each["action"] == "/instructor/clear"]
        assert len(forms) == expected
        assert all("cannot be undone" in each["data-confirm"] for each in forms)


async def test_instructor_reads_what_readers_say_and_not_who(admit: Admission) -> None:
    learner = await admit(AccountRole.LEARNER, "ada@example.test")
    said = {"chapter_id": "chapter-01", "helpful": False, "comment": "Too fast for me."}
    for section in ({}, {"section": "what-you-will-learn"}):
        assert (await learner.call("/feedback", {**said, **section})).status_code == 201
    page = (await (await admit(AccountRole.INSTRUCTOR)).open("/instructor")).text
    assert "Too fast for me." in read_text(page)
    assert "What physical AI is · What you will learn ·" in read_text(page)
    links = [each["href"] for _, each in list_elements(page, "a")]
    assert any(
        link.startswith("/instructor/review/chapter-01?plan=")
        and link.endswith("#what-you-will-learn")
        for link in links
    )
    assert "ada@example.test" not in page


async def test_admin_gives_roles_but_keeps_the_own(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    learner = await admit(AccountRole.LEARNER, "ada@example.test")
    assert (await learner.open("/instructor")).status_code == 403
    changed = await admin.send("/admin/accounts", email="ada@example.test", role="instructor")
    page = read_text((await admin.open(changed.headers["location"])).text)
    assert "ada@example.test is now an instructor." in page
    assert (await learner.open("/instructor")).status_code == 200
    for own in ("boss@example.test", "BOSS@example.test", " boss@example.test "):
        assert (await admin.send("/admin/accounts", email=own, role="learner")).status_code == 403
    unknown = await admin.send("/admin/accounts", email="nobody@example.test", role="learner")
    assert unknown.status_code == 404
    nonsense = await admin.send("/admin/accounts", email="ada@example.test", role="king")
    assert nonsense.status_code == 422
    assert nonsense.headers["content-type"].startswith("text/html")
    assert (await admin.open("/admin")).status_code == 200


async def test_admin_gives_roles_to_people_of_the_identity_provider(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    own = await session.scalar(text("SELECT id FROM users"))
    await session.execute(
        text(
            "INSERT INTO users (email, hashed_password, issuer, subject)"
            " VALUES ('0@identity.invalid', '!', 'https://people.example.org', 'alice')"
        )
    )
    await session.commit()
    number = await session.scalar(text("SELECT id FROM users WHERE subject = 'alice'"))
    listed = (await admin.open("/admin/accounts")).text
    assert "alice at https://people.example.org" in read_text(listed)
    assert f'name="email" value="{number}"' in listed
    assert "identity.invalid" not in listed
    changed = await admin.send("/admin/accounts", email=str(number), role="instructor")
    page = read_text((await admin.open(changed.headers["location"])).text)
    assert "alice at https://people.example.org is now an instructor." in page
    assert (await admin.send("/admin/accounts", email=str(own), role="learner")).status_code == 403
    assert (await admin.open("/admin")).status_code == 200


async def test_admin_asks_for_a_time(admit: Admission) -> None:
    admin = await admit(AccountRole.ADMIN)
    for query in ("", "?from=&to=", "?from=2026-01-01&to=", "?from=2026-01-01&to=2026-02-01"):
        page = await admin.open(f"/admin{query}")
        assert page.status_code == 200
        assert "Nobody has personalised a chapter in this time." in read_text(page.text)
    backwards = await admin.open("/admin?from=2026-02-01&to=2026-01-01")
    assert backwards.status_code == 422
    assert "ends before it starts" in read_text(backwards.text)
