"""Prompts and replies kept as files, so that replies from anywhere can be graded.

A directory holds one JSON file for each prompt, in this form:

    {"format": 1,
     "prompt": {"system": "…", "messages": [{"role": "user", "text": "…"}],
                "max_output_tokens": 3210},
     "reply": {"text": "…", "stop_reason": "end", "provider": "claude", "model": "…",
               "input_tokens": 0, "output_tokens": 0,
               "cached_input_tokens": 0, "cache_write_tokens": 0}}

A recorded file is named by the SHA-256 of its prompt and the model that answered. Replaying finds
a reply by the prompt alone, whatever the file is called: a person may write `reply` by hand, where
only `text` is needed. `"reply": null` is a prompt that waits for its reply. `stop_reason` is one
of end, length, refusal, other.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from typing_extensions import override

from server.generation.llm.domain import (
    LLM,
    Chunk,
    Completed,
    LLMHealth,
    LLMRequest,
    StopReason,
    TextChunk,
)
from server.generation.llm.wrappers import Hear, WrappedLLM
from server.settings import ConfigurationError


class RecordingError(ConfigurationError):
    """A directory of replies that cannot be used; the message says what is wrong."""


class ReplyMissing(ConfigurationError):
    """No reply was recorded for a prompt."""


class PromptMessage(BaseModel):
    """A message of a prompt, as a recording keeps it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    role: Literal["user", "assistant"]
    text: str


class Prompt(BaseModel):
    """What was asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    system: str
    messages: tuple[PromptMessage, ...]
    max_output_tokens: int

    @classmethod
    def of(cls, request: LLMRequest) -> "Prompt":
        return cls.model_validate(request, from_attributes=True)

    def name(self, model: str = "") -> str:
        """The SHA-256 of the prompt and the model."""
        content = json.dumps({"model": model, **self.model_dump(mode="json")}, sort_keys=True)
        return sha256(content.encode()).hexdigest()


class RecordedReply(BaseModel):
    """What was answered."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    stop_reason: StopReason = StopReason.END
    provider: str = "by hand"
    model: str = "by hand"
    input_tokens: int = Field(default=0, ge=0)
    output_tokens: int = Field(default=0, ge=0)
    cached_input_tokens: int = Field(default=0, ge=0)
    cache_write_tokens: int = Field(default=0, ge=0)


class Recording(BaseModel):
    """A recorded call of an evaluation: one file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    prompt: Prompt
    reply: RecordedReply | None


class RecordingLLM(WrappedLLM):
    """Another model, with every prompt and reply of it kept in a directory."""

    def __init__(self, llm: LLM, directory: Path) -> None:
        super().__init__(llm)
        self._directory = directory
        try:
            directory.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecordingError(f"The directory {directory} cannot be made.") from error

    @override
    @asynccontextmanager
    async def _call(self, request: LLMRequest) -> AsyncGenerator[Hear]:
        parts: list[str] = []

        async def hear(chunk: Chunk) -> Chunk:
            if isinstance(chunk, TextChunk):
                parts.append(chunk.text)
            else:
                _write(self._directory, Prompt.of(request), _reply_of("".join(parts), chunk))
            return chunk

        yield hear


class ReplayLLM:
    """Answers from a directory; a prompt without a reply is written there, and refused."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._replies = _read_all(directory)

    @property
    def name(self) -> str:
        return "replay"

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        prompt = Prompt.of(request)
        reply = self._replies.get(prompt.name())
        if reply is None:
            path = _write(self._directory, prompt, None)
            raise ReplyMissing(
                f"There is no reply to the prompt in {path}. Write one there, or leave such "
                "sections out with --missing skip."
            )
        yield TextChunk(reply.text)
        yield Completed(**reply.model_dump(exclude={"text"}))

    def health(self) -> LLMHealth:
        return LLMHealth("ready", ((self.name, "ready"),))

    async def aclose(self) -> None:
        """Nothing is open."""


def _reply_of(text: str, completed: Completed) -> RecordedReply:
    """What it cost is not told: prices change."""
    told = asdict(completed)
    del told["cost_usd"]
    return RecordedReply(text=text, **told)


def _write(directory: Path, prompt: Prompt, reply: RecordedReply | None) -> Path:
    path = directory / f"{prompt.name(reply.model if reply else '')}.json"
    content = Recording(prompt=prompt, reply=reply).model_dump(mode="json")
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def _read_all(directory: Path) -> dict[str, RecordedReply]:
    """The replies by the names of their prompts; two to one prompt cannot both be right."""
    if not directory.is_dir():
        raise RecordingError(f"There is no directory {directory} to replay from.")
    replies: dict[str, RecordedReply] = {}
    for path in sorted(directory.glob("*.json")):
        recording = _read(path)
        if recording.reply is None:
            continue
        name = recording.prompt.name()
        if replies.get(name, recording.reply) != recording.reply:
            raise RecordingError(
                f"{path} answers a prompt that another file answers too, differently. Keep one "
                "directory for each model."
            )
        replies[name] = recording.reply
    return replies


def _read(path: Path) -> Recording:
    try:
        return Recording.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise RecordingError(f"{path} is not a recorded reply.") from error
