"""The parts of the wire that our own clients do not use, read by the real SDKs."""

import time

import httpx
import pytest
from anthropic import AsyncAnthropic, BadRequestError
from openai import AsyncOpenAI

from tests.stand_in import StandIn, run_stand_in

ASK = '<section id="a"><run id="1" kind="passage">One two three.</run></section>'
ANSWER = '<section id="a">\n<run id="1">One two three.</run>\n</section>'


async def test_anthropic_answers_without_a_stream() -> None:
    with run_stand_in() as stand_in:
        async with AsyncAnthropic(api_key="k", base_url=stand_in.anthropic_base_url) as client:
            message = await client.messages.create(
                model="m", max_tokens=100, messages=[{"role": "user", "content": ASK}]
            )
    block = message.content[0]
    assert block.type == "text"
    assert block.text == ANSWER
    assert message.stop_reason == "end_turn"
    assert message.usage.input_tokens == stand_in.input_tokens
    assert message.usage.output_tokens == stand_in.output_tokens


async def test_anthropic_stream_satisfies_the_sdks_own_accumulator() -> None:
    with run_stand_in() as stand_in:
        async with (
            AsyncAnthropic(api_key="k", base_url=stand_in.anthropic_base_url) as client,
            client.messages.stream(
                model="m", max_tokens=100, messages=[{"role": "user", "content": ASK}]
            ) as stream,
        ):
            text = "".join([piece async for piece in stream.text_stream])
            message = await stream.get_final_message()
    assert text == ANSWER
    assert message.usage.output_tokens == stand_in.output_tokens


async def test_openai_answers_without_a_stream() -> None:
    with run_stand_in() as stand_in:
        async with AsyncOpenAI(api_key="k", base_url=stand_in.openai_base_url) as client:
            completion = await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": ASK}]
            )
    assert completion.choices[0].message.content == ANSWER
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage is not None
    assert completion.usage.completion_tokens == stand_in.output_tokens


async def test_request_that_the_provider_would_refuse_is_refused() -> None:
    with run_stand_in() as stand_in:
        async with AsyncAnthropic(api_key="k", base_url=stand_in.url, max_retries=0) as sdk:
            with pytest.raises(BadRequestError):
                await sdk.messages.create(model="m", max_tokens=0, messages=[])
        async with httpx.AsyncClient(base_url=stand_in.url) as client:
            for path in ("/v1/messages", "/v1/chat/completions"):
                assert (await client.post(path, json={})).status_code == 401
    assert stand_in.calls == []


async def test_pace_is_kept() -> None:
    """The only clock here is a lower bound: what was asked to take time took at least that."""
    with run_stand_in() as stand_in:
        stand_in.pace(first_token_s=0.1, tokens_per_s=200)
        async with AsyncOpenAI(api_key="k", base_url=stand_in.openai_base_url) as client:
            before = time.monotonic()
            async for _ in await client.chat.completions.create(
                model="m", messages=[{"role": "user", "content": ASK}], stream=True
            ):
                pass
    assert time.monotonic() - before >= 0.1 + stand_in.output_tokens / 200


def test_reset_forgets_everything() -> None:
    stand_in = StandIn("http://127.0.0.1:1")
    stand_in.behave("urdu")
    stand_in.misbehave("hang", calls=1, section="a*")
    stand_in.pace(first_token_s=3)
    stand_in.reset()
    assert stand_in.behaviour.rules == []
    assert stand_in.behaviour.manner == "faithful"
    assert stand_in.pacing.first_token_s == 0
