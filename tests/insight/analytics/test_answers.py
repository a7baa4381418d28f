"""What the questions about chapters, times, models, transformations and fallbacks answer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from httpx import AsyncClient
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.generation.budget.domain import Bill, Reservation
from server.generation.budget.service import Ledger
from server.settings import Settings
from tests.factories import create_account
from tests.insight.analytics.logged import Entry, log
from tests.problems import assert_problem, named_fields

BY_DAY = """
SELECT CAST((created_at AT TIME ZONE 'UTC') AS date) AS day, cached,
       COUNT(*) AS requests, AVG(response_time_ms) AS avg_ms,
       PERCENTILE_CONT(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY response_time_ms) AS times
FROM personalization_log GROUP BY 1, 2 ORDER BY 1, 2 DESC
"""
ITEMS = TypeAdapter(list[dict[str, object]])
Headers = Mapping[str, str]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"llm_daily_budget_usd": Decimal(10)})


async def ask(client: AsyncClient, admin: Headers, path: str) -> list[dict[str, object]]:
    answer = await client.get(f"/api/v1/analytics/{path}", headers=admin)
    assert answer.status_code == 200, answer.text
    return ITEMS.validate_python(answer.json()["items"])


async def test_chapters_tell_their_hits_their_time_and_their_price(
    client: AsyncClient, admin: Headers, session: AsyncSession
) -> None:
    await log(
        session,
        [
            Entry("chapter-02", 4, tokens=(10, 20), cost_usd="0.25", sections=8, fallbacks=2),
            Entry("chapter-02", 6, cached=False, tokens=(1, 2), cost_usd=None, sections=8),
            Entry("chapter-01", 7),
        ],
    )
    first, second = await ask(client, admin, "chapters")
    assert (first["chapter_id"], second["chapter_id"]) == ("chapter-02", "chapter-01")
    assert first["requests"] == 2
    assert first["hit_rate_percent"] == 50.0
    assert first["avg_ms"] == 5.0
    assert (first["input_tokens"], first["output_tokens"]) == (11, 22)
    assert first["cost_usd"] == 0.25
    assert (first["sections_total"], first["sections_fallback"]) == (16, 2)


async def test_four_figures_at_a_glance_have_the_contracts_names(
    client: AsyncClient, admin: Headers, session: AsyncSession
) -> None:
    nothing = (await client.get("/api/v1/metrics", headers=admin)).json()
    await log(session, [Entry(ms=10), Entry(ms=20), Entry(ms=30), Entry(ms=940)])
    await log(session, [Entry(ms=940, cached=False, status="aborted", at="2026-07-01Z")])

    figures = (await client.get("/api/v1/metrics", headers=admin)).json()
    june = (await client.get("/api/v1/metrics?to=2026-06-30", headers=admin)).json()

    names = ("avg_response_time_ms", "cache_hit_rate", "total_requests", "error_rate")
    assert tuple(figures) == names
    assert tuple(nothing.values()) == (None, None, 0, None)
    assert tuple(figures.values()) == (388.0, 0.8, 5, 0.2)
    assert tuple(june.values()) == (250.0, 1.0, 4, 0.0)


async def test_latency_by_day_is_what_postgres_computes(
    client: AsyncClient, admin: Headers, session: AsyncSession
) -> None:
    await log(
        session,
        [
            Entry(ms=(n * 37) % 101, cached=n % 3 > 0, at=f"2026-06-{15 + n % 4}T12:00:00Z")
            for n in range(90)
        ],
    )
    items = await ask(client, admin, "latency?by=day")
    plain = [
        {
            "day": f"{row.day}",
            "cached": row.cached,
            "requests": row.requests,
            "avg_ms": float(row.avg_ms),
            **dict(zip(("p50_ms", "p95_ms", "p99_ms"), row.times, strict=True)),
        }
        for row in await session.execute(text(BY_DAY))
    ]
    assert items == plain


async def book(sessions: Sessions, day: str, model: str, usd: str) -> None:
    """A bill, as the budget books it, moved to the day."""
    ledger = Ledger(sessions, Decimal(0), timedelta(minutes=4))
    reservation = Reservation(uuid4(), "claude", model, Decimal(1))
    await ledger.reserve(reservation)
    async with sessions.begin() as session:
        await session.execute(
            text("UPDATE reservation SET day = CAST(:day AS date) WHERE id = :id"),
            {"day": day, "id": reservation.id},
        )
    await ledger.settle(reservation.id, Bill(Decimal(usd), input_tokens=100, output_tokens=50))


async def test_models_stand_beside_their_bills(
    client: AsyncClient, admin: Headers, session: AsyncSession, sessions: Sessions
) -> None:
    large = Entry(model="large", tokens=(10, 5), cost_usd="0.5", cached=False)
    await log(session, [large, replace(large, at="2026-06-16T12:00:00Z"), Entry(provider=None)])
    await book(sessions, "2026-06-15", "large", "2")
    await book(sessions, "2026-06-16", "large", "0.5")
    await book(sessions, "2026-06-16", "batch", "1")
    await book(sessions, "2026-07-01", "large", "9")

    items = await ask(client, admin, "providers?from=2026-06-15&to=2026-06-16")

    told = {
        each["llm_model"]: (each["requests"], each["cost_usd"], each["billed_usd"])
        for each in items
    }
    assert told == {"large": (2, 1.0, 2.5), None: (1, 0.0, 0.0), "batch": (0, 0.0, 1.0)}
    assert items[0]["billed_calls"] == 2
    assert (items[0]["input_tokens"], items[0]["billed_input_tokens"]) == (20, 200)


async def test_models_by_day_are_shown_against_the_budget(
    client: AsyncClient, admin: Headers, session: AsyncSession, sessions: Sessions
) -> None:
    await log(session, [Entry(model="large")])
    await book(sessions, "2026-06-15", "large", "2")
    await book(sessions, "2026-06-15", "small", "0.5")
    await book(sessions, "2026-06-16", "large", "12.5")

    items = await ask(client, admin, "providers?by=day")
    answer = await client.get("/api/v1/analytics/providers", headers=admin)

    assert [(each["day"], each["llm_model"], each["billed_usd"]) for each in items] == [
        ("2026-06-15", "large", 2.0),
        ("2026-06-15", "small", 0.5),
        ("2026-06-16", "large", 12.5),
    ]
    assert answer.json()["budget"] == [
        {"day": "2026-06-15", "billed_usd": 2.5, "daily_limit_usd": 10.0, "used_percent": 25.0},
        {"day": "2026-06-16", "billed_usd": 12.5, "daily_limit_usd": 10.0, "used_percent": 125.0},
    ]


async def test_a_call_whose_process_died_is_billed_in_full(
    client: AsyncClient, admin: Headers, sessions: Sessions
) -> None:
    ledger = Ledger(sessions, Decimal(0), timedelta(seconds=-1))
    await ledger.reserve(Reservation(uuid4(), "claude", "large", Decimal(3)))
    (item,) = await ask(client, admin, "providers")
    assert (item["billed_calls"], item["billed_usd"]) == (1, 3.0)


async def test_each_transformation_counts_in_each_request_that_has_it(
    client: AsyncClient, admin: Headers, session: AsyncSession
) -> None:
    plans = ("simplify",), ("simplify", "urdu"), ("urdu",), ("simplify",)
    await log(session, [Entry(transformations=plan) for plan in plans])
    items = await ask(client, admin, "transformations")
    assert [
        (each["transformation"], each["requests"], each["share_percent"]) for each in items
    ] == [
        ("simplify", 3, 75.0),
        ("urdu", 2, 50.0),
    ]


FALLEN_BACK = (
    Entry("chapter-01", reasons=("numbers", "numbers", "outage")),
    Entry("chapter-02", reasons=("numbers",), at="2026-06-16T12:00:00Z"),
    Entry("chapter-02"),
)


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("reason", [(None, None, "numbers", 2, 3), (None, None, "outage", 1, 1)]),
        (
            "chapter",
            [
                (None, "chapter-01", "numbers", 1, 2),
                (None, "chapter-02", "numbers", 1, 1),
                (None, "chapter-01", "outage", 1, 1),
            ],
        ),
        (
            "day",
            [
                ("2026-06-15", None, "numbers", 1, 2),
                ("2026-06-15", None, "outage", 1, 1),
                ("2026-06-16", None, "numbers", 1, 1),
            ],
        ),
    ],
)
async def test_fallbacks_are_counted_by_reason(
    client: AsyncClient, admin: Headers, session: AsyncSession, by: str, expected: list[object]
) -> None:
    await log(session, FALLEN_BACK)
    names = ("day", "chapter_id", "reason", "requests", "sections")
    items = await ask(client, admin, f"fallbacks?by={by}")
    assert [tuple(each[name] for name in names) for each in items] == expected


async def test_feedback_is_counted_by_chapter(
    client: AsyncClient, admin: Headers, session: AsyncSession
) -> None:
    learner = await create_account(session)
    for chapter, section, helpful, comment, at in (
        ("chapter-01", "a", True, None, "2026-06-15"),
        ("chapter-01", "b", False, "Too short.", "2026-06-15"),
        ("chapter-02", "a", True, None, "2026-06-15"),
        ("chapter-02", "b", True, None, "2026-06-16"),
    ):
        await session.execute(
            text(
                "INSERT INTO feedback (user_id, chapter_id, section_id, plan_hash, helpful,"
                " comment, updated_at) VALUES (:user, :chapter, :section, 'p', :helpful, :comment,"
                " CAST(:at AS timestamptz))"
            ),
            {
                "user": learner.id,
                "chapter": chapter,
                "section": section,
                "helpful": helpful,
                "comment": comment,
                "at": at,
            },
        )
    await session.commit()
    items = await ask(client, admin, "feedback?to=2026-06-15")
    names = ("chapter_id", "ratings", "helpful", "helpful_percent", "comments")
    assert [tuple(each[name] for name in names) for each in items] == [
        ("chapter-01", 2, 1, 50.0, 1),
        ("chapter-02", 1, 1, 100.0, 0),
    ]


async def test_a_page_is_a_part_of_all_rows(
    client: AsyncClient, admin: Headers, session: AsyncSession
) -> None:
    await log(session, [Entry(f"chapter-{n}") for n in range(5)])
    answer = await client.get("/api/v1/analytics/chapters?limit=2&offset=3", headers=admin)
    page = answer.json()
    assert (page["total"], page["limit"], page["offset"]) == (5, 2, 3)
    assert [each["chapter_id"] for each in page["items"]] == ["chapter-3", "chapter-4"]


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("latency?by=hour", "by"),
        ("fallbacks?by=period", "by"),
        ("providers?limit=0", "limit"),
        ("chapters?offset=-1", "offset"),
        ("transformations?from=2026-13-01", "from"),
        ("feedback?from=2026-06-16&to=2026-06-15", "to"),
        ("chapters?format=xml", "format"),
    ],
)
async def test_what_cannot_be_answered_is_named(
    client: AsyncClient, admin: Headers, question: str, name: str
) -> None:
    answer = await client.get(f"/api/v1/analytics/{question}", headers=admin)
    assert named_fields(assert_problem(answer, 422)) == [f"query.{name}"]
