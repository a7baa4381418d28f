"""Which provider answers when one does not; real clients, one stand-in for both."""

import anyio
import pytest

from server.generation.llm.domain import Failure, LLMUnavailable, TextChunk, closing_stream
from server.generation.llm.failover import FailoverLLM
from tests.generation.llm.asking import ask, make_request
from tests.generation.llm.clock import Clock
from tests.generation.llm.conftest import Connect
from tests.generation.llm.test_clients import wait_until_closed
from tests.stand_in import Fault, StandIn


@pytest.fixture
async def clock() -> Clock:
    """It starts with the event loop's, which the clients read, and then stands still."""
    return Clock(anyio.current_time())


@pytest.fixture
def failover(connect: Connect, clock: Clock) -> FailoverLLM:
    return FailoverLLM([connect("anthropic"), connect("openai")], timing=clock.timing)


def asked(stand_in: StandIn) -> list[str]:
    return [call.provider for call in stand_in.calls]


async def test_first_provider_answers_while_it_can(
    failover: FailoverLLM, stand_in: StandIn
) -> None:
    assert (await ask(failover)).completed.provider == failover.name == "claude"
    assert asked(stand_in) == ["anthropic"]


@pytest.mark.parametrize(
    "fault",
    [Fault.HTTP_401, Fault.HTTP_529, Fault.QUOTA, Fault.HTTP_400, Fault.ERROR_FIRST],
)
async def test_next_provider_answers_when_one_fails_before_any_text(
    failover: FailoverLLM, stand_in: StandIn, fault: Fault
) -> None:
    stand_in.misbehave(fault, provider="anthropic")
    answer = await ask(failover)
    assert answer.completed.provider == "openai"
    assert answer.text.count("<section") == 1
    assert asked(stand_in) == ["anthropic", "openai"]


async def test_failure_after_text_is_the_callers_to_handle(
    failover: FailoverLLM, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.CUT)
    with pytest.raises(LLMUnavailable) as caught:
        await ask(failover)
    assert (caught.value.provider, caught.value.failure) == ("claude", Failure.CONNECTION)
    assert asked(stand_in) == ["anthropic"]


async def test_last_failure_is_told_when_all_fail(failover: FailoverLLM, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.HTTP_500, provider="anthropic")
    stand_in.misbehave(Fault.HTTP_429_RETRY_AFTER, provider="openai")
    with pytest.raises(LLMUnavailable) as caught:
        await ask(failover)
    assert (caught.value.provider, caught.value.failure) == ("openai", Failure.OVERLOADED)
    assert caught.value.retry_after_s == 1.5
    assert asked(stand_in).count("anthropic") == asked(stand_in).count("openai") == 3


async def test_provider_that_keeps_failing_is_not_asked_until_its_time(
    failover: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.misbehave(Fault.HTTP_500, provider="anthropic", calls=[1, 2, 3])
    for _ in range(4):
        assert (await ask(failover)).completed.provider == "openai"
    assert asked(stand_in).count("anthropic") == 3
    assert failover.health().status == "degraded"
    assert failover.health().providers == (("claude", "server"), ("openai", "ready"))

    clock.now += 30
    assert (await ask(failover)).completed.provider == "claude"
    assert failover.health().status == "ready"


async def test_wrong_key_is_noticed_once(failover: FailoverLLM, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.HTTP_401, provider="anthropic")
    for _ in range(3):
        await ask(failover)
    assert asked(stand_in) == ["anthropic", "openai", "openai", "openai"]
    assert failover.health().providers[0] == ("claude", "authentication")


async def test_nobody_is_asked_while_all_are_left_alone(
    failover: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.misbehave(Fault.QUOTA)
    with pytest.raises(LLMUnavailable):
        await ask(failover)
    clock.now += 2
    with pytest.raises(LLMUnavailable) as caught:
        await ask(failover)

    assert len(stand_in.calls) == 2
    assert clock.waits == []
    assert caught.value.failure is Failure.QUOTA
    assert caught.value.retry_after_s == pytest.approx(58)


async def test_streams_cut_in_the_middle_count_against_the_provider(
    failover: FailoverLLM, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.CUT, provider="anthropic")
    for _ in range(3):
        with pytest.raises(LLMUnavailable):
            await ask(failover)
    assert (await ask(failover)).completed.provider == "openai"


async def test_leaving_early_closes_the_providers_stream(
    failover: FailoverLLM, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.STALL)
    async with closing_stream(failover.stream(make_request())) as chunks:
        async for chunk in chunks:
            assert isinstance(chunk, TextChunk)
            break
    await wait_until_closed(stand_in.calls[0])
    assert failover.health().status == "ready"


async def test_health_calls_nobody(failover: FailoverLLM, stand_in: StandIn) -> None:
    assert failover.health().status == "ready"
    assert stand_in.calls == []
