"""Warm-up by batches: handed in once, fetched by whoever comes, verified like any answer."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from typing_extensions import override

from server.errors import ServiceUnavailable
from server.generation.budget.service import spent_today
from server.generation.llm.domain import (
    BatchResult,
    BatchState,
    Failure,
    LLMRequest,
    LLMUnavailable,
)
from server.generation.warming.batches.collection import collect_all, list_busy, list_unreachable
from server.generation.warming.batches.domain import BatchDesk, Desks
from server.generation.warming.batches.submission import BatchNotTaken, submit_all
from server.generation.warming.domain import Tally, Wish
from server.generation.warming.resources import build_batch_desks, build_workplace
from server.generation.warming.service import list_portions
from server.settings import Settings
from tests.generation.renditions.classroom import BEGINNER, CHAPTER, JETSON
from tests.generation.warming.borrowing import BorrowedBatches
from tests.generation.warming.conftest import School

STATES = "SELECT state, count(*) AS n FROM warm_batch_item GROUP BY state ORDER BY state"


@pytest.fixture(params=["anthropic", "openai"])
def model_settings(model_settings: Settings, request: pytest.FixtureRequest) -> Settings:
    key = SecretStr("sk-test")
    return model_settings.model_copy(
        update={"llm_providers": (request.param,), "anthropic_api_key": key, "openai_api_key": key}
    )


@pytest.fixture
async def desks(school: School) -> AsyncIterator[Desks]:
    desks = build_batch_desks(school.settings, school.workplace)
    yield desks
    await desks.aclose()


@pytest.fixture
def desk(desks: Desks) -> BatchDesk:
    """The one that batches are handed in at."""
    return desks.writers[0]


async def submit(school: School, desk: BatchDesk, wish: Wish | None = None) -> int:
    busy = await list_busy(school.sessions)
    portions = list_portions(school.workplace, wish or Wish(), busy)
    return await submit_all(Desks((desk,), None), portions)


async def collect(school: School, *desks: BatchDesk) -> Tally:
    return await collect_all(
        school.workplace, Desks(desks, None), lambda _done, _total: None, first_poll_s=0
    )


async def states(school: School) -> dict[str, int]:
    return {row["state"]: row["n"] for row in await school.rows(STATES)}


async def ready(school: School) -> int:
    (row,) = await school.rows("SELECT count(*) AS n FROM section_rewrite WHERE state = 'ready'")
    return int(row["n"])


class RevokedBatches(BorrowedBatches):
    """Batches whose provider does not know our key any more."""

    @override
    async def submit(self, requests: Mapping[str, LLMRequest]) -> str:
        raise self._refuse(*requests)

    @override
    async def poll(self, batch_id: str) -> BatchState:
        raise self._refuse(batch_id)

    @override
    def results(self, batch_id: str) -> AsyncIterator[BatchResult]:
        raise self._refuse(batch_id)

    @override
    async def cancel(self, batch_id: str) -> None:
        raise self._refuse(batch_id)

    def _refuse(self, *_ids: str) -> LLMUnavailable:
        return LLMUnavailable(self.provider, Failure.AUTHENTICATION)


async def test_what_a_batch_brings_is_stored_and_nothing_is_missing_then(
    school: School, desk: BatchDesk
) -> None:
    await school.enrol(BEGINNER, BEGINNER)
    assert await submit(school, desk) == 3
    tally = await collect(school, desk)

    assert (tally.done, tally.failed) == (3, 0)
    assert await states(school) == {"stored": 3}
    assert await ready(school) == 3
    assert all(call.batch for call in school.stand_in.calls)
    calls = len(school.stand_in.calls)
    assert await submit(school, desk) == 0
    again, _ = await school.warm()
    assert (again.done, len(school.stand_in.calls)) == (0, calls)


async def test_the_recipe_alone_leads_back_to_what_was_asked(
    school: School, desk: BatchDesk
) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desk)
    async with school.sessions.begin() as session:
        await session.execute(text("UPDATE warm_batch_item SET profile = '{}'"))
    await collect(school, desk)
    assert await states(school) == {"stored": 3}


async def test_no_claim_is_held_while_a_provider_works(school: School, desk: BatchDesk) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desk)
    assert await school.rows("SELECT * FROM section_rewrite") == []


async def test_what_is_in_a_batch_is_not_handed_in_again(school: School, desk: BatchDesk) -> None:
    await school.enrol(BEGINNER)
    assert await submit(school, desk) == 3
    await school.enrol(JETSON)
    assert await submit(school, desk) == 3
    assert (await collect(school, desk)).done == 6
    assert len(await school.rows("SELECT * FROM warm_batch WHERE state = 'closed'")) == 2


async def test_whoever_comes_later_fetches_the_batches(school: School, desk: BatchDesk) -> None:
    """The command was stopped after it had handed in; another process finds its batches."""
    await school.enrol(BEGINNER)
    await submit(school, desk)
    other = build_workplace(school.settings, school.sessions)
    other_desks = build_batch_desks(school.settings, other)
    tally = await collect_all(other, other_desks, lambda _done, _total: None, first_poll_s=0)
    await other_desks.aclose()
    await other.resources.aclose()
    assert tally.done == 3
    assert await ready(school) == 3


async def test_batches_of_a_provider_that_is_not_asked_any_more_are_fetched_too(
    school: School, desks: Desks
) -> None:
    asked, other = desks.writers
    await school.enrol(BEGINNER)
    assert await submit(school, other) == 3
    await school.enrol(JETSON)
    assert await submit(school, asked) == 3

    assert (await collect(school, *desks.writers)).done == 6
    rows = await school.rows("SELECT DISTINCT llm_provider FROM section_rewrite")
    assert {row["llm_provider"] for row in rows} == {"claude", "openai"}


async def test_a_provider_that_turns_us_away_keeps_nobody_from_the_others(
    school: School, desks: Desks
) -> None:
    asked, other = desks.writers
    await school.enrol(BEGINNER)
    await submit(school, other)
    await school.enrol(JETSON)
    await submit(school, asked)
    revoked = replace(other, llm=RevokedBatches(other.llm))

    with pytest.raises(BatchNotTaken, match=f"{other.llm.provider}: authentication"):
        await collect(school, revoked, asked)
    assert await ready(school) == 3


async def test_batches_that_no_key_reaches_are_named(school: School, desks: Desks) -> None:
    asked, other = desks.writers
    await school.enrol(BEGINNER)
    await submit(school, other)

    assert await list_unreachable(school.sessions, desks) == []
    alone = Desks((asked,), None)
    assert await list_unreachable(school.sessions, alone) == [other.llm.provider]


async def test_the_batch_price_is_booked_once(school: School, desk: BatchDesk) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desk)
    async with school.sessions() as session:
        held = await spent_today(session, Decimal(0))
    assert held.reserved_usd > 0
    await collect(school, desk)
    await collect(school, desk)

    async with school.sessions() as session:
        day = await spent_today(session, Decimal(0))
    (model,) = day.models
    assert day.open_reservations == 0
    assert not day.reserved_usd
    assert (model.calls, model.output_tokens) == (3, school.stand_in.output_tokens)
    assert 0 < model.cost_usd < held.reserved_usd


async def test_a_bad_item_leaves_the_others(school: School, desk: BatchDesk) -> None:
    await school.enrol(BEGINNER)
    school.stand_in.misbehave("drop_placeholder", section="setup", calls=range(1, 4))
    school.stand_in.misbehave("http_500", section="safety", calls=range(1, 4))
    await submit(school, desk)
    tally = await collect(school, desk)

    assert (tally.done, tally.failed) == (1, 2)
    assert await states(school) == {"missed": 1, "rejected": 1, "stored": 1}
    rest, _ = await school.warm()  # both are left for ordinary calls
    assert rest.done == 2


async def test_a_chapter_that_changed_meanwhile_is_left_alone(
    school: School, desk: BatchDesk
) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desk)
    school.write("robots", CHAPTER.replace("The stop button is red.", "The button is red."))
    await collect(school, desk)
    assert await states(school) == {"dropped": 1, "stored": 2}
    assert await submit(school, desk) == 1


async def test_what_somebody_stored_meanwhile_stays(school: School, desk: BatchDesk) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desk)
    await school.warm()
    before = await school.rows("SELECT key, created_at FROM section_rewrite ORDER BY key")
    await collect(school, desk)
    assert await states(school) == {"dropped": 3}
    assert await school.rows("SELECT key, created_at FROM section_rewrite ORDER BY key") == before


async def test_a_batch_that_is_not_taken_costs_nothing_and_is_missing_again(
    school: School, desk: BatchDesk
) -> None:
    await school.enrol(BEGINNER)
    school.stand_in.misbehave("batch_refused", calls=1)
    with pytest.raises(ServiceUnavailable):
        await submit(school, desk)
    assert await list_busy(school.sessions) == set()
    async with school.sessions() as session:
        day = await spent_today(session, Decimal(0))
    assert not day.settled_usd + day.reserved_usd
    school.stand_in.reset()
    school.stand_in.behave("simplified")
    assert await submit(school, desk) == 3


async def test_without_money_nothing_is_handed_in(school: School, desk: BatchDesk) -> None:
    await school.enrol(BEGINNER)
    poor = replace(desk, ledger=replace(desk.ledger, daily_limit_usd=Decimal("0.000001")))
    with pytest.raises(ServiceUnavailable, match="budget"):
        await submit(school, poor)
    assert await school.rows("SELECT * FROM warm_batch") == []


async def test_a_batch_whose_submitter_died_is_given_up(school: School, desk: BatchDesk) -> None:
    await school.enrol(BEGINNER)
    await submit(school, desk)
    await school.run(
        "UPDATE warm_batch SET state = 'submitting', batch_id = NULL,"
        " submitted_at = now() - interval '1 hour'"
    )
    assert await list_busy(school.sessions) == set()
    assert await submit(school, desk) == 3


async def test_an_upgrade_by_batch_replaces_texts_and_revises_the_chapter(
    school: School, desk: BatchDesk
) -> None:
    await school.enrol(BEGINNER)
    await school.warm()
    await school.run("UPDATE section_rewrite SET llm_model = 'an-older-one'")
    assert await submit(school, desk, Wish(upgrade=True)) == 3
    assert await ready(school) == 3
    await collect(school, desk)
    rows = await school.rows("SELECT DISTINCT llm_model FROM section_rewrite")
    assert [row["llm_model"] for row in rows] == [desk.llm.model]
    assert len(await school.rows("SELECT * FROM chapter_revision")) == 1
