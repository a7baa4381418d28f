"""What the two wire formats have in common: a request as asked, a reply before it is written."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from tests.stand_in.domain import Fault

_CHARACTERS_PER_TOKEN = 4
_TOKENS_PER_DELTA = 6

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Asking:
    """A request of either provider, understood."""

    provider: str
    model: str
    system: str
    turns: tuple[tuple[str, str], ...]
    max_tokens: int
    effort: str
    streamed: bool
    caches: bool  # whether the system prompt may come from the prompt cache
    wants_usage: bool
    body: Json

    @property
    def user(self) -> str:
        return next((text for role, text in reversed(self.turns) if role == "user"), "")


class Stop(StrEnum):
    END = "end"
    LENGTH = "length"
    WINDOW = "window"
    ODD = "odd"
    REFUSAL = "refusal"
    REFUSAL_DELTA = "refusal_delta"


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered, and what it costs."""

    number: int
    model: str
    text: str
    stop: Stop
    input_tokens: int
    cached_tokens: int
    cache_write_tokens: int
    output_tokens: int
    with_usage: bool


@dataclass(frozen=True, slots=True)
class Delta:
    data: bytes
    tokens: int


@dataclass(frozen=True, slots=True)
class Script:
    """The events of a stream: what comes before the text, the text, and what ends it well."""

    head: tuple[bytes, ...]
    deltas: tuple[Delta, ...]
    tail: tuple[bytes, ...]
    error: bytes
    malformed: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is an HTTP error."""

    status: int
    body: Json
    headers: Mapping[str, str]


class Wire(Protocol):
    """One provider's format."""

    @property
    def provider(self) -> str: ...

    def read(self, raw: bytes) -> Asking:
        """Understand a request; a ValueError becomes the provider's 400."""
        ...

    def is_signed(self, headers: Mapping[str, str]) -> bool: ...

    def write(self, reply: Reply) -> Json: ...

    def write_stream(self, reply: Reply) -> Script: ...

    def refuse(self, fault: Fault) -> Refusal | None:
        """The HTTP error that a fault stands for, or None when it is of another kind."""
        ...


def count_tokens(text: str) -> int:
    return math.ceil(len(text) / _CHARACTERS_PER_TOKEN)


def cut_to(text: str, tokens: int) -> str:
    return text[: tokens * _CHARACTERS_PER_TOKEN]


def split_text(text: str) -> tuple[str, ...]:
    size = _TOKENS_PER_DELTA * _CHARACTERS_PER_TOKEN
    return tuple(text[start : start + size] for start in range(0, len(text), size))


def dump(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
