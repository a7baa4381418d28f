"""The page of figures: what it counts, where its figures lead, what it draws of hostile names."""

from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, expect
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.core.database.engine import Sessions
from server.core.dates import Grain
from server.generation.budget.service import stop_models
from server.insight.analytics.dependencies import get_period
from server.learners.accounts.domain import AccountRole
from server.settings import Settings
from server.web.admin.report import find_span
from tests.databases import run_sql
from tests.insight.analytics.logged import Entry, log
from tests.web.browsing import DESKTOP, PHONE, visit
from tests.web.conftest import Admission
from tests.web.guests import Guest, list_elements, read_text
from tests.web.site import Site
from tests.web.test_charts import HOSTILE, assert_is_drawing

JUNE = "/admin?from=2026-06-01&to=2026-06-30"
TODAY = date(2026, 6, 20)
BILL = text(
    "INSERT INTO spending (day, provider, model, calls, input_tokens, output_tokens, cost_usd)"
    " VALUES (:day, :provider, :model, 3, 3000, 2000, :usd)"
)
TERM = [
    Entry("chapter-01", ms=8, source="memory", transformations=("beginner-simplify",)),
    Entry("chapter-01", ms=12, source="cache", transformations=("beginner-simplify",)),
    Entry("chapter-02", ms=4_000, cached=False, source="llm", model="sonnet", cost_usd="0.04",
          sections=10, fallbacks=1, reasons=("numbers",), at="2026-06-16T10:00:00Z"),
    Entry("gone", ms=5, source="original", provider=None, status="aborted"),
]  # fmt: skip


async def bill(session: AsyncSession, model: str, usd: str, day: str = "2026-06-16") -> None:
    values = {"day": date.fromisoformat(day), "provider": "claude", "model": model, "usd": usd}
    await session.execute(BILL, values)
    await session.commit()


async def open_figures(admit: Admission, path: str = JUNE) -> str:
    page = await (await admit(AccountRole.ADMIN)).open(path)
    assert page.status_code == 200
    return page.text


def list_links(html: str, start: str) -> list[str]:
    return [a["href"] for _, a in list_elements(html, "a") if a["href"].startswith(start)]


async def test_page_says_what_was_asked_where_it_came_from_and_what_it_cost(
    admit: Admission, session: AsyncSession
) -> None:
    await log(session, TERM)
    await bill(session, "sonnet", "0.06")
    words = read_text(await open_figures(admit))
    for said in (
        "Requests 4 ",
        "Served from what was stored 75.0 %",
        "95 % of new answers within 4 s",
        "Paid to providers $0.06",
        "Cost of 1,000 requests $10.00",
        "Broken off by the learner 1",
        "Sections left as the author’s 10.0 %",
        "16 Jun 2026 1 0 0 0 1 0 0.0 %",
        "15 Jun 2026 3 1 1 0 0 1 100.0 %",
        "sonnet claude 1 1 3 3,000 2,000 $0.06",
        "numbers 1 1",
        "beginner-simplify 2 50.0 %",
        "What physical AI is 2 100.0 %",
        "gone 1 ",
    ):
        assert said in words, said


async def test_charts_show_each_value_when_it_is_pointed_at(
    admit: Admission, session: AsyncSession
) -> None:
    await log(session, TERM)
    await bill(session, "sonnet", "0.06")
    page = await open_figures(admit)
    for said in (
        "15 Jun 2026 · Memory: 1",
        "16 Jun 2026 · Made on request: 1",
        "15 Jun 2026 · stored: 100 %",
        "16 Jun 2026 · 95 % were faster than: 4 s",
        "16 Jun 2026 · sonnet: $0.06",
        "16 Jun 2026 · sonnet: 5,000",
    ):
        assert f"<title>{said}</title>" in page, said


async def test_without_a_choice_it_is_about_the_last_thirty_days(
    admit: Admission, session: AsyncSession
) -> None:
    today = datetime.now(UTC)
    ages = (0, 29, 30, 80)
    await log(session, [Entry(at=(today - timedelta(days=age)).isoformat()) for age in ages])
    for path, requests in (("/admin", 2), ("/admin?from=&to=", 4), (f"/admin?from={today:%F}", 1)):
        assert f"Requests {requests} " in read_text(await open_figures(admit, path)), path
    page = await open_figures(admit, "/admin")
    fields = [a["value"] for _, a in list_elements(page, "input") if a.get("type") == "date"]
    assert fields == [f"{today - timedelta(days=29):%F}", f"{today:%F}"]
    chosen = [a for _, a in list_elements(page, "a") if "aria-current" in a and "?" in a["href"]]
    assert [a["href"] for a in chosen] == [f"/admin?from={fields[0]}&to={fields[1]}"]


async def test_each_figure_leads_to_its_rows(admit: Admission, session: AsyncSession) -> None:
    await log(session, TERM)
    await bill(session, "sonnet", "0.06")
    admin = await admit(AccountRole.ADMIN)
    links = list_links((await admin.open(JUNE)).text, "/admin/log?")
    found = {link: await count_rows(admin, link) for link in links}
    days = "from=2026-06-01&to=2026-06-30"
    assert found[f"/admin/log?chapter_id=chapter-01&{days}"] == 2
    assert found[f"/admin/log?fallback_reason=numbers&{days}"] == 1
    assert found[f"/admin/log?transformation=beginner-simplify&{days}"] == 2
    assert found[f"/admin/log?source=memory&{days}"] == 1
    assert found["/admin/log?from=2026-06-15&to=2026-06-15"] == 3
    assert found["/admin/log?source=llm&from=2026-06-16&to=2026-06-16"] == 1
    assert [link for link, rows in found.items() if not rows] == [
        f"/admin/log?source=sections&{days}"
    ]


async def count_rows(admin: Guest, path: str) -> int:
    page = await admin.open(path)
    assert page.status_code == 200
    return len([a for _, a in list_elements(page.text, "time") if "datetime" in a])


@pytest.mark.parametrize(
    ("days", "grain", "parts"), [(92, "day", 92), (180, "week", 26), (1000, "month", 34)]
)
async def test_long_times_are_drawn_in_weeks_and_months(
    admit: Admission, session: AsyncSession, days: int, grain: str, parts: int
) -> None:
    first = TODAY - timedelta(days=days - 1)
    await log(session, [Entry(at=f"{first}T12:00:00Z"), Entry(at=f"{TODAY}T12:00:00Z")])
    page = await open_figures(admit, f"/admin?from={first}&to={TODAY}")
    assert (f"each part of a chart is a {grain}" in page) == (grain != "day")
    rows = page.split("Requests by source, in numbers")[1].split("</table>")[0]
    assert rows.count('<th scope="row">') == parts
    assert f"by={grain}" in "".join(list_links(page, "/admin/csv/latency"))


def test_span_is_the_period_unless_that_is_long_and_empty() -> None:
    def find_ends(start: str | None, end: str | None, *days: str) -> tuple[str, str, Grain]:
        span = find_span(get_period(start, end), [date.fromisoformat(each) for each in days], TODAY)
        parts = list(span.parts.values())
        return parts[0].first.isoformat(), parts[-1].last.isoformat(), span.grain

    june = ("2026-06-01", "2026-06-30")
    assert find_ends(*june, "2026-06-18") == ("2026-06-01", "2026-06-20", Grain.DAY)
    assert find_ends(None, None) == ("2026-06-20", "2026-06-20", Grain.DAY)
    assert find_ends(None, None, "2026-05-01") == ("2026-05-01", "2026-06-20", Grain.DAY)
    assert find_ends("2020-01-01", None, "2026-06-18") == ("2026-06-18", "2026-06-20", Grain.DAY)
    assert find_ends("0001-01-01", "9999-12-31", "2026-01-01")[:2] == ("2026-01-01", "2026-06-20")
    assert find_ends("2026-07-01", "2026-07-02") == ("2026-07-01", "2026-07-01", Grain.DAY)
    assert find_ends("2030-01-01", None) == ("2030-01-01", "2030-01-01", Grain.DAY)
    assert find_ends(None, "2025-12-31") == ("2025-12-31", "2025-12-31", Grain.DAY)
    assert find_ends("2001-01-01", "2001-12-31")[2] is Grain.DAY


async def test_budget_is_a_line_and_todays_money_is_told(
    book_settings: Settings, session: AsyncSession, app: FastAPI,
    admit: Admission,
) -> None:  # fmt: skip
    app.state.settings = book_settings.model_copy(update={"llm_daily_budget_usd": 2})
    await log(session, TERM)
    await bill(session, "sonnet", "1.50")
    await bill(session, "mini", "0.10", "2026-06-15")
    words = read_text(page := await open_figures(admit))
    assert "The budget is $2.00 a day" in words
    assert "16 June 2026 with $1.50, 75.0 % of today’s budget" in words
    assert "Paid today $0.00 of $2.00" in words
    assert 'class="limit"' in page


async def test_models_beyond_the_dearest_few_are_drawn_as_one(
    admit: Admission, session: AsyncSession
) -> None:
    await log(session, TERM)
    for number in range(7):
        await bill(session, f"model-{number}", f"{number + 1}")
    page = await open_figures(admit)
    drawn = page.split("Cost by model, as a chart")[1].split("</svg>")[0]
    assert "model-6: $7.00" in drawn
    assert "other models: $6.00" in drawn
    assert "model-2: " not in drawn
    assert "model-2 claude" in read_text(page)


async def test_stop_is_told_with_who_and_why(admit: Admission, sessions: Sessions) -> None:
    async with sessions.begin() as session:
        await stop_models(session, by="ada", reason="too <dear>")
    words = read_text(await open_figures(admit))
    assert "All model calls were stopped by ada" in words
    assert "too <dear>" in words
    assert "Database answers" in words
    assert "no key is set" in words


@pytest.mark.parametrize("query", ["from=2026-06-02&to=2026-06-01", "from=yesterday", "to=%00"])
async def test_time_that_cannot_be_read_is_asked_for_again(admit: Admission, query: str) -> None:
    page = await (await admit(AccountRole.ADMIN)).open(f"/admin?{query}")
    assert page.status_code == 422
    alerts = [a for _, a in list_elements(page.text, "p") if a.get("role") == "alert"]
    assert len(alerts) == 1
    assert "30 days" in read_text(page.text)


async def test_hostile_names_are_text_in_tables_charts_and_links(
    admit: Admission, session: AsyncSession
) -> None:
    entry = Entry(HOSTILE, cached=False, source="llm", model=HOSTILE, provider='">',
                  transformations=(HOSTILE,), reasons=(HOSTILE,), fallbacks=1, sections=2,
                  request_id=HOSTILE[:64], language='"><b>')  # fmt: skip
    admin = await admit(AccountRole.ADMIN)
    await log(session, [entry])
    await bill(session, HOSTILE, "1")
    await session.execute(
        text(
            "INSERT INTO feedback (user_id, chapter_id, plan_hash, helpful, updated_at)"
            " SELECT min(id), :chapter, 'p', true, '2026-06-16Z' FROM users"
        ),
        {"chapter": HOSTILE},
    )
    page = (await admin.open(JUNE)).text
    for path in (JUNE, "/admin/log"):
        html = (await admin.open(path)).text
        assert read_text(html).count(HOSTILE) >= 4
        assert "<script>alert" not in html
        assert "<img src=x" not in html
    assert f"16 Jun 2026 · {HOSTILE}: $1.00" in read_text(page)
    for svg in page.split("<svg ")[1:]:
        if 'class="chart"' in svg[:200]:
            assert_is_drawing(f"<svg {svg.split('</svg>')[0]}</svg>")
    (link,) = set(list_links(page, "/admin/log?chapter_id="))
    assert await count_rows(admin, link) == 1


async def test_model_that_two_providers_offer_is_drawn_and_counted_once(
    admit: Admission, session: AsyncSession
) -> None:
    await bill(session, "llama", "0.50")
    await session.execute(
        BILL, {"day": TODAY, "provider": "elsewhere", "model": "llama", "usd": "0.25"}
    )
    await session.commit()
    html = await open_figures(admit)
    drawing = html.split("Cost by model, as a chart")[1].split("</figure>")[0]
    assert drawing.count("llama</li>") == 1
    assert drawing.count("llama: $0.50") == drawing.count("llama: $0.25") == 1
    assert "Paid to providers $0.75" in read_text(html)


@pytest.mark.parametrize("path", ["/admin", "/admin/log", "/admin/csv/providers"])
async def test_period_that_ends_where_time_begins_is_empty(admit: Admission, path: str) -> None:
    admin = await admit(AccountRole.ADMIN)
    answer = await admin.open(f"{path}?to=0001-01-01T00:00:00")
    assert answer.status_code == 200


@pytest.mark.parametrize("dark", [False, True])
def test_figures_in_a_browser(browser: Browser, site: Site, *, dark: bool) -> None:
    """Charts with their colours, tables behind them, a row that leads to the log, a phone."""
    site.enrol("boss@example.test", role=AccountRole.ADMIN)
    run_sql(
        site.database_url,
        "INSERT INTO personalization_log (chapter_id, response_time_ms, cached, source, created_at)"
        " SELECT 'chapter-0' || 1 + n % 8, 10 * n, n % 3 > 0,"
        " CASE WHEN n % 3 > 0 THEN 'memory' ELSE 'llm' END, now() - n * interval '5 hours'"
        " FROM generate_series(1, 100) n",
        "INSERT INTO spending (day, provider, model, calls, input_tokens, output_tokens, cost_usd)"
        " VALUES (CURRENT_DATE, 'claude', 'sonnet', 3, 3000, 2000, 0.06)",
    )
    for size in (DESKTOP, PHONE):
        with visit(browser, site, size=size, dark=dark) as visitor:
            page = visitor.page
            visitor.sign_in("boss@example.test", "/admin")
            fills = page.evaluate(
                "() => ['memory', 'llm'].map(look => getComputedStyle(document.querySelector("
                "`.chart .series.${look} rect`)).fill)"
            )
            assert len({*fills, "rgb(0, 0, 0)", "none"}) == 4
            for summary in page.get_by_text("The numbers, day by day").all():
                summary.click()
            visitor.check_access()
            assert not visitor.scrolls_sideways()
            page.get_by_role("region", name="Chapters", exact=True).get_by_role(
                "link"
            ).first.click()
            expect(page.get_by_role("heading", name="Every request")).to_be_visible()
            assert "chapter_id=" in page.url
            visitor.check_access()
            assert not visitor.scrolls_sideways()
