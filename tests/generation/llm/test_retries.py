"""When a failed request is tried again, after what wait, and when not; no time passes."""

import anyio
import pytest

from server.generation.llm.domain import Failure, LLMRequest, LLMUnavailable
from server.generation.llm.failover import FailoverLLM, Turns
from tests.generation.llm.asking import ask, make_request
from tests.generation.llm.clock import Clock
from tests.generation.llm.conftest import Connect
from tests.stand_in import Fault, StandIn


@pytest.fixture
async def clock() -> Clock:
    """It starts with the event loop's, which the clients read, and then stands still."""
    return Clock(anyio.current_time())


@pytest.fixture
def both(connect: Connect, clock: Clock) -> FailoverLLM:
    return FailoverLLM([connect("anthropic"), connect("openai")], timing=clock.timing)


@pytest.fixture
def alone(connect: Connect, clock: Clock) -> FailoverLLM:
    return FailoverLLM([connect("anthropic")], timing=clock.timing)


def asked(stand_in: StandIn) -> list[str]:
    return [call.provider for call in stand_in.calls]


async def fail(llm: FailoverLLM, request: LLMRequest | None = None) -> LLMUnavailable:
    with pytest.raises(LLMUnavailable) as caught:
        await ask(llm, request)
    return caught.value


@pytest.mark.parametrize(
    "fault",
    [Fault.HTTP_429, Fault.HTTP_500, Fault.HTTP_503, Fault.HTTP_529, Fault.ERROR_FIRST],
)
async def test_failure_that_passes_is_waited_out(
    alone: FailoverLLM, stand_in: StandIn, clock: Clock, fault: Fault
) -> None:
    stand_in.misbehave(fault, calls=[1, 2])
    assert "Motors" in (await ask(alone)).text
    assert clock.waits == [0.5, 1.0]


async def test_overload_moves_on_to_the_next_provider_before_any_wait(
    both: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.misbehave(Fault.HTTP_529, calls=1, provider="anthropic")
    stand_in.misbehave(Fault.HTTP_529, calls=1, provider="openai")
    assert (await ask(both)).completed.provider == "claude"
    assert asked(stand_in) == ["anthropic", "openai", "anthropic"]
    assert clock.waits == [0.5]


async def test_wait_is_a_random_share_of_one_that_doubles(
    alone: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    clock.share = 0.2
    stand_in.misbehave(Fault.HTTP_500)
    await fail(alone)
    assert clock.waits == [0.1, 0.2]


async def test_wait_that_the_provider_asks_for_is_kept(
    both: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    """Anthropic asks for seven seconds; meanwhile the other is tried as often as it may be."""
    stand_in.misbehave(Fault.HTTP_429_RETRY_AFTER, calls=1, provider="anthropic")
    stand_in.misbehave(Fault.HTTP_500, provider="openai")
    assert (await ask(both)).completed.provider == "claude"
    assert asked(stand_in) == ["anthropic", "openai", "openai", "openai", "anthropic"]
    assert clock.waits == [0.5, 1.0, 5.5]


async def test_nobody_is_asked_more_than_three_times(
    both: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.misbehave(Fault.HTTP_500)
    assert (await fail(both)).failure is Failure.SERVER
    assert asked(stand_in) == ["anthropic", "openai"] * 3
    assert clock.waits == [0.5, 1.0]


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault.HTTP_401, Failure.AUTHENTICATION),
        (Fault.QUOTA, Failure.QUOTA),
        (Fault.HTTP_400, Failure.REJECTED),
    ],
)
async def test_what_no_wait_can_mend_is_asked_once(
    both: FailoverLLM, stand_in: StandIn, clock: Clock, fault: Fault, failure: Failure
) -> None:
    stand_in.misbehave(fault)
    assert (await fail(both)).failure is failure
    assert asked(stand_in) == ["anthropic", "openai"]
    assert clock.waits == []


async def test_revoked_key_is_left_alone_while_the_other_is_tried_again(
    both: FailoverLLM, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.HTTP_401, provider="anthropic")
    stand_in.misbehave(Fault.HTTP_529, provider="openai", calls=[1, 2])
    assert (await ask(both)).completed.provider == "openai"
    assert asked(stand_in) == ["anthropic", "openai", "openai", "openai"]


async def test_wait_beyond_the_deadline_is_not_begun(
    alone: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.misbehave(Fault.HTTP_429_RETRY_AFTER)
    error = await fail(alone, make_request(deadline=clock.now + 6.9))
    assert (error.failure, error.retry_after_s) == (Failure.OVERLOADED, 7)
    assert len(stand_in.calls) == 1
    assert clock.waits == []


async def test_nobody_is_asked_when_the_deadline_is_past(
    both: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    error = await fail(both, make_request(deadline=clock.now))
    assert error.failure is Failure.TIMEOUT
    assert stand_in.calls == []


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.STALL])
async def test_call_that_still_runs_at_the_deadline_is_given_up_without_blame(
    connect: Connect, stand_in: StandIn, fault: Fault
) -> None:
    stand_in.misbehave(fault)
    both = FailoverLLM([connect("anthropic"), connect("openai")])
    for _ in range(3):
        error = await fail(both, make_request(deadline=anyio.current_time() + 0.1))
        assert (error.provider, error.failure) == ("claude", Failure.TIMEOUT)
    assert both.health().status == "ready"
    assert "openai" not in asked(stand_in)


async def test_text_that_trickles_on_is_cut_off_at_the_deadline(
    connect: Connect, stand_in: StandIn
) -> None:
    """No single wait is long here, so the client's own time-out never strikes."""
    stand_in.pace(tokens_per_s=30)
    llm = FailoverLLM([connect("anthropic")])
    request = make_request(deadline=anyio.current_time() + 0.4)
    assert (await fail(llm, request)).failure is Failure.TIMEOUT


async def test_held_back_provider_is_passed_over_and_not_waited_for(
    both: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.misbehave(Fault.HTTP_401, provider="anthropic")
    await ask(both)
    stand_in.misbehave(Fault.HTTP_500, provider="openai")
    await fail(both)
    assert asked(stand_in) == ["anthropic", *["openai"] * 4]
    assert clock.waits == [0.5, 1.0]


async def test_nobody_waits_for_a_breaker_to_close(
    alone: FailoverLLM, stand_in: StandIn, clock: Clock
) -> None:
    stand_in.misbehave(Fault.HTTP_500)
    await fail(alone)
    clock.now += 25
    error = await fail(alone)
    assert error.retry_after_s == pytest.approx(5)
    assert clock.waits == [0.5, 1.0]
    assert len(stand_in.calls) == 3


async def test_request_without_a_deadline_has_some_patience_of_its_own(clock: Clock) -> None:
    patient, gone = "patient", "gone"
    turns = Turns([gone, patient], None, clock.timing)
    turns.fail(gone, LLMUnavailable(gone, Failure.OVERLOADED, retry_after_s=31))
    turns.fail(patient, LLMUnavailable(patient, Failure.OVERLOADED, retry_after_s=29))
    assert await turns.take() == patient
    turns.drop(patient)
    assert await turns.take() is None
