"""A provider's batches that a test has changed in one thing: all else is passed on."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from server.generation.llm.domain import BatchLLM, BatchResult, BatchState, LLMRequest


@dataclass
class BorrowedBatches:
    """What stands behind it is closed by whoever opened it."""

    llm: BatchLLM

    @property
    def provider(self) -> str:
        return self.llm.provider

    @property
    def model(self) -> str:
        return self.llm.model

    async def submit(self, requests: Mapping[str, LLMRequest]) -> str:
        return await self.llm.submit(requests)

    async def poll(self, batch_id: str) -> BatchState:
        return await self.llm.poll(batch_id)

    def results(self, batch_id: str) -> AsyncIterator[BatchResult]:
        return self.llm.results(batch_id)

    async def cancel(self, batch_id: str) -> None:
        await self.llm.cancel(batch_id)

    async def aclose(self) -> None:
        """Nothing of it is our own."""
