"""CSV files: what JSON says, in a form that spreadsheets open and do not run."""

import csv
import io
from dataclasses import dataclass, field

import pytest
from httpx import AsyncClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.insight.analytics.exports import FORMULA_MARKS, write_table
from server.insight.analytics.service import ENTRIES_AT_ONCE
from tests.insight.analytics.logged import Entry, log

QUESTIONS = (
    "summary",
    "chapters",
    "latency",
    "providers",
    "transformations",
    "fallbacks",
    "feedback",
    "log",
)


@dataclass
class Row:
    name: str | None
    number: float
    yes: bool
    words: list[str] = field(default_factory=list[str])


def read_table(table: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(table, newline=""), strict=True))


def write_one(name: str | None, number: float = 0.0, words: tuple[str, ...] = ()) -> list[str]:
    row = Row(name=name, number=number, yes=True, words=list(words))
    header, line = read_table("".join(write_table(Row, [row])))
    assert header == ["name", "number", "yes", "words"]
    return line


@pytest.mark.parametrize("mark", FORMULA_MARKS)
@pytest.mark.parametrize("before", ["", "  "])
def test_a_formula_becomes_text(mark: str, before: str) -> None:
    formula = f'{before}{mark}HYPERLINK("https://example.test","x")'
    assert write_one(formula)[0] == f"'{formula}"
    assert write_one("a", words=(formula,))[3] == f"'{formula}"


def test_a_number_below_nothing_stays_a_number() -> None:
    assert write_one("a", -1.5)[1] == "-1.5"


def test_null_is_an_empty_cell_and_truth_is_a_word() -> None:
    assert write_one(None, words=("a", "b")) == ["", "0.0", "true", "a; b"]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back(name: str) -> None:
    cell = write_one(name)[0]
    assert cell in {name, f"'{name}"}
    assert not cell.lstrip(" ").startswith(FORMULA_MARKS)


def test_lines_end_as_the_standard_says() -> None:
    table = "".join(write_table(Row, [Row(name='a "b", c', number=1.0, yes=False)]))
    assert table == 'name,number,yes,words\r\n"a ""b"", c",1.0,false,\r\n'


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_answer_is_also_a_file_with_the_names_of_its_json(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession, question: str
) -> None:
    await log(session, [Entry("=1+1", transformations=("a",), reasons=("numbers",))])
    await session.execute(
        text(
            "INSERT INTO feedback (user_id, chapter_id, section_id, plan_hash, helpful)"
            " SELECT id, 'chapter-01', '', 'p', true FROM users"
        )
    )
    await session.commit()
    json = (await client.get(f"/api/v1/analytics/{question}", headers=admin)).json()

    file = await client.get(f"/api/v1/analytics/{question}?format=csv", headers=admin)

    assert file.status_code == 200
    assert file.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    disposition = file.headers["content-disposition"]
    assert disposition.startswith(f'attachment; filename="chapterwise-{question}-20')
    assert file.headers["cache-control"] == "no-store"
    header, line = read_table(file.content.decode())
    (item,) = json["days"] if question == "summary" else json["items"]
    assert header == list(item)
    assert not any(cell.startswith("=") for cell in line)


async def test_an_empty_answer_is_a_file_with_a_header(
    client: AsyncClient, admin: dict[str, str]
) -> None:
    for question in QUESTIONS:
        file = await client.get(f"/api/v1/analytics/{question}?format=csv", headers=admin)
        assert len(read_table(file.text)) == 1, question


async def test_a_file_holds_all_rows_whatever_the_limit(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    await log(session, [Entry(f"chapter-{n}") for n in range(5)])
    file = await client.get("/api/v1/analytics/chapters?format=csv&limit=2", headers=admin)
    assert len(read_table(file.text)) == 6


async def test_the_log_is_written_in_parts_with_each_row_once(
    client: AsyncClient, admin: dict[str, str], session: AsyncSession
) -> None:
    rows = 2 * ENTRIES_AT_ONCE
    await session.execute(
        text(
            "INSERT INTO personalization_log (chapter_id, response_time_ms, cached, source,"
            " created_at) SELECT 'chapter-' || n % 7, n, true, 'cache',"
            " timestamptz '2026-06-15Z' + (n / 3) * interval '1 second'"
            " FROM generate_series(1, :rows) n"
        ),
        {"rows": rows},
    )
    await session.commit()
    file = await client.get("/api/v1/analytics/log?format=csv", headers=admin)
    header, *lines = read_table(file.text)
    place = header.index("response_time_ms")
    assert [int(line[place]) for line in lines] == list(range(rows, 0, -1))
    part = await client.get("/api/v1/analytics/log?format=csv&chapter_id=chapter-3", headers=admin)
    assert len(read_table(part.text)) == 1 + len([n for n in range(1, rows + 1) if n % 7 == 3])
