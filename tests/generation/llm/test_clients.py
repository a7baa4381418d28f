"""What both SDK clients promise when the provider answers."""

import anyio
import pytest

from server.generation.llm.domain import (
    LLM,
    LLMRequest,
    Message,
    StopReason,
    TextChunk,
    closing_stream,
)
from tests.generation.llm.asking import SYSTEM, USER, ask, make_request
from tests.generation.llm.conftest import KEY, Connect
from tests.stand_in import Call, Fault, StandIn

NAMES = {"anthropic": "claude", "openai": "openai"}


async def test_text_arrives_in_pieces_and_ends_with_what_it_cost(
    client: LLM, provider: str, stand_in: StandIn
) -> None:
    answer = await ask(client)

    assert '<run id="2">A motor ⟦1⟧ turns at 20 rpm &amp; stops' in answer.text
    assert answer.chunks > 1
    assert answer.completed.stop_reason is StopReason.END
    assert answer.completed.provider == client.name == NAMES[provider]
    assert answer.completed.model == "model-of-the-test"
    assert answer.completed.input_tokens == stand_in.input_tokens > 0
    assert answer.completed.output_tokens == stand_in.output_tokens > 0


async def test_request_carries_prompt_turns_limit_and_key(
    client: LLM, provider: str, stand_in: StandIn
) -> None:
    turns = (Message("user", "first"), Message("assistant", "reply"), Message("user", USER))
    await ask(client, LLMRequest(SYSTEM, turns, 777))

    call = stand_in.calls[0]
    assert (call.provider, call.model, call.streamed) == (provider, "model-of-the-test", True)
    assert call.system == SYSTEM
    assert call.turns == tuple((turn.role, turn.text) for turn in turns)
    assert call.max_tokens == 777
    assert KEY in call.headers.get("x-api-key", call.headers["authorization"])
    assert not {"temperature", "top_p"} & call.body.keys()


async def test_no_system_message_is_sent_for_an_empty_prompt(
    client: LLM, stand_in: StandIn
) -> None:
    await ask(client, LLMRequest("", (Message("user", USER),), 500))
    assert stand_in.calls[0].system == ""
    assert "system" not in stand_in.calls[0].body
    assert len(stand_in.calls[0].turns) == 1


@pytest.mark.parametrize("effort", ["", "low", "high"])
async def test_effort_is_sent_only_when_set(
    provider: str, connect: Connect, stand_in: StandIn, effort: str
) -> None:
    await ask(connect(provider, effort=effort))
    call = stand_in.calls[0]
    assert call.effort == effort
    assert bool(effort) == bool({"output_config", "reasoning_effort"} & call.body.keys())


async def test_unknown_effort_is_refused_when_the_client_is_made(
    provider: str, connect: Connect
) -> None:
    with pytest.raises(ValueError, match=r"_EFFORT is “tremendous”"):
        connect(provider, effort="tremendous")


async def test_cached_prompt_tokens_are_told_apart_and_still_counted(client: LLM) -> None:
    first = (await ask(client)).completed
    second = (await ask(client)).completed

    assert first.cached_input_tokens == 0
    assert second.cached_input_tokens > 0
    assert first.input_tokens == second.input_tokens
    assert first.cache_write_tokens == second.cached_input_tokens
    assert second.cache_write_tokens == 0


async def test_anthropic_is_asked_to_keep_the_system_prompt(
    connect: Connect, stand_in: StandIn
) -> None:
    await ask(connect("anthropic"))
    mark = {"type": "ephemeral"}
    assert stand_in.calls[0].body["system"] == [
        {"type": "text", "text": SYSTEM, "cache_control": mark}
    ]


async def test_compatible_server_is_sent_no_parameter_it_may_not_know(
    connect: Connect, stand_in: StandIn
) -> None:
    await ask(connect("openai"))
    known = {"model", "messages", "max_completion_tokens", "stream", "stream_options"}
    assert stand_in.calls[0].body.keys() == known


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.TRUNCATE, StopReason.LENGTH),
        (Fault.WINDOW, StopReason.LENGTH),
        (Fault.REFUSE, StopReason.REFUSAL),
        (Fault.REFUSAL_DELTA, StopReason.REFUSAL),
        (Fault.ODD_STOP, StopReason.OTHER),
    ],
)
async def test_every_way_of_stopping_has_its_reason(
    client: LLM, stand_in: StandIn, fault: Fault, reason: StopReason
) -> None:
    stand_in.misbehave(fault)
    assert (await ask(client)).completed.stop_reason is reason


async def test_answer_longer_than_allowed_is_cut_and_says_so(client: LLM) -> None:
    answer = await ask(client, make_request(max_output_tokens=5))
    assert answer.completed.stop_reason is StopReason.LENGTH
    assert answer.completed.output_tokens == 5


async def test_refusal_in_a_field_of_its_own_is_no_text(
    connect: Connect, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.REFUSAL_DELTA)
    assert (await ask(connect("openai"))).text == ""


async def test_server_that_counts_nothing_costs_nothing(
    connect: Connect, stand_in: StandIn
) -> None:
    stand_in.misbehave(Fault.NO_USAGE)
    completed = (await ask(connect("openai"))).completed
    assert (completed.input_tokens, completed.output_tokens) == (0, 0)
    assert completed.stop_reason is StopReason.END


async def test_cancelling_the_reader_closes_the_stream(client: LLM, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.STALL)
    got_text = anyio.Event()

    async def read() -> None:
        async for chunk in client.stream(make_request()):
            assert isinstance(chunk, TextChunk)
            got_text.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await got_text.wait()
        tasks.cancel_scope.cancel()

    await wait_until_closed(stand_in.calls[0])


async def test_leaving_a_stream_early_closes_it(client: LLM, stand_in: StandIn) -> None:
    stand_in.misbehave(Fault.STALL)
    async with closing_stream(client.stream(make_request())) as chunks:
        async for _ in chunks:
            break
    await wait_until_closed(stand_in.calls[0])


async def test_environment_variables_of_the_sdks_change_nothing(
    monkeypatch: pytest.MonkeyPatch, provider: str, connect: Connect, stand_in: StandIn
) -> None:
    for name in ("ANTHROPIC_BASE_URL", "OPENAI_BASE_URL"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/elsewhere")
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_PROFILE"):
        monkeypatch.setenv(name, "other")
    for name in ("OPENAI_API_KEY", "OPENAI_ADMIN_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID"):
        monkeypatch.setenv(name, "other")

    await ask(connect(provider))

    headers = stand_in.calls[0].headers
    assert KEY in headers.get("x-api-key", headers["authorization"])
    assert not {"openai-organization", "openai-project"} & headers.keys()
    assert "other" not in headers.values()


async def wait_until_closed(call: Call) -> None:
    """The server learns of it in its own thread, a moment later."""
    with anyio.fail_after(10):
        while not call.closed_early:  # noqa: ASYNC110 (it is set by another thread)
            await anyio.sleep(0.01)
