"""The port to a language model, and what goes in and comes out of it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Message:
    role: str  # "user" or "assistant"
    text: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A note that the fact sheets or the glossary hold ready; only `offline` writes it out."""

    kind: str  # hardware, glossary
    mentions: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class LLMRequest:
    """One call: a stable system prompt, the turns, and the most tokens the answer may have.

    Nothing is asked, waited for or read beyond `deadline`, a moment on the event loop's clock.
    """

    system: str
    messages: tuple[Message, ...]
    max_output_tokens: int
    reminders: tuple[Reminder, ...] = ()
    deadline: float | None = None


class StopReason(StrEnum):
    END = "end"
    LENGTH = "length"  # cut at max_output_tokens or the context window
    REFUSAL = "refusal"  # the model or a safety filter said no
    OTHER = "other"  # a tool call, a pause, or anything we did not ask for


@dataclass(frozen=True, slots=True)
class TextChunk:
    """A piece of the answer; a client that knows it says whose, before the end confirms it."""

    text: str
    provider: str = field(default="", compare=False)
    model: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Completed:
    """The last thing a stream yields; tokens are the provider's own count, 0 when it gave none.

    `input_tokens` is every prompt token billed; `cached_input_tokens` says how many of them were
    read from the provider's prompt cache, `cache_write_tokens` how many were written to it.
    """

    stop_reason: StopReason
    provider: str  # claude, openai, offline
    model: str
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: Decimal | None = None  # None where the model has no price


Chunk = TextChunk | Completed


class Failure(StrEnum):
    """Why a provider gave no answer, told apart because each is handled differently."""

    OVERLOADED = "overloaded"  # 429 without quota trouble, 503, 529
    QUOTA = "quota"  # the account's money or limit is spent
    AUTHENTICATION = "authentication"  # the key is wrong, revoked, or may not use the model
    TIMEOUT = "timeout"
    CONNECTION = "connection"  # unreachable, or the stream was cut
    REJECTED = "rejected"  # 400, 404, 413, 422: the request is at fault
    SERVER = "server"  # 500 and anything else
    BUDGET = "budget"  # ours: the day's money is spent; the provider was not asked
    STOPPED = "stopped"  # ours: someone has stopped all calls; the provider was not asked


class LLMUnavailable(Exception):
    """No answer. The message is ours; the provider's own text stays in `__cause__` for no one."""

    def __init__(
        self, provider: str, failure: Failure, *, retry_after_s: float | None = None
    ) -> None:
        super().__init__(f"{provider}: {failure}")
        self.provider = provider
        self.failure = failure
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class LLMHealth:
    """What /health says of the models, from keys and breakers alone: no call is made."""

    status: str  # ready, offline, degraded
    providers: tuple[tuple[str, str], ...] = field(default=())  # (provider, ready | … )


class LLM(Protocol):
    """A model that streams. `name` is the provider shown to people: claude, openai, offline."""

    @property
    def name(self) -> str: ...

    def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        """Yield text as it comes, then one Completed; raise LLMUnavailable when there is none."""
        ...

    def health(self) -> LLMHealth: ...

    async def aclose(self) -> None: ...
