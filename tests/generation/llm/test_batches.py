"""What both providers' batches promise, against a server that speaks their wire formats."""

from collections.abc import AsyncIterator, Mapping

import pytest

from server.generation.llm.domain import (
    BatchAnswer,
    BatchLLM,
    BatchMiss,
    BatchResult,
    BatchState,
    BatchStatus,
    Failure,
    LLMRequest,
    LLMUnavailable,
    Message,
    StopReason,
    divide_requests,
    measure_request,
)
from server.generation.llm.service import UnknownProvider, build_batch_llm
from server.settings import Settings
from tests.generation.llm.asking import SYSTEM, make_request
from tests.generation.llm.conftest import KEY
from tests.stand_in import Fault, StandIn

SHOWN = {"anthropic": "claude", "openai": "openai"}
MODEL = "model-of-the-test"


def ask_for(section: str) -> LLMRequest:
    text = f"About {section}: first\u2028second line, آسان."
    run = f'<run id="1" kind="passage">{text}</run>'
    return make_request(f'<section id="{section}">{run}</section>')


REQUESTS = {f"{name}-7": ask_for(name) for name in ("arms", "legs", "eyes", "feet")}


def make_settings(stand_in: StandIn, **values: object) -> Settings:
    given = {
        "anthropic_base_url": stand_in.anthropic_base_url,
        "openai_base_url": stand_in.openai_base_url,
        "anthropic_api_key": KEY,
        "openai_api_key": KEY,
        "anthropic_model": MODEL,
        "openai_model": MODEL,
        **values,
    }
    return Settings.model_validate(given)


@pytest.fixture
async def batches(provider: str, stand_in: StandIn) -> AsyncIterator[BatchLLM]:
    llm = build_batch_llm(make_settings(stand_in), provider)
    assert llm is not None
    yield llm
    await llm.aclose()


async def wait_for(batches: BatchLLM, batch_id: str) -> BatchState:
    """Look until it is finished; the stand-in moves on each time."""
    for _ in range(10):
        state = await batches.poll(batch_id)
        if state.finished:
            return state
    raise AssertionError("the batch never ended")


async def collect(batches: BatchLLM, batch_id: str) -> dict[str, BatchResult]:
    results = [result async for result in batches.results(batch_id)]
    assert [result.custom_id for result in results] != sorted(REQUESTS, key=list(REQUESTS).index)
    return {result.custom_id: result for result in results}


async def run(
    batches: BatchLLM, requests: Mapping[str, LLMRequest] = REQUESTS
) -> tuple[BatchState, dict[str, BatchResult]]:
    batch_id = await batches.submit(requests)
    state = await wait_for(batches, batch_id)
    return state, await collect(batches, batch_id)


async def test_each_answer_comes_back_under_its_own_id(
    batches: BatchLLM, provider: str, stand_in: StandIn
) -> None:
    state, results = await run(batches)

    assert state == BatchState(BatchStatus.ENDED, 4, 4)
    assert results.keys() == REQUESTS.keys()
    for custom_id, result in results.items():
        assert isinstance(result, BatchAnswer)
        assert f"About {custom_id[:-2]}: first\u2028second line, آسان." in result.text
        assert result.completed.stop_reason is StopReason.END
        assert result.completed.provider == batches.provider == SHOWN[provider]
        assert result.completed.model == batches.model == MODEL
    completed = [r.completed for r in results.values() if isinstance(r, BatchAnswer)]
    assert sum(one.input_tokens for one in completed) == stand_in.input_tokens > 0
    assert sum(one.output_tokens for one in completed) == stand_in.output_tokens > 0
    assert all(call.batch and not call.streamed for call in stand_in.calls)
    assert {call.system for call in stand_in.calls} == {SYSTEM}


async def test_cached_prompt_tokens_are_told_apart(batches: BatchLLM) -> None:
    _, results = await run(batches)
    cached = [
        (result.completed.cached_input_tokens > 0, result.completed.cache_write_tokens > 0)
        for result in results.values()
        if isinstance(result, BatchAnswer)
    ]
    assert sorted(cached) == [(False, True), (True, False), (True, False), (True, False)]


async def test_batch_says_how_far_it_is(batches: BatchLLM, stand_in: StandIn) -> None:
    stand_in.pace(batch_polls=2)
    batch_id = await batches.submit(REQUESTS)
    states = [await batches.poll(batch_id) for _ in range(3)]
    assert [state.status for state in states] == [
        BatchStatus.IN_PROGRESS, BatchStatus.IN_PROGRESS, BatchStatus.ENDED,
    ]  # fmt: skip
    assert all(state.done <= state.total == 4 for state in states)
    assert states[-1].done == 4


@pytest.mark.parametrize(
    ("fault", "failure"),
    [
        (Fault.HTTP_400, Failure.REJECTED),
        (Fault.HTTP_500, Failure.SERVER),
        (Fault.HTTP_529, Failure.OVERLOADED),
        (Fault.NO_CREDIT, Failure.QUOTA),
        (Fault.EXPIRE, Failure.TIMEOUT),
    ],
)
async def test_failure_of_one_leaves_the_others(
    batches: BatchLLM, stand_in: StandIn, fault: Fault, failure: Failure
) -> None:
    stand_in.misbehave(fault, section="eyes")
    state, results = await run(batches)

    missed = results.pop("eyes-7")
    assert isinstance(missed, BatchMiss)
    assert missed.failure is failure
    assert all(isinstance(result, BatchAnswer) for result in results.values())
    assert state.status is (BatchStatus.EXPIRED if fault is Fault.EXPIRE else BatchStatus.ENDED)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.TRUNCATE, StopReason.LENGTH),
        (Fault.REFUSE, StopReason.REFUSAL),
        (Fault.REFUSAL_DELTA, StopReason.REFUSAL),
    ],
)
async def test_answer_that_ended_badly_says_so(
    batches: BatchLLM, stand_in: StandIn, fault: Fault, reason: StopReason
) -> None:
    stand_in.misbehave(fault, section="arms")
    _, results = await run(batches)
    answer = results["arms-7"]
    assert isinstance(answer, BatchAnswer)
    assert answer.completed.stop_reason is reason


async def test_cancelled_batch_keeps_what_was_done(batches: BatchLLM, stand_in: StandIn) -> None:
    batch_id = await batches.submit(REQUESTS)
    await batches.poll(batch_id)
    await batches.cancel(batch_id)
    state = await wait_for(batches, batch_id)

    assert state.status is BatchStatus.CANCELLED
    results = [result async for result in batches.results(batch_id)]
    answered = {result.custom_id for result in results if isinstance(result, BatchAnswer)}
    assert answered == {"arms-7", "legs-7"}
    assert all(r.failure is Failure.TIMEOUT for r in results if isinstance(r, BatchMiss))
    assert len(stand_in.calls) == 2


async def test_unfinished_batch_has_no_results(batches: BatchLLM, stand_in: StandIn) -> None:
    stand_in.pace(batch_polls=9)
    batch_id = await batches.submit(REQUESTS)
    with pytest.raises(LLMUnavailable):
        await anext(batches.results(batch_id))


async def test_batch_that_is_refused_has_a_name(batches: BatchLLM, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.BATCH_REFUSED)
    with pytest.raises(LLMUnavailable) as caught:
        await batches.submit(REQUESTS)
    assert (caught.value.provider, caught.value.failure) == (batches.provider, Failure.OVERLOADED)


async def test_batch_that_openai_finds_invalid_has_failed(stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.BATCH_FAILED)
    batches = build_batch_llm(make_settings(stand_in), "openai")
    assert batches is not None
    batch_id = await batches.submit(REQUESTS)
    state = await batches.poll(batch_id)
    assert (state.status, state.failure) == (BatchStatus.FAILED, Failure.REJECTED)
    assert [result async for result in batches.results(batch_id)] == []
    await batches.aclose()


async def test_unknown_batch_is_the_callers_mistake(batches: BatchLLM) -> None:
    for ask in (batches.poll, batches.cancel):
        with pytest.raises(LLMUnavailable) as caught:
            await ask("no-such-batch")
        assert caught.value.failure is Failure.REJECTED


async def test_effort_and_limit_travel_along(provider: str, stand_in: StandIn) -> None:
    settings = make_settings(stand_in, anthropic_effort="high", openai_effort="high")
    batches = build_batch_llm(settings, provider)
    assert batches is not None
    await run(batches, {"a": make_request(max_output_tokens=77)} | REQUESTS)
    assert {call.effort for call in stand_in.calls} == {"high"}
    assert stand_in.calls[0].max_tokens == 77
    await batches.aclose()


def test_requests_are_divided_by_number_in_their_order() -> None:
    parts = list(divide_requests(REQUESTS, max_requests=3))
    assert [list(part) for part in parts] == [["arms-7", "legs-7", "eyes-7"], ["feet-7"]]
    assert {id_: request for part in parts for id_, request in part.items()} == REQUESTS


def test_requests_are_divided_by_size() -> None:
    each = max(measure_request(request) for request in REQUESTS.values())
    assert [len(part) for part in divide_requests(REQUESTS, max_bytes=2 * each)] == [2, 2]
    assert [len(part) for part in divide_requests(REQUESTS, max_bytes=1)] == [1, 1, 1, 1]
    assert list(divide_requests({})) == []


def test_size_counts_bytes_and_not_letters() -> None:
    latin, urdu = (LLMRequest("", (Message("user", c * 1000),), 10) for c in ("a", "آ"))
    assert measure_request(urdu) - measure_request(latin) == 1000


def test_batches_are_of_the_first_provider_with_a_key(stand_in: StandIn) -> None:
    first = build_batch_llm(make_settings(stand_in, anthropic_api_key=""))
    assert first is not None
    assert first.provider == "openai"
    shown = build_batch_llm(make_settings(stand_in), "claude")
    assert shown is not None
    assert shown.provider == "claude"


def test_no_key_means_no_batches(stand_in: StandIn) -> None:
    keyless = make_settings(stand_in, anthropic_api_key="", openai_api_key="")
    assert build_batch_llm(keyless) is None
    assert build_batch_llm(keyless, "openai") is None
    assert build_batch_llm(make_settings(stand_in), "offline") is None
    with pytest.raises(UnknownProvider):
        build_batch_llm(make_settings(stand_in), "gemini")
