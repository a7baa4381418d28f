"""The port to a provider's batches: many requests at once, answered within a day at half price."""

import json
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from server.generation.llm.domain import Completed, Failure, LLMRequest

# Below what either provider takes in one batch.
MAX_REQUESTS: Final = 10_000
MAX_BYTES: Final = 100_000_000
MAX_ID_LENGTH: Final = 64
# A request's share of names and punctuation, generously.
_ENVELOPE_BYTES: Final = 1000


class BatchStatus(StrEnum):
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
    """No fewer bytes than the request has on the wire."""
    texts = (request.system, *(message.text for message in request.messages))
    return _ENVELOPE_BYTES + sum(
        len(json.dumps(text, ensure_ascii=False).encode()) for text in texts
    )
