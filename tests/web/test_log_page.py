"""The page of the request log: filters, narrowing, turning its pages, its file."""

import csv
import io
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.learners.accounts.domain import AccountRole
from server.web.admin.log import ROWS_OF_A_PAGE
from tests.insight.analytics.logged import Entry, log
from tests.web.conftest import Admission
from tests.web.guests import Guest, list_elements, read_text

ROW = Entry("chapter-02", ms=4_210, cached=False, source="llm", status="aborted", model="sonnet",
            language="ur", transformations=("beginner-simplify", "urdu-translation"),
            reasons=("numbers", "numbers", "spans"), request_id="abc-123", tokens=(4_100, 2_300),
            cost_usd="0.047", sections=12, fallbacks=3)  # fmt: skip
PROPERTIES = {
    "chapter_id": "chapter-02",
    "source": "llm",
    "status": "aborted",
    "transformation": "urdu-translation",
    "fallback_reason": "spans",
    "language": "ur",
    "request_id": "abc-123",
}


def list_requests(html: str) -> list[str]:
    """The moment of each row."""
    return [a["datetime"] for _, a in list_elements(html, "time")]


async def open_log(guest: Guest, query: str = "") -> str:
    page = await guest.open(f"/admin/log{query}")
    assert page.status_code == 200
    return page.text


async def test_row_says_all_that_is_known_but_not_who(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN, "boss@example.test")
    number = await session.scalar(text("SELECT id FROM users"))
    assert isinstance(number, int)
    await log(session, [replace(ROW, user_id=number)])
    html = await open_log(admin)
    words = read_text(html)
    for said in ("15 Jun 2026 12:00:00", "abc-123", "ROS 2, the nervous system", "ur",
                 "Made on request", "Broken off", "4,210 ms", "beginner-simplify",
                 "urdu-translation", "sonnet", "claude", "4,100 tokens in", "2,300 out, $0.05",
                 "0 of 12 rewritten", "3 fell back: numbers , spans", f" {number} "):  # fmt: skip
        assert said in words, said
    assert "boss@example.test" not in html


@pytest.mark.parametrize("name", PROPERTIES)
async def test_value_of_a_row_narrows_the_list_to_it(
    admit: Admission, session: AsyncSession, name: str
) -> None:
    await log(session, [ROW, Entry(at="2026-06-16T12:00:00Z")])
    admin = await admit(AccountRole.ADMIN)
    html = await open_log(admin)
    assert len(list_requests(html)) == 2
    link = f"/admin/log?{name}={PROPERTIES[name]}"
    assert link in [a["href"] for _, a in list_elements(html, "a")]
    narrowed = (await admin.open(link)).text
    assert list_requests(narrowed) == ["2026-06-15T12:00:00+00:00"]
    widened = next(a["href"] for _, a in list_elements(narrowed.split('"narrowed"')[1], "a"))
    assert widened == "/admin/log"


async def test_a_row_leads_to_its_account_and_days_to_their_figures(
    admit: Admission, session: AsyncSession
) -> None:
    admin = await admit(AccountRole.ADMIN)
    number = await session.scalar(text("SELECT id FROM users"))
    assert isinstance(number, int)
    await log(session, [replace(ROW, user_id=number)])
    html = await open_log(admin, "?from=2026-06-15")
    links = [a["href"] for _, a in list_elements(html, "a")]
    assert f"/admin/accounts?search={number}" in links
    assert "/admin?from=2026-06-15&to=" in links
    accounts = (await admin.open(f"/admin/accounts?search={number}")).text
    back = f"/admin/log?user_id={number}"
    assert back in [a["href"] for _, a in list_elements(accounts, "a")]
    assert list_requests(await open_log(admin, f"?user_id={number}")) == [
        "2026-06-15T12:00:00+00:00"
    ]


async def test_filters_are_kept_while_others_come_and_go(
    admit: Admission, session: AsyncSession
) -> None:
    await log(session, [ROW, Entry(language="ur")])
    html = await open_log(await admit(AccountRole.ADMIN), "?language=ur&from=2026-06-01")
    links = [a["href"] for _, a in list_elements(html, "a")]
    assert "/admin/log?language=ur&from=2026-06-01&source=llm" in links
    assert "/admin/log?language=ur" in links
    assert "/admin/log?from=2026-06-01" in links
    assert "/admin/csv/log?language=ur&from=2026-06-01" in links
    fields = {a["name"]: a.get("value") for _, a in list_elements(html, "input")
              if a.get("type") != "hidden"}  # fmt: skip
    assert (fields["language"], fields["from"], fields["to"]) == ("ur", "2026-06-01", "")


async def test_empty_fields_of_the_form_filter_nothing(
    admit: Admission, session: AsyncSession
) -> None:
    await log(session, [ROW])
    empty = "&".join(f"{name}=" for name in [*PROPERTIES, "user_id", "from", "to", "after"])
    assert len(list_requests(await open_log(await admit(AccountRole.ADMIN), f"?{empty}"))) == 1


async def test_pages_are_turned_to_the_end_and_each_row_is_seen_once(
    admit: Admission, session: AsyncSession
) -> None:
    rows = 2 * ROWS_OF_A_PAGE + 7
    await session.execute(
        text(
            "INSERT INTO personalization_log (chapter_id, response_time_ms, cached, source,"
            " created_at, language) SELECT 'chapter-01', n, true, 'cache',"
            " timestamptz '2026-06-15Z' + (n / 3) * interval '1 second', 'en'"
            " FROM generate_series(1, :rows) n"
        ),
        {"rows": rows},
    )
    await session.commit()
    admin = await admit(AccountRole.ADMIN)
    seen, path = list[str](), "/admin/log?language=en"
    for left in (rows, rows - ROWS_OF_A_PAGE, rows - 2 * ROWS_OF_A_PAGE):
        html = (await admin.open(path)).text
        seen += read_text(html).split(" ms")[:-1]
        assert len(list_requests(html)) == min(left, ROWS_OF_A_PAGE)
        links = {a["href"]: a for _, a in list_elements(html, "a")}
        older = [href for href, a in links.items() if a.get("rel") == "next"]
        assert len(older) == (1 if left > ROWS_OF_A_PAGE else 0)
        assert ("Newest" in read_text(html)) == (left < rows)
        path = older[0] if older else path
    assert [int(each.split()[-1]) for each in seen] == list(range(rows, 0, -1))
    assert "language=en" in path


async def test_file_holds_what_the_filter_finds_from_the_newest_on(
    admit: Admission, session: AsyncSession
) -> None:
    await log(session, [Entry(language="ur" if n % 2 else "en", ms=n) for n in range(120)])
    admin = await admit(AccountRole.ADMIN)
    html = await open_log(admin, "?language=ur")
    (older,) = [a["href"] for _, a in list_elements(html, "a") if a.get("rel") == "next"]
    links = [a["href"] for _, a in list_elements((await admin.open(older)).text, "a")]
    (path,) = [each for each in links if each.startswith("/admin/csv/")]
    file = await admin.open(path)
    header, *rows = csv.reader(io.StringIO(file.text, newline=""))
    place = header.index("response_time_ms")
    assert [int(row[place]) for row in rows] == list(range(119, 0, -2))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("user_id=me", "Account number"),
        ("user_id=0", "Account number"),
        (f"user_id={2**31}", "Account number"),
        ("source=nowhere", "Source"),
        ("request_id=a%00b", "Request"),
        (f"chapter_id={'x' * 256}", "Chapter"),
        ("source=x&language=%00x", "Source, Language"),
        ("from=2026-13-01", "not a day"),
        ("from=2026-06-02&to=2026-06-01", "ends before it starts"),
        ("after=somewhere", "no such page"),
    ],
)
async def test_what_cannot_be_looked_for_is_said_beside_what_was_typed(
    admit: Admission, query: str, said: str
) -> None:
    page = await (await admit(AccountRole.ADMIN)).open(f"/admin/log?{query}")
    assert page.status_code == 422
    alert = page.text.split('role="alert">')[1].split("</p>")[0]
    assert said in alert
    assert "Show</button>" in page.text
    typed = query.partition("=")[2].partition("&")[0]
    assert typed in page.text or "%" in typed or "source" in query or "after" in query


async def test_nothing_is_said_in_the_right_words(admit: Admission, session: AsyncSession) -> None:
    admin = await admit(AccountRole.ADMIN)
    assert "Nobody has personalised a chapter yet." in read_text(await open_log(admin))
    await log(session, [ROW])
    nothing = read_text(await open_log(admin, "?language=fr"))
    assert "No request is like this." in nothing
    assert "Language: fr" in nothing


async def test_erased_people_and_values_of_other_days_are_shown_as_they_are(
    admit: Admission, session: AsyncSession
) -> None:
    await log(session, [Entry(source="magic", status="odd", provider=None)])
    words = read_text(await open_log(await admit(AccountRole.ADMIN)))
    assert "magic odd 10 ms none the author’s" in words
    assert "erased" in words
    filtered = await open_log(await admit(AccountRole.ADMIN), "?status=odd")
    assert "<option selected>odd</option>" in filtered
