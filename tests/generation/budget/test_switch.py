"""The switch: it stops calls that run and calls to come, and is believed for two seconds."""

import pytest
from sqlalchemy import text

from server.core.database.engine import Sessions
from server.errors import InvalidInput
from server.generation.budget.calls import StoppableLLM, Switch
from server.generation.budget.domain import Stop
from server.generation.budget.service import find_stop, start_models, stop_models
from server.generation.llm.domain import Failure, LLMUnavailable
from server.generation.llm.failover import FailoverLLM
from tests.fakes import ScriptedLLM
from tests.generation.budget.conftest import Connect
from tests.generation.llm.asking import ask, make_request
from tests.stand_in import Fault, StandIn


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def switch(sessions: Sessions, clock: Clock) -> Switch:
    return Switch(sessions, clock=clock)


async def stop(sessions: Sessions, reason: str = "a leaked key") -> None:
    async with sessions.begin() as session:
        await stop_models(session, by="ada", reason=reason)


async def test_stop_says_who_when_and_why_and_can_be_taken_back(sessions: Sessions) -> None:
    await stop(sessions, "first")
    await stop(sessions)
    async with sessions() as session:
        found = await find_stop(session)
        assert isinstance(found, Stop)
        assert (found.by, found.reason) == ("ada", "a leaked key")
        assert found.at.tzinfo is not None
        assert await start_models(session)
        assert await find_stop(session) is None


async def test_reason_of_a_thousand_characters_is_enough(sessions: Sessions) -> None:
    await stop(sessions, "x" * 1000)
    with pytest.raises(InvalidInput):
        await stop(sessions, "x" * 1001)


async def test_nobody_is_asked_while_stopped(switch: Switch, sessions: Sessions) -> None:
    await stop(sessions)
    scripted = ScriptedLLM(["text"])
    with pytest.raises(LLMUnavailable) as caught:
        await ask(StoppableLLM(scripted, switch))
    assert (caught.value.provider, caught.value.failure) == ("claude", Failure.STOPPED)
    assert scripted.asked == []


async def test_what_was_read_is_believed_for_two_seconds(
    switch: Switch, sessions: Sessions, clock: Clock
) -> None:
    assert await switch.find_stop() is None
    await stop(sessions)
    clock.now += 1.9
    assert await switch.find_stop() is None
    clock.now += 0.1
    assert await switch.find_stop() is not None


async def test_running_call_ends_when_all_are_stopped(
    connect: Connect, switch: Switch, sessions: Sessions, clock: Clock, stand_in: StandIn
) -> None:
    chunks = StoppableLLM(connect("anthropic"), switch).stream(make_request())
    await anext(chunks)
    await stop(sessions)
    clock.now += 2
    with pytest.raises(LLMUnavailable) as caught:
        await anext(chunks)
    assert caught.value.failure is Failure.STOPPED
    assert len(stand_in.calls) == 1


async def test_answer_that_is_complete_is_not_thrown_away(
    switch: Switch, sessions: Sessions, clock: Clock
) -> None:
    chunks = StoppableLLM(ScriptedLLM(["whole text"]), switch).stream(make_request())
    await anext(chunks)
    await stop(sessions)
    clock.now += 2
    await anext(chunks)


async def test_stop_is_no_providers_fault(
    connect: Connect, switch: Switch, sessions: Sessions, clock: Clock, stand_in: StandIn
) -> None:
    failover = FailoverLLM([StoppableLLM(connect("anthropic"), switch)])
    await stop(sessions)
    for _ in range(4):
        with pytest.raises(LLMUnavailable):
            await ask(failover)
    assert failover.health().status == "ready"
    assert stand_in.calls == []

    async with sessions.begin() as session:
        await start_models(session)
    clock.now += 2
    assert (await ask(failover)).completed.provider == "claude"


async def test_database_that_is_away_changes_nothing(
    many: Sessions, clock: Clock, stand_in: StandIn, connect: Connect
) -> None:
    switch = Switch(many, clock=clock)
    assert await switch.find_stop() is None
    async with many.begin() as session:
        await session.execute(text("ALTER TABLE model_stop RENAME TO away"))
    clock.now += 2
    stand_in.misbehave(Fault.PREAMBLE)
    assert (await ask(StoppableLLM(connect("openai"), switch))).chunks > 1
