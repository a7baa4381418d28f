"""`/analytics/log`: the rows behind the figures, newest first, page by page."""

from urllib.parse import urlencode

import pytest
from httpx import AsyncClient
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.factories import create_account
from tests.insight.analytics.logged import Entry, log
from tests.problems import assert_problem, named_fields

ITEMS = TypeAdapter(list[dict[str, object]])


async def read(
    client: AsyncClient, admin: dict[str, str], **query: object
) -> tuple[list[dict[str, object]], str | None]:
    given = {name.rstrip("_"): value for name, value in query.items()}
    answer = await client.get(f"/api/v1/analytics/log?{urlencode(given)}", headers=admin)
    assert answer.status_code == 200, answer.text
    page = answer.json()
    return ITEMS.validate_python(page["items"]), page["next"]


async def read_ids(client: AsyncClient, admin: dict[str, str], **query: object) -> list[object]:
    items, _ = await read(client, admin, **query)
    return [each["id"] for each in items]


async def test_the_newest_row_comes_first_whatever_its_id(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    late, early = await log(
        session, [Entry(at="2026-06-16T00:00:00Z"), Entry(at="2026-06-15T00:00:00Z")]
    )
    assert await read_ids(client, admin) == [late, early]


async def test_pages_hold_each_row_once_also_of_one_moment(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    ids = await log(session, [Entry() for _ in range(5)])
    seen, after = list[object](), dict[str, str]()
    for _ in range(3):
        items, next_ = await read(client, admin, limit=2, **after)
        seen += [each["id"] for each in items]
        # What is logged meanwhile is newer, and moves nothing.
        await log(session, [Entry(at="2026-06-17T00:00:00Z")])
        after = {"after": next_} if next_ else {}
    assert seen == ids[::-1]
    assert not after


@pytest.mark.parametrize(
    ("query", "entry"),
    [
        ({"chapter_id": "module-2/ros2"}, Entry(chapter_id="module-2/ros2")),
        ({"source": "llm"}, Entry(source="llm")),
        ({"status": "aborted"}, Entry(status="aborted")),
        ({"transformation": "b"}, Entry(transformations=("a", "b"))),
        ({"fallback_reason": "numbers"}, Entry(reasons=("numbers", "numbers"))),
        ({"language": "ur"}, Entry(language="ur")),
        ({"request_id": "8f0c"}, Entry(request_id="8f0c")),
        ({"from": "2026-06-16"}, Entry(at="2026-06-16T00:00:00Z")),
        ({"to": "2026-06-14"}, Entry(at="2026-06-14T23:59:59Z")),
    ],
)
async def test_a_filter_leaves_what_has_the_property(
    client: AsyncClient,
    admin: dict[str, str],
    session: AsyncSession,
    query: dict[str, str],
    entry: Entry,
) -> None:
    wanted, _ = await log(session, [entry, Entry()])
    assert await read_ids(client, admin, **query) == [wanted]


async def test_filters_hold_together(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    both, *_ = await log(
        session,
        [
            Entry(source="llm", language="ur"),
            Entry(source="llm", language="en"),
            Entry(source="memory", language="ur"),
        ],
    )
    assert await read_ids(client, admin, source="llm", language="ur") == [both]


async def test_a_row_names_an_account_by_number_alone_and_an_erased_one_not_at_all(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    account = await create_account(session, onboarding={"preferred_language": "Urdu"})
    (row,) = await log(session, [Entry(user_id=account.id)])
    answer = await client.get(f"/api/v1/analytics/log?user_id={account.id}", headers=admin)
    assert [each["id"] for each in answer.json()["items"]] == [row]
    assert account.email
    assert account.email not in answer.text
    assert "Urdu" not in answer.text
    await session.execute(text("DELETE FROM users WHERE id = :id"), {"id": account.id})
    await session.commit()
    items, _ = await read(client, admin)
    assert [each["user_id"] for each in items] == [None]
    assert await read_ids(client, admin, user_id=account.id) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("after", "yesterday"),
        ("after", "2026-06-15T12:00:00_7"),
        ("after", "2026-06-15T12:00:00+00:00_-1"),
        ("after", f"2026-06-15T12:00:00+00:00_{2**63}"),
        ("after", "0001-01-01T00:00:00+05:00_1"),
        ("limit", "0"),
        ("limit", "1001"),
        ("source", "elsewhere"),
        ("user_id", str(2**31)),
        ("chapter_id", "a\0b"),
        ("format", "xlsx"),
    ],
)
async def test_what_is_no_filter_is_named(
    client: AsyncClient, admin: dict[str, str], name: str, value: str
) -> None:
    query = urlencode({name: value})
    answer = await client.get(f"/api/v1/analytics/log?{query}", headers=admin)
    assert named_fields(assert_problem(answer, 422)) == [f"query.{name}"]
