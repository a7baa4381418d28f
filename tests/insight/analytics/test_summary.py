"""`/analytics/summary` answers what the contract's plain SQL answers, over any period."""

from urllib.parse import urlencode

import pytest
from httpx import AsyncClient
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from tests.insight.analytics.logged import Entry, log
from tests.problems import assert_problem, named_fields

BY_CHAPTER = """
SELECT chapter_id, COUNT(*) AS requests FROM personalization_log
GROUP BY chapter_id ORDER BY requests DESC
"""
HIT_RATE = r"""
SELECT COUNT(CASE WHEN cached THEN 1 END)\:\:FLOAT / NULLIF(COUNT(*), 0) * 100 AS hit_rate_percent
FROM personalization_log
"""
RESPONSE_TIME = """
SELECT cached, AVG(response_time_ms) AS avg_ms,
       PERCENTILE_CONT(0.95) WITHIN GROUP (ORDER BY response_time_ms) AS p95_ms
FROM personalization_log GROUP BY cached
"""

ROWS = TypeAdapter(list[dict[str, object]])


MONTH = (
    Entry("chapter-02", 4),
    Entry("chapter-02", 9, at="2026-06-16T12:00:00Z"),
    Entry("chapter-02", 5210, cached=False, tokens=(4100, 2300), fallbacks=1),
    Entry("chapter-01", 7),
    Entry("chapter-01", 3100, cached=False, provider="openai", tokens=(900, 800)),
    Entry("chapter-03", 12, cached=False, provider=None, fallbacks=2),
    Entry("module-2/ros2", 15, cached=False, provider="offline"),
)


async def ask(client: AsyncClient, headers: dict[str, str], **period: str) -> dict[str, object]:
    query = urlencode({name.rstrip("_"): value for name, value in period.items()})
    answer = await client.get(f"/api/v1/analytics/summary?{query}", headers=headers)
    assert answer.status_code == 200, answer.text
    summary: dict[str, object] = answer.json()
    return summary


async def count(client: AsyncClient, headers: dict[str, str], **period: str) -> object:
    return (await ask(client, headers, **period))["requests_total"]


async def test_it_answers_what_the_contracts_statements_answer(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    await log(session, MONTH)

    summary = await ask(client, admin)

    by_chapter = (await session.execute(text(BY_CHAPTER))).mappings()
    answered = ROWS.validate_python(summary["requests_by_chapter"])
    assert sorted(map(dict, by_chapter), key=str) == sorted(answered, key=str)
    assert summary["hit_rate_percent"] == await session.scalar(text(HIT_RATE))
    expected = {
        row.cached: (float(row.avg_ms), row.p95_ms)
        for row in await session.execute(text(RESPONSE_TIME))
    }
    times = ROWS.validate_python(summary["response_time"])
    assert {each["cached"]: (each["avg_ms"], each["p95_ms"]) for each in times} == expected
    assert summary["requests_total"] == len(MONTH)


async def test_the_most_read_chapter_comes_first(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    await log(session, MONTH)
    assert (await ask(client, admin))["requests_by_chapter"] == [
        {"chapter_id": "chapter-02", "requests": 3},
        {"chapter_id": "chapter-01", "requests": 2},
        {"chapter_id": "chapter-03", "requests": 1},
        {"chapter_id": "module-2/ros2", "requests": 1},
    ]


async def test_tokens_and_fallbacks_are_summed_by_provider(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    await log(session, MONTH)
    providers = ROWS.validate_python((await ask(client, admin))["providers"])
    summed = {
        each["llm_provider"]: (
            each["requests"],
            each["input_tokens"],
            each["output_tokens"],
            each["sections_fallback"],
        )
        for each in providers
    }
    assert summed == {
        "claude": (4, 4100, 2300, 1),
        "openai": (1, 900, 800, 0),
        "offline": (1, 0, 0, 0),
        None: (1, 0, 0, 2),
    }


async def test_an_empty_log_has_no_hit_rate(client: AsyncClient, admin: dict[str, str]) -> None:
    summary = await ask(client, admin)
    totals = summary.pop("totals")
    assert summary == {
        "requests_total": 0,
        "requests_by_chapter": [],
        "hit_rate_percent": None,
        "tokens_per_request": None,
        "cost_usd_per_1000_requests": None,
        "sections_fallback_percent": None,
        "response_time": [],
        "providers": [],
        "days": [],
    }
    assert set(ROWS.validate_python([totals])[0].values()) == {0}


async def test_it_says_what_a_thousand_requests_cost(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    await log(
        session, [Entry(cost_usd="0.01", tokens=(400, 100), sections=8, fallbacks=1), Entry()]
    )
    summary = await ask(client, admin)
    assert summary["cost_usd_per_1000_requests"] == 5.0
    assert summary["tokens_per_request"] == 250.0
    assert summary["sections_fallback_percent"] == 12.5


async def test_each_day_has_its_requests_by_source_and_its_hit_rate(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    late, early = "2026-06-16T00:00:00Z", "2026-06-16T01:00:00+02:00"
    await log(
        session,
        [
            Entry(source="memory", at=late),
            Entry(source="llm", cached=False, at=late),
            Entry(source="cache", at=early),
        ],
    )
    days = ROWS.validate_python((await ask(client, admin))["days"])
    assert [(each["day"], each["requests"], each["hit_rate_percent"]) for each in days] == [
        ("2026-06-15", 1, 100.0),
        ("2026-06-16", 2, 50.0),
    ]
    assert (days[0]["requests_cache"], days[0]["requests_memory"]) == (1, 0)
    assert (days[1]["requests_llm"], days[1]["requests_memory"]) == (1, 1)


async def test_a_day_counts_whole_and_no_moment_more(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    moments = (
        "2026-06-14T23:59:59.999999Z",
        "2026-06-15T00:00:00Z",
        "2026-06-15T23:59:59.999999Z",
        "2026-06-16T00:00:00Z",
    )
    await log(session, [Entry(at=at) for at in moments])
    assert await count(client, admin, from_="2026-06-15", to="2026-06-15") == 2
    assert await count(client, admin, from_="2026-06-15") == 3
    assert await count(client, admin, to="2026-06-15") == 3
    assert await count(client, admin, to="9999-12-31", from_="0001-01-01") == 4


async def test_a_moment_ends_the_period_before_itself(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    await log(session, [Entry(at="2026-06-15T12:00:00Z")])
    noon = "2026-06-15T12:00:00Z"
    assert await count(client, admin, from_=noon) == 1
    assert await count(client, admin, to=noon) == 0
    assert await count(client, admin, from_=noon, to=noon) == 0


async def test_a_moment_may_name_its_zone(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    await log(session, [Entry(at="2026-06-15T12:00:00Z")])
    assert await count(client, admin, from_="2026-06-15T17:00:00+05:00") == 1
    assert await count(client, admin, from_="2026-06-15T17:00:01+05:00") == 0
    assert await count(client, admin, from_="2026-06-15T12:00:01") == 0, "UTC where none is named"


@pytest.mark.parametrize(
    "nonsense", ["yesterday", "2026-02-30", "0", "1767225600", "", "NaN", "2026-13-01", "\0"]
)
@pytest.mark.parametrize("name", ["from", "to"])
async def test_a_day_that_is_none_is_named(
    client: AsyncClient, admin: dict[str, str], name: str, nonsense: str
) -> None:
    query = urlencode({name: nonsense})
    answer = await client.get(f"/api/v1/analytics/summary?{query}", headers=admin)
    assert named_fields(assert_problem(answer, 422)) == [f"query.{name}"]


@pytest.mark.parametrize(("name", "moment"), [("from", "0001-01-01T00:00:00%2B05:00")])
async def test_a_moment_that_utc_does_not_have_is_refused(
    client: AsyncClient, admin: dict[str, str], name: str, moment: str
) -> None:
    answer = await client.get(f"/api/v1/analytics/summary?{name}={moment}", headers=admin)
    assert named_fields(assert_problem(answer, 422)) == [f"query.{name}"]


@pytest.mark.parametrize(
    ("start", "end"),
    [("2026-06-16", "2026-06-15"), ("2026-06-15T12:00:00Z", "2026-06-15T13:00:00%2B02:00")],
)
async def test_a_period_that_ends_before_it_starts_is_refused(
    client: AsyncClient, admin: dict[str, str], start: str, end: str
) -> None:
    answer = await client.get(f"/api/v1/analytics/summary?from={start}&to={end}", headers=admin)
    assert named_fields(assert_problem(answer, 422)) == ["query.to"]
