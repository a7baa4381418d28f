"""Anthropic's Message Batches behind the port, through the official SDK."""

from collections.abc import AsyncIterator, Mapping

from anthropic import AsyncAnthropic
from anthropic.types import Message
from anthropic.types.message_create_params import MessageCreateParamsNonStreaming
from anthropic.types.messages import (
    MessageBatch,
    MessageBatchErroredResult,
    MessageBatchIndividualResponse,
)
from anthropic.types.messages.batch_create_params import Request

from server.generation.llm.anthropic.client import (
    CLAUDE,
    PROVIDER,
    Answer,
    Effort,
    build_parameters,
    classify_wording,
    connect,
    read_effort,
    read_stop_reason,
)
from server.generation.llm.domain import (
    BatchAnswer,
    BatchMiss,
    BatchResult,
    BatchState,
    BatchStatus,
    Failure,
    LLMRequest,
    LLMUnavailable,
)
from server.generation.llm.failures import classify
from server.generation.llm.sdk import Account, BatchClient


class AnthropicBatches(BatchClient[AsyncAnthropic]):
    """Claude, by the batch."""

    def __init__(self, account: Account) -> None:
        super().__init__(CLAUDE, account, connect(account, silence_s=account.timeout_s))
        self._effort: Effort | None = read_effort(account.effort)

    async def submit(self, requests: Mapping[str, LLMRequest]) -> str:
        with CLAUDE.explaining():
            batch = await self._client.messages.batches.create(
                requests=[
                    self._to_param(custom_id, request) for custom_id, request in requests.items()
                ]
            )
            return batch.id

    async def poll(self, batch_id: str) -> BatchState:
        with CLAUDE.explaining():
            return _read_state(await self._client.messages.batches.retrieve(batch_id))

    async def results(self, batch_id: str) -> AsyncIterator[BatchResult]:
        if not (await self.poll(batch_id)).finished:
            raise LLMUnavailable(PROVIDER, Failure.REJECTED)
        with CLAUDE.explaining():
            lines = await self._client.messages.batches.results(batch_id)
            try:
                async for line in lines:
                    yield _read_result(line)
            finally:
                await lines.close()

    async def cancel(self, batch_id: str) -> None:
        with CLAUDE.explaining():
            await self._client.messages.batches.cancel(batch_id)

    def _to_param(self, custom_id: str, request: LLMRequest) -> Request:
        parameters = build_parameters(request, self.model, self._effort)
        params = MessageCreateParamsNonStreaming(
            model=parameters["model"],
            max_tokens=parameters["max_tokens"],
            messages=parameters["messages"],
        )
        if "system" in parameters:
            params["system"] = parameters["system"]
        if "output_config" in parameters:
            params["output_config"] = parameters["output_config"]
        return Request(custom_id=custom_id, params=params)


def _read_state(batch: MessageBatch) -> BatchState:
    counts = batch.request_counts
    done = counts.succeeded + counts.errored + counts.canceled + counts.expired
    return BatchState(_read_status(batch), done, done + counts.processing)


def _read_status(batch: MessageBatch) -> BatchStatus:
    if batch.processing_status != "ended":
        return BatchStatus.IN_PROGRESS
    if batch.cancel_initiated_at is not None:
        return BatchStatus.CANCELLED
    return BatchStatus.EXPIRED if batch.request_counts.expired else BatchStatus.ENDED


def _read_result(line: MessageBatchIndividualResponse) -> BatchResult:
    if line.result.type == "succeeded":
        return _read_answer(line.custom_id, line.result.message)
    if line.result.type == "errored":
        return BatchMiss(line.custom_id, _read_failure(line.result))
    return BatchMiss(line.custom_id, Failure.TIMEOUT)


def _read_answer(custom_id: str, message: Message) -> BatchAnswer:
    answer = Answer(message.model, read_stop_reason(message.stop_reason), whole=True)
    answer.count(message.usage)
    text = "".join(block.text for block in message.content if block.type == "text")
    return BatchAnswer(custom_id, text, answer.completed())


def _read_failure(result: MessageBatchErroredResult) -> Failure:
    error = result.error.error
    return classify_wording(classify(None, error.type), error.message)
