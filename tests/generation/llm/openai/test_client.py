"""Which parameters for prompt caching a call carries; no network."""

import pytest

from server.generation.llm.domain import LLMRequest, Message
from server.generation.llm.openai.client import (
    CompletionParameters,
    build_parameters,
    choose_caching,
)

MODEL = "gpt-6.1-terra"


def build(
    *, system: str = "Rules.", base_url: str | None = None, model: str = MODEL
) -> CompletionParameters:
    request = LLMRequest(system, (Message("user", "Rewrite."),), 100)
    return build_parameters(request, model, None, choose_caching(base_url, model))


def is_marked(parameters: CompletionParameters) -> bool:
    first = parameters["messages"][0]
    assert first["role"] == "system"
    marked = not isinstance(first["content"], str)
    assert marked == ("prompt_cache_options" in parameters)
    return marked


def test_key_stands_for_the_system_prompt() -> None:
    key = build().get("prompt_cache_key")
    assert key is not None
    assert len(key) <= 64
    assert build(model="gpt-4o").get("prompt_cache_key") == key
    assert build(system="Other rules.").get("prompt_cache_key") != key


def test_system_prompt_is_where_the_cached_part_ends() -> None:
    parameters = build()
    mark = {"mode": "explicit"}
    assert parameters["messages"][0] == {
        "role": "system",
        "content": [{"type": "text", "text": "Rules.", "prompt_cache_breakpoint": mark}],
    }
    assert parameters["messages"][1] == {"role": "user", "content": "Rewrite."}
    assert parameters.get("prompt_cache_options") == mark


def test_nothing_is_cached_without_a_system_prompt() -> None:
    assert build(system="").keys() == {"model", "messages", "max_completion_tokens"}


@pytest.mark.parametrize(
    ("base_url", "own"),
    [
        (None, True),
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1", True),
        ("http://localhost:11434/v1", False),
        ("https://api.openai.com.example.org/v1", False),
        ("https://example.org/api.openai.com/v1", False),
        ("https://notapi.openai.com/v1", False),
    ],
)
def test_only_openais_own_address_is_sent_any(base_url: str | None, own: bool) -> None:
    parameters = build(base_url=base_url)
    assert ("prompt_cache_key" in parameters) is own
    assert is_marked(parameters) is own


@pytest.mark.parametrize(
    ("model", "knows_marks"),
    [
        ("gpt-5.6", True),
        ("gpt-5.6-2026-07-01", True),
        ("gpt-5.10-mini", True),
        ("gpt-6-luna", True),
        ("gpt-5.5", False),
        ("gpt-5", False),
        ("gpt-4o", False),
        ("gpt-4.1-mini", False),
        ("o4-mini", False),
        ("chatgpt-9", False),
    ],
)
def test_only_models_that_know_marks_are_sent_them(model: str, knows_marks: bool) -> None:
    parameters = build(model=model)
    assert "prompt_cache_key" in parameters
    assert is_marked(parameters) is knows_marks
