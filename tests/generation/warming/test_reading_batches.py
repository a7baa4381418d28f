"""The second batch: what a batch wrote is handed in to be read, and judged by what it brings."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

import pytest
from pydantic import SecretStr
from typing_extensions import override

from server.generation.budget.service import spent_today
from server.generation.llm.domain import (
    BatchAnswer,
    BatchMiss,
    BatchResult,
    Failure,
    LLMRequest,
    TextChunk,
)
from server.generation.review.service import Reader
from server.generation.warming.batches.collection import collect_all, list_busy, list_postponed
from server.generation.warming.batches.domain import BatchDesk, Desks
from server.generation.warming.batches.submission import submit_all
from server.generation.warming.domain import Tally, Wish
from server.generation.warming.resources import Workplace, build_batch_desks
from server.generation.warming.service import estimate, list_portions, read_due
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, CHAPTER
from tests.generation.renditions.test_reviews import STOP, find_nothing, object_to_stop
from tests.generation.review.samples import JudgingLLM
from tests.generation.warming.borrowing import BorrowedBatches
from tests.generation.warming.conftest import School

STORED = (
    "SELECT key, review->>'verdict' AS verdict, (review->>'cost_usd')::numeric AS cost,"
    " review_due_at > now() AS is_postponed, review_due_at <= now() AS is_due,"
    " runs::text AS runs FROM section_rewrite ORDER BY key"
)
DUE = "UPDATE section_rewrite SET review_due_at = now() WHERE review_due_at IS NOT NULL"
BATCHES = "SELECT state, model FROM warm_batch ORDER BY submitted_at"
ITEMS = (
    "SELECT state, reason, count(*) AS n FROM warm_batch_item WHERE request_hash IS NOT NULL"
    " GROUP BY 1, 2 ORDER BY 1"
)


@dataclass
class JudgingBatches(BorrowedBatches):
    """A provider's batches whose answers to readings are a judging reader's."""

    judge: JudgingLLM
    missing: int = 0  # results that never come
    requests: dict[str, LLMRequest] = field(default_factory=dict[str, LLMRequest])

    @override
    async def submit(self, requests: Mapping[str, LLMRequest]) -> str:
        self.requests |= requests
        return await self.llm.submit(requests)

    @override
    async def results(self, batch_id: str) -> AsyncIterator[BatchResult]:
        async for result in self.llm.results(batch_id):
            if not isinstance(result, BatchAnswer) or "<fine/>" not in result.text:
                yield result
            elif self.missing:
                self.missing -= 1
                yield BatchMiss(result.custom_id, Failure.TIMEOUT)
            else:
                yield replace(result, text=await self._read(self.requests[result.custom_id]))

    async def _read(self, request: LLMRequest) -> str:
        pieces = [piece async for piece in self.judge.stream(request)]
        return "".join(piece.text for piece in pieces if isinstance(piece, TextChunk))


@pytest.fixture(params=["anthropic", "openai"])
def model_settings(model_settings: Settings, request: pytest.FixtureRequest) -> Settings:
    key = SecretStr("sk-test")
    return model_settings.model_copy(
        update={
            "llm_providers": (request.param,),
            "anthropic_api_key": key,
            "openai_api_key": key,
            "llm_review": "all",
            "anthropic_review_model": "claude-haiku-5-5",
            "openai_review_model": "gpt-6-luna",
        }
    )


@pytest.fixture
async def desks(school: School) -> AsyncIterator[Desks]:
    desks = build_batch_desks(school.settings, school.workplace)
    yield desks
    await desks.aclose()


@pytest.fixture
def reader(school: School) -> JudgingLLM:
    """The reader of ordinary calls; it counts them, and finds nothing."""
    reader = JudgingLLM(find_nothing)
    resources = replace(school.workplace.resources, reader=Reader(reader))
    school.workplace = replace(school.workplace, resources=resources)
    return reader


def judged_by(desks: Desks, judge: JudgingLLM, *, missing: int = 0) -> Desks:
    """The desks, whose batches are fetched and read with these answers."""
    assert desks.reader is not None
    judging = JudgingBatches(desks.reader.llm, judge, missing)
    return Desks(
        tuple(replace(desk, llm=judging) for desk in desks.writers[:1]),
        replace(desks.reader, llm=judging),
    )


async def submit(school: School, desks: Desks, wish: Wish | None = None) -> int:
    held = await list_busy(school.sessions) | await list_postponed(school.sessions)
    return await submit_all(desks, list_portions(school.workplace, wish or Wish(), held))


async def collect(school: School, desks: Desks, workplace: Workplace | None = None) -> Tally:
    return await collect_all(
        workplace or school.workplace, desks, lambda _done, _total: None, first_poll_s=0
    )


async def leave_due(school: School, desks: Desks) -> None:
    """Have a batch's texts stored that nobody was handed to read, and that are due."""
    await submit(school, desks)
    await collect(school, Desks(desks.writers, None))
    await school.run(DUE)


async def test_what_a_batch_wrote_a_second_one_reads(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    assert await submit(school, desks) == 3
    tally = await collect(school, desks)

    assert (tally.done, tally.read, tally.failed) == (3, 3, 0)
    rows = await school.rows(STORED)
    assert [row["verdict"] for row in rows] == ["passed"] * 3
    assert [(row["is_due"], row["is_postponed"]) for row in rows] == [(None, None)] * 3
    assert all(row["cost"] > 0 for row in rows)
    assert reader.asked == []  # no ordinary call
    assert all(call.batch for call in school.stand_in.calls)
    assert len(school.stand_in.calls) == 6
    models = [row["model"] for row in await school.rows(BATCHES)]
    assert models == [school.workplace.model, school.workplace.reader]
    assert (await read_due(school.workplace)).done == 0


async def test_both_batches_are_paid_once_each_at_its_price(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desks)
    tally = await collect(school, desks)
    await collect(school, desks)

    async with school.sessions() as session:
        day = await spent_today(session, Decimal(0))
    assert day.open_reservations == 0
    assert {each.model: each.calls for each in day.models} == {
        school.workplace.model: 3,
        school.workplace.reader: 3,
    }
    assert tally.spent.cost_usd == sum(each.cost_usd for each in day.models)
    assert tally.spent.calls == 6
    assert reader.asked == []


async def test_what_a_batch_objects_to_is_not_shown(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    judging = judged_by(desks, JudgingLLM(object_to_stop))
    await submit(school, judging)
    tally = await collect(school, judging)

    assert tally.read == 3
    rows = await school.rows(STORED)
    verdicts = sorted(str(row["verdict"]) for row in rows)
    assert verdicts == ["partly_original", "passed", "passed"]
    assert not any(f"In short: {STOP}" in row["runs"] for row in rows)
    assert reader.asked == []  # the repair changed no word, so that nobody reads it again
    assert len(await school.rows("SELECT * FROM chapter_revision")) == 1


async def test_what_no_batch_could_read_is_due_for_an_ordinary_call(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    judging = judged_by(desks, JudgingLLM(find_nothing), missing=1)
    await submit(school, judging)
    tally = await collect(school, judging)

    assert (tally.done, tally.read, tally.failed) == (3, 2, 0)
    assert [row["is_due"] for row in await school.rows(STORED)].count(True) == 1
    assert [(row["state"], row["n"]) for row in await school.rows(ITEMS)] == [
        ("missed", 1),
        ("stored", 2),
    ]
    assert (await read_due(school.workplace)).done == 1
    assert len(reader.asked) == 1


async def test_an_answer_about_another_text_counts_for_nothing(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    """It was rewritten while the batch was under way: what was said is not about that."""
    await school.enrol(BEGINNER)
    await leave_due(school, desks)
    assert await submit(school, desks, Wish(review=True)) == 3
    await school.run(
        "UPDATE section_rewrite SET runs = jsonb_set(runs, '{0}', '\"Another\"')"
        " WHERE key = (SELECT min(key) FROM section_rewrite)"
    )
    tally = await collect(school, desks)

    assert tally.read == 2
    verdicts = [row["verdict"] for row in await school.rows(STORED)]
    assert verdicts == [None, "passed", "passed"]
    assert reader.asked == []


async def test_a_chapter_that_changed_while_it_was_read_is_left_alone(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    await leave_due(school, desks)
    await submit(school, desks, Wish(review=True))
    school.write("robots", CHAPTER.replace("The stop button is red.", "The button is red."))
    tally = await collect(school, desks)

    assert (tally.read, tally.failed) == (2, 0)
    assert [(row["state"], row["n"]) for row in await school.rows(ITEMS)] == [
        ("dropped", 1),
        ("stored", 2),
    ]
    assert reader.asked == []


async def test_what_is_in_a_batch_nobody_else_reads(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desks)
    await collect(school, Desks(desks.writers, None))
    assert [row["is_postponed"] for row in await school.rows(STORED)] == [True] * 3
    await school.run(DUE)

    needed = await estimate(school.workplace, Wish(review=True), batch=True)
    assert needed.missing == 3
    assert await submit(school, desks, Wish(review=True)) == 3
    assert await submit(school, desks, Wish(review=True)) == 0
    assert (await read_due(school.workplace)).done == 0
    assert reader.asked == []
    assert (await collect(school, desks)).read == 3


async def test_readings_that_are_not_taken_are_ordinary_calls_soon(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    assert desks.reader is not None
    ledger = replace(desks.reader.ledger, daily_limit_usd=Decimal("0.000001"))
    poor = Desks(desks.writers, replace(desks.reader, ledger=ledger))
    await submit(school, poor)
    tally = await collect(school, poor)

    assert (tally.done, tally.read) == (3, 0)
    assert len(await school.rows(BATCHES)) == 1
    await school.run(DUE)
    assert (await read_due(school.workplace)).done == 3
    assert len(reader.asked) == 3


async def test_a_batch_of_readings_that_is_lost_leaves_them_due(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    await leave_due(school, desks)
    await submit(school, desks, Wish(review=True))
    await school.run(
        "UPDATE warm_batch SET state = 'submitting', batch_id = NULL,"
        " submitted_at = now() - interval '1 hour' WHERE state = 'open'"
    )
    assert await list_busy(school.sessions) == set()
    assert (await read_due(school.workplace)).done == 3
    assert len(reader.asked) == 3


async def test_a_collector_that_is_stopped_pays_for_no_reading_twice(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    """The results are read again by whoever comes next; what was judged is judged already."""
    await school.enrol(BEGINNER)
    await submit(school, desks)
    tally = await collect(school, desks)
    assert tally.read == 3
    await school.run("UPDATE warm_batch SET state = 'open' WHERE model = :m", m=desk_model(desks))
    await school.run("UPDATE warm_batch_item SET state = 'open' WHERE request_hash IS NOT NULL")
    again = await collect(school, desks)

    assert (again.read, again.failed) == (0, 0)
    assert [row["verdict"] for row in await school.rows(STORED)] == ["passed"] * 3
    assert reader.asked == []


def desk_model(desks: Desks) -> str:
    reader: BatchDesk | None = desks.reader
    assert reader is not None
    return reader.llm.model


async def test_an_upgrade_by_batch_reads_what_another_reader_has_read(
    school: School, desks: Desks, reader: JudgingLLM
) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desks)
    await collect(school, desks)
    await school.run("UPDATE section_rewrite SET review = jsonb_set(review, '{model}', '\"old\"')")
    assert await submit(school, desks, Wish(upgrade=True)) == 3
    assert (await collect(school, desks)).read == 3
    models = await school.rows("SELECT DISTINCT review->>'model' AS m FROM section_rewrite")
    assert [row["m"] for row in models] == [desk_model(desks)]
    assert await submit(school, desks, Wish(upgrade=True)) == 0
    assert reader.asked == []
