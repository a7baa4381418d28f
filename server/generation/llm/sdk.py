"""What the clients of all SDKs share: the loop over a stream, and names for what goes wrong."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import httpx2

from server.generation.llm.domain import (
    Chunk,
    Completed,
    Failure,
    LLMHealth,
    LLMRequest,
    LLMUnavailable,
    TextChunk,
)


class Sdk(Protocol):
    """What all SDKs' clients have."""

    async def close(self) -> None: ...


SdkT = TypeVar("SdkT", bound=Sdk)
EventT = TypeVar("EventT")
ReadT_contra = TypeVar("ReadT_contra", contravariant=True)
EffortT = TypeVar("EffortT", bound=str)


class Answer(Protocol[ReadT_contra]):
    """What the events have told so far."""

    model: str

    def read(self, event: ReadT_contra, /) -> str:
        """Take in one event and return the text that it brings."""
        ...

    def completed(self) -> Completed:
        """What the whole answer says of itself; raise LLMUnavailable where it was cut short."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """What a client needs to know to call a provider."""

    api_key: str
    base_url: str | None  # None: the provider's own
    model: str
    effort: str
    timeout_s: float

    @property
    def silence_s(self) -> float:
        """How long a stream may be silent: another provider is to have time left."""
        return self.timeout_s / 2


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's name, and its SDK's errors with our names for them."""

    name: str
    errors: type[Exception]  # the SDK's own base class
    explain: Callable[[Exception], LLMUnavailable]

    @contextmanager
    def explaining(self) -> Generator[None]:
        """Let nothing of the SDK's out but by our names."""
        try:
            yield
        except (self.errors, httpx2.HTTPError, httpx2.StreamError) as error:
            raise self.explain(error) from error
        except (ValueError, TypeError, AttributeError) as error:
            # The SDK does not validate what it parses: what is broken fails where it is read.
            raise LLMUnavailable(self.name, Failure.CONNECTION) from error


class ProviderClient(Generic[SdkT]):
    """A provider, asked by its SDK's client on one account."""

    def __init__(self, provider: Provider, account: Account, client: SdkT) -> None:
        self._provider = provider
        self._account = account
        self._client = client

    async def aclose(self) -> None:
        await self._client.close()


class StreamingClient(ProviderClient[SdkT], ABC, Generic[SdkT, EventT]):
    """A provider behind the port. One call per stream; retrying is for who holds the deadline.

    A silent server is given up after half of `timeout_s`, so that the caller's own deadline leaves
    time for another provider, and never later than the deadline.
    """

    @property
    def name(self) -> str:
        return self._provider.name

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        answer = self._begin()
        with self._provider.explaining():
            async with await self._open(request) as events:
                async for event in events:
                    if text := answer.read(event):
                        yield TextChunk(text, self.name, answer.model)
        yield answer.completed()

    def health(self) -> LLMHealth:
        return LLMHealth("ready", ((self.name, "ready"),))

    @abstractmethod
    def _begin(self) -> Answer[EventT]: ...

    @abstractmethod
    async def _open(
        self, request: LLMRequest
    ) -> AbstractAsyncContextManager[AsyncIterator[EventT]]: ...


class BatchClient(ProviderClient[SdkT]):
    """The name of a provider that takes batches, and of the model that is asked."""

    @property
    def provider(self) -> str:
        return self._provider.name

    @property
    def model(self) -> str:
        return self._account.model


def read_effort(setting: str, effort: str, allowed: tuple[EffortT, ...]) -> EffortT | None:
    """The setting's value in the SDK's words; nothing where it is empty."""
    found = next((each for each in allowed if each == effort), None)
    if effort and found is None:
        known = ", ".join(allowed)
        raise ValueError(f"{setting} is “{effort}”; it may be empty or one of: {known}.")
    return found
