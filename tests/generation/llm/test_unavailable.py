"""What both SDK clients promise when the provider does not answer."""

import socket
import traceback

import anyio
import pytest

from server.generation.llm.domain import LLM, Failure, LLMUnavailable
from tests.generation.llm.asking import ask, make_request
from tests.generation.llm.conftest import KEY, Connect
from tests.stand_in import Fault, StandIn
from tests.stand_in.domain import UPSTREAM_TEXT

STATUSES = [
    (Fault.HTTP_400, Failure.REJECTED),
    (Fault.HTTP_401, Failure.AUTHENTICATION),
    (Fault.HTTP_402, Failure.QUOTA),
    (Fault.HTTP_403, Failure.AUTHENTICATION),
    (Fault.HTTP_404, Failure.REJECTED),
    (Fault.HTTP_413, Failure.REJECTED),
    (Fault.HTTP_422, Failure.REJECTED),
    (Fault.HTTP_429, Failure.OVERLOADED),
    (Fault.HTTP_429_RETRY_AFTER, Failure.OVERLOADED),
    (Fault.HTTP_500, Failure.SERVER),
    (Fault.HTTP_503, Failure.OVERLOADED),
    (Fault.HTTP_529, Failure.OVERLOADED),
    (Fault.QUOTA, Failure.QUOTA),
    (Fault.NO_CREDIT, Failure.QUOTA),
]
BROKEN_STREAMS = [
    (Fault.CUT, Failure.CONNECTION),
    (Fault.HALF_EVENT, Failure.CONNECTION),
    (Fault.NO_END, Failure.CONNECTION),
    (Fault.MALFORMED_EVENT, Failure.CONNECTION),
    (Fault.ERROR_EVENT, Failure.OVERLOADED),
    (Fault.ERROR_FIRST, Failure.OVERLOADED),
]


async def fail(client: LLM) -> LLMUnavailable:
    with pytest.raises(LLMUnavailable) as caught:
        await ask(client)
    return caught.value


@pytest.mark.parametrize(("fault", "failure"), STATUSES + BROKEN_STREAMS)
async def test_every_failure_is_named_for_what_it_is(
    client: LLM, stand_in: StandIn, fault: Fault, failure: Failure
) -> None:
    stand_in.misbehave(fault)
    error = await fail(client)

    assert error.failure is failure
    assert error.provider == client.name
    assert len(stand_in.calls) == 1, "the SDK retried by itself"


@pytest.mark.parametrize("fault", [Fault.HANG, Fault.STALL])
async def test_silence_is_a_timeout(
    provider: str, connect: Connect, stand_in: StandIn, fault: Fault
) -> None:
    stand_in.misbehave(fault)
    error = await fail(connect(provider, timeout_s=0.4))
    assert error.failure is Failure.TIMEOUT


@pytest.mark.parametrize("left_s", [0.2, 0.0, -1.0])
async def test_deadline_ends_a_call_before_its_own_time(
    client: LLM, stand_in: StandIn, left_s: float
) -> None:
    stand_in.misbehave(Fault.HANG)
    with pytest.raises(LLMUnavailable) as caught:
        await ask(client, make_request(deadline=anyio.current_time() + left_s))
    assert caught.value.failure is Failure.TIMEOUT
    assert left_s > 0 or stand_in.calls == []


async def test_server_that_is_not_there_is_a_connection_failure(
    provider: str, connect: Connect
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    error = await fail(connect(provider, url=f"http://127.0.0.1:{port}"))
    assert error.failure is Failure.CONNECTION


async def test_wait_that_the_provider_asks_for_is_passed_on(
    client: LLM, provider: str, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.HTTP_429_RETRY_AFTER)
    asked_for = {"anthropic": 7.0, "openai": 1.5}  # retry-after, retry-after-ms
    assert (await fail(client)).retry_after_s == asked_for[provider]


async def test_no_wait_is_made_up(client: LLM, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.HTTP_429)
    assert (await fail(client)).retry_after_s is None


@pytest.mark.parametrize(
    "fault", [Fault.HTTP_400, Fault.HTTP_401, Fault.HTTP_500, Fault.QUOTA, Fault.ERROR_EVENT]
)
async def test_message_holds_neither_upstream_words_nor_the_key(
    client: LLM, stand_in: StandIn, fault: Fault
) -> None:
    stand_in.misbehave(fault)
    error = await fail(client)

    for shown in (str(error), repr(error)):
        assert UPSTREAM_TEXT not in shown
        assert KEY not in shown
    assert KEY not in "".join(traceback.format_exception(error))


async def test_failed_client_answers_the_next_call(client: LLM, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.CUT, calls=1)
    await fail(client)
    assert "Motors" in (await ask(client)).text
