"""The port to a language model, and what goes in and comes out of it."""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol, TypeVar

OFFLINE: Final = "offline"  # the provider that leaves the prose alone


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation with a language model."""

    role: str  # "user" or "assistant"
    text: str


@dataclass(frozen=True, slots=True)
class Reminder:
    """A note that a request to a model holds ready; only the `offline` model writes it out."""

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
    """Why a language model stopped."""

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


LONGEST_MODEL = 100  # characters of a name
MOST_TOKENS = 5_000_000  # of one call; a whole chapter's are added up in a column


@dataclass(frozen=True, slots=True)
class Completed:
    """The last thing a stream yields; tokens are the provider's own count, 0 when it gave none.

    `input_tokens` is every prompt token billed; `cached_input_tokens` says how many of them were
    read from the provider's prompt cache, `cache_write_tokens` how many were written to it.
    A name or a count that no column holds is cut: providers are not believed to be sensible.
    """

    stop_reason: StopReason
    provider: str  # claude, openai, offline
    model: str
    input_tokens: int
    output_tokens: int
    cached_input_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: Decimal | None = None  # None where the model has no price

    def __post_init__(self) -> None:
        object.__setattr__(self, "model", self.model[:LONGEST_MODEL])
        for name in ("input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens"):
            count: int = getattr(self, name)
            object.__setattr__(self, name, min(max(count, 0), MOST_TOKENS))


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
    """How the language models are, from keys and breakers alone: no call is made."""

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


Item = TypeVar("Item")


@asynccontextmanager
async def closing_stream(stream: AsyncIterator[Item]) -> AsyncGenerator[AsyncIterator[Item]]:
    """Close the stream when the block ends; left to the garbage collector it would run on."""
    try:
        yield stream
    finally:
        if isinstance(stream, AsyncGenerator):
            await stream.aclose()


# Below what either provider takes in one batch.
MAX_REQUESTS: Final = 10_000
MAX_BYTES: Final = 100_000_000
# A request's share of names and punctuation, generously.
_ENVELOPE_BYTES: Final = 1000


class BatchStatus(StrEnum):
    """How far a provider has come with a batch of requests."""

    IN_PROGRESS = "in_progress"
    ENDED = "ended"  # every request has its result
    EXPIRED = "expired"  # the provider's time was up; what was done has its results
    CANCELLED = "cancelled"  # likewise
    FAILED = "failed"  # refused as a whole: nothing was asked, there are no results


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is; some providers count `done` only when all of it is."""

    status: BatchStatus
    done: int
    total: int
    failure: Failure | None = None  # why a FAILED one was refused

    @property
    def finished(self) -> bool:
        return self.status is not BatchStatus.IN_PROGRESS


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """A whole answer; whether it ended well is for its stop reason to say."""

    custom_id: str
    text: str
    completed: Completed


@dataclass(frozen=True, slots=True)
class BatchMiss:
    """No answer; TIMEOUT where the batch expired or was cancelled before this request's turn."""

    custom_id: str
    failure: Failure


BatchResult = BatchAnswer | BatchMiss


class BatchLLM(Protocol):
    """A provider that takes batches; every method raises LLMUnavailable when it does not answer.

    `provider` is the name shown to people (claude, openai). No method retries by itself.
    """

    @property
    def provider(self) -> str: ...

    @property
    def model(self) -> str: ...

    async def submit(self, requests: Mapping[str, LLMRequest]) -> str:
        """Hand in requests by their custom ids and return the batch's id, to be kept at once.

        Ids are letters, digits, `-` and `_`, at most 64; `divide_requests` keeps to the limits.
        """
        ...

    async def poll(self, batch_id: str) -> BatchState: ...

    def results(self, batch_id: str) -> AsyncIterator[BatchResult]:
        """The results of a finished batch, in any order; a request may be missing from them."""
        ...

    async def cancel(self, batch_id: str) -> None:
        """Ask for no more answers; those that exist stay, and are paid."""
        ...

    async def aclose(self) -> None: ...


def divide_requests(
    requests: Mapping[str, LLMRequest],
    *,
    max_requests: int = MAX_REQUESTS,
    max_bytes: int = MAX_BYTES,
) -> Iterator[dict[str, LLMRequest]]:
    """Cut requests, in their order, into parts that fit one batch each."""
    part: dict[str, LLMRequest] = {}
    size = 0
    for custom_id, request in requests.items():
        added = measure_request(request)
        if part and (len(part) == max_requests or size + added > max_bytes):
            yield part
            part, size = {}, 0
        part[custom_id] = request
        size += added
    if part:
        yield part


def measure_request(request: LLMRequest) -> int:
    """Return no fewer bytes than a request to a model has on the wire."""
    texts = (request.system, *(message.text for message in request.messages))
    return _ENVELOPE_BYTES + sum(
        len(json.dumps(text, ensure_ascii=False).encode()) for text in texts
    )
