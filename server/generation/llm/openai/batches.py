"""OpenAI's Batch API behind the port, through the official SDK."""

import json
from collections.abc import AsyncIterator, Mapping

from openai import AsyncOpenAI
from openai.types import Batch, CompletionUsage
from pydantic import BaseModel, Field

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
from server.generation.llm.openai.client import (
    OPENAI,
    PROVIDER,
    Effort,
    build_parameters,
    choose_caching,
    complete,
    connect,
    read_effort,
)
from server.generation.llm.sdk import Account, BatchClient

_STATUSES = {
    "completed": BatchStatus.ENDED,
    "failed": BatchStatus.FAILED,
    "expired": BatchStatus.EXPIRED,
    "cancelled": BatchStatus.CANCELLED,
}


class OpenAIBatches(BatchClient[AsyncOpenAI]):
    """OpenAI, by the batch; the requests travel in a file and their answers come back in two."""

    def __init__(self, account: Account) -> None:
        super().__init__(OPENAI, account, connect(account, silence_s=account.timeout_s))
        self._effort: Effort | None = read_effort(account.effort)
        self._caching = choose_caching(account.base_url, account.model)

    async def submit(self, requests: Mapping[str, LLMRequest]) -> str:
        lines = (self._write_line(custom_id, request) for custom_id, request in requests.items())
        content = "".join(lines).encode()
        with OPENAI.explaining():
            file = await self._client.files.create(
                file=("requests.jsonl", content, "application/jsonl"), purpose="batch"
            )
            batch = await self._client.batches.create(
                input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h"
            )
            return batch.id

    async def poll(self, batch_id: str) -> BatchState:
        with OPENAI.explaining():
            return _read_state(await self._client.batches.retrieve(batch_id))

    async def results(self, batch_id: str) -> AsyncIterator[BatchResult]:
        with OPENAI.explaining():
            batch = await self._client.batches.retrieve(batch_id)
            if batch.status not in _STATUSES:
                raise LLMUnavailable(PROVIDER, Failure.REJECTED)
            for file_id in (batch.output_file_id, batch.error_file_id):
                if file_id:
                    async for line in self._read_lines(file_id):
                        yield _read_result(line, self.model)

    async def cancel(self, batch_id: str) -> None:
        with OPENAI.explaining():
            await self._client.batches.cancel(batch_id)

    def _write_line(self, custom_id: str, request: LLMRequest) -> str:
        line = {
            "custom_id": custom_id,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": build_parameters(request, self.model, self._effort, self._caching),
        }
        return json.dumps(line, ensure_ascii=False) + "\n"

    async def _read_lines(self, file_id: str) -> AsyncIterator[bytes]:
        """The lines of a file as they come; a line ends at a line feed and nowhere else."""
        rest = b""
        async with self._client.files.with_streaming_response.content(file_id) as response:
            async for data in response.iter_bytes():
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    yield line
        if rest.strip():
            yield rest


class _Error(BaseModel):
    code: str | None = None
    type: str | None = None


class _ReplyMessage(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _ReplyMessage
    finish_reason: str | None = None


class _Body(BaseModel):
    model: str = ""
    choices: list[_Choice] = Field(default_factory=list[_Choice])
    usage: CompletionUsage | None = None
    error: _Error | None = None


class _Response(BaseModel):
    status_code: int
    body: _Body


class _Line(BaseModel):
    custom_id: str
    response: _Response | None = None
    error: _Error | None = None


def _read_state(batch: Batch) -> BatchState:
    status = _STATUSES.get(batch.status, BatchStatus.IN_PROGRESS)
    counts = batch.request_counts
    done, total = (counts.completed + counts.failed, counts.total) if counts else (0, 0)
    failure = _read_batch_failure(batch) if status is BatchStatus.FAILED else None
    return BatchState(status, done, total, failure)


def _read_batch_failure(batch: Batch) -> Failure:
    errors = batch.errors.data if batch.errors else None
    # Where no code says otherwise, what was handed in was at fault.
    return classify(None, *(error.code for error in errors or ()), "invalid_request_error")


def _read_result(data: bytes, model: str) -> BatchResult:
    line = _Line.model_validate_json(data)
    response = line.response
    if response is None:
        code = line.error.code if line.error else None
        return BatchMiss(line.custom_id, classify(None, code))
    body = response.body
    if body.error is not None or not body.choices:
        codes = (body.error.code, body.error.type) if body.error else ()
        return BatchMiss(line.custom_id, classify(response.status_code, *codes))
    choice = body.choices[0]
    refused = bool(choice.message.refusal)
    reason = choice.finish_reason or ""
    completed = complete(body.model or model, reason, body.usage, refused=refused)
    return BatchAnswer(line.custom_id, choice.message.content or "", completed)
