"""Real clients at the stand-in: what each way of ending a call leaves in the ledger."""

import asyncio
import socket
from dataclasses import replace
from decimal import Decimal
from uuid import uuid4

import anyio
import pytest
from sqlalchemy import text

from server.generation.budget.calls import BudgetedLLM
from server.generation.budget.domain import (
    NOTHING,
    DayBill,
    Price,
    Reservation,
    Tokens,
    cost_of,
)
from server.generation.budget.resources import load_prices
from server.generation.budget.service import Ledger, bill_most, bound_tokens
from server.generation.llm.domain import (
    LLM,
    Failure,
    LLMHealth,
    LLMUnavailable,
    TextChunk,
    closing_stream,
)
from server.generation.llm.failover import FailoverLLM
from tests.generation.budget.conftest import MODELS, Connect, add_up
from tests.generation.llm.asking import ask, make_request
from tests.stand_in import Fault, StandIn


def price_of(provider: str) -> Price:
    price = load_prices().price_of(MODELS[provider])
    assert price is not None
    return price


def budgeted(client: LLM, provider: str, ledger: Ledger) -> BudgetedLLM:
    return BudgetedLLM(client, model=MODELS[provider], price=price_of(provider), ledger=ledger)


@pytest.fixture
def llm(provider: str, connect: Connect, ledger: Ledger) -> BudgetedLLM:
    return budgeted(connect(provider), provider, ledger)


async def fail(llm: LLM) -> Failure:
    with pytest.raises(LLMUnavailable) as caught:
        await ask(llm)
    return caught.value.failure


async def find_only_bill(ledger: Ledger) -> DayBill:
    """The one bill of the day, with nothing left open beside it."""
    spending = await add_up(ledger)
    assert spending.reserved_usd == spending.open_reservations == 0
    (bill,) = spending.models
    assert bill.cost_usd == spending.settled_usd
    return bill


async def find_spent(ledger: Ledger) -> Decimal:
    spending = await add_up(ledger)
    assert spending.open_reservations == 0
    return spending.settled_usd


async def test_call_costs_what_the_price_list_says(
    llm: BudgetedLLM, provider: str, ledger: Ledger, stand_in: StandIn
) -> None:
    completed = (await ask(llm)).completed

    counted = Tokens(
        stand_in.input_tokens, stand_in.output_tokens, cache_write=completed.cache_write_tokens
    )
    exact = cost_of(price_of(provider), counted)
    assert completed.cost_usd is not None
    assert exact <= completed.cost_usd < exact + Decimal("0.000001")
    bill = await find_only_bill(ledger)
    assert bill == DayBill(
        bill.day,
        llm.name,
        MODELS[provider],
        1,
        stand_in.input_tokens,
        stand_in.output_tokens,
        completed.cost_usd,
    )


async def test_cached_tokens_have_their_own_price(
    llm: BudgetedLLM, provider: str, ledger: Ledger
) -> None:
    first = (await ask(llm)).completed
    second = (await ask(llm)).completed

    assert second.cached_input_tokens > 0
    plain = Tokens(second.input_tokens, second.output_tokens)
    exact = cost_of(price_of(provider), replace(plain, cache_read=second.cached_input_tokens))
    assert first.cost_usd is not None
    assert second.cost_usd is not None
    assert exact <= second.cost_usd < exact + Decimal("0.000001")
    assert second.cost_usd < first.cost_usd
    assert await find_spent(ledger) == first.cost_usd + second.cost_usd


@pytest.mark.parametrize(
    "fault",
    [
        Fault.HTTP_400,
        Fault.HTTP_401,
        Fault.HTTP_429,
        Fault.HTTP_500,
        Fault.HTTP_529,
        Fault.QUOTA,
        Fault.ERROR_FIRST,
    ],
)
async def test_refused_call_costs_nothing(
    llm: BudgetedLLM, ledger: Ledger, stand_in: StandIn, fault: Fault
) -> None:
    stand_in.misbehave(fault)
    await fail(llm)
    spending = await add_up(ledger)
    assert spending.settled_usd == spending.reserved_usd == 0
    assert spending.models == ()


async def test_server_that_is_not_there_costs_nothing(
    provider: str, connect: Connect, ledger: Ledger
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    client = connect(provider, url=f"http://127.0.0.1:{port}")
    assert await fail(budgeted(client, provider, ledger)) is Failure.CONNECTION
    assert await find_spent(ledger) == 0


@pytest.mark.parametrize(
    "fault", [Fault.CUT, Fault.HALF_EVENT, Fault.MALFORMED_EVENT, Fault.ERROR_EVENT, Fault.NO_END]
)
async def test_stream_that_breaks_off_costs_the_prompt_and_the_text_that_came(
    llm: BudgetedLLM, provider: str, ledger: Ledger, stand_in: StandIn, fault: Fault
) -> None:
    stand_in.misbehave(fault)
    await fail(llm)

    bill = await find_only_bill(ledger)
    most = bill_most(price_of(provider), make_request())
    assert bill.input_tokens == most.input_tokens > stand_in.input_tokens
    assert 0 < bill.output_tokens < most.output_tokens
    assert bill.cost_usd < most.cost_usd


async def test_server_that_is_silent_costs_all_that_was_reserved(
    provider: str, connect: Connect, ledger: Ledger, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.HANG)
    assert await fail(budgeted(connect(provider, timeout_s=0.4), provider, ledger)) is (
        Failure.TIMEOUT
    )
    assert await find_spent(ledger) == bill_most(price_of(provider), make_request()).cost_usd


async def test_server_that_counts_nothing_is_estimated(
    connect: Connect, ledger: Ledger, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.NO_USAGE)
    answer = await ask(budgeted(connect("openai"), "openai", ledger))
    bill = await find_only_bill(ledger)
    assert bill.output_tokens == bound_tokens(answer.text)
    assert bill.cost_usd == answer.completed.cost_usd


async def test_answer_cut_at_its_limit_is_billed(
    llm: BudgetedLLM, ledger: Ledger, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.TRUNCATE)
    cost = (await ask(llm)).completed.cost_usd
    assert cost == await find_spent(ledger) != 0


async def test_leaving_early_settles(llm: BudgetedLLM, ledger: Ledger, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.STALL)
    async with closing_stream(llm.stream(make_request())) as chunks:
        async for chunk in chunks:
            assert isinstance(chunk, TextChunk)
            assert (await add_up(ledger)).open_reservations == 1
            break
    assert (await find_only_bill(ledger)).output_tokens > 0


async def test_cancelled_call_settles(llm: BudgetedLLM, ledger: Ledger, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.STALL)
    got_text = asyncio.Event()

    async def read() -> None:
        async with closing_stream(llm.stream(make_request())) as chunks:
            async for _ in chunks:
                got_text.set()

    task = asyncio.create_task(read())
    await got_text.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await find_only_bill(ledger)).output_tokens > 0


async def test_call_that_is_ended_at_its_deadline_settles(
    llm: BudgetedLLM, ledger: Ledger, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.STALL)
    # Every wait below a scope that is cancelled is cancelled too: the bill must outlive it.
    with anyio.CancelScope() as scope:
        async with closing_stream(llm.stream(make_request())) as chunks:
            async for _ in chunks:
                scope.cancel()
    await llm.aclose()
    assert (await find_only_bill(ledger)).output_tokens > 0


async def test_nobody_is_asked_when_the_money_is_spent(
    provider: str, connect: Connect, ledger: Ledger, stand_in: StandIn
) -> None:
    poor = replace(ledger, daily_limit_usd=Decimal("0.000100"))
    assert await fail(budgeted(connect(provider), provider, poor)) is Failure.BUDGET
    assert stand_in.calls == []
    assert await find_spent(poor) == 0


async def test_cheaper_provider_is_asked_with_what_is_left(
    connect: Connect, ledger: Ledger, stand_in: StandIn
) -> None:
    dear, cheap = (bill_most(price_of(name), make_request()).cost_usd for name in MODELS)
    assert dear > cheap
    poor = replace(ledger, daily_limit_usd=dear - Decimal("0.000001"))
    failover = FailoverLLM([budgeted(connect(name), name, poor) for name in MODELS])

    assert (await ask(failover)).completed.provider == "openai"
    assert [call.provider for call in stand_in.calls] == ["openai"]
    assert failover.health().providers == (("claude", "budget"), ("openai", "ready"))


async def test_spent_budget_is_said_and_never_opens_a_breaker(
    connect: Connect, ledger: Ledger, stand_in: StandIn
) -> None:
    most = bill_most(price_of("anthropic"), make_request()).cost_usd
    small = replace(ledger, daily_limit_usd=most)
    failover = FailoverLLM([budgeted(connect("anthropic"), "anthropic", small)])
    taken = Reservation(uuid4(), "claude", MODELS["anthropic"], most)
    await small.reserve(taken)
    for _ in range(5):
        assert await fail(failover) is Failure.BUDGET
    assert failover.health() == LLMHealth("degraded", (("claude", "budget"),))
    assert stand_in.calls == []

    await small.settle(taken.id, NOTHING)

    assert (await ask(failover)).completed.provider == "claude"
    assert failover.health().status == "ready"


async def test_answer_is_not_lost_when_its_bill_cannot_be_booked(
    provider: str, connect: Connect, ledger: Ledger
) -> None:
    async with ledger.sessions.begin() as session:
        await session.execute(text("ALTER TABLE spending ADD CHECK (calls < 1)"))
    answer = await ask(budgeted(connect(provider), provider, ledger))
    assert answer.completed.cost_usd

    spending = await add_up(ledger)
    assert spending.reserved_usd == bill_most(price_of(provider), make_request()).cost_usd
