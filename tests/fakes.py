"""Twins of our ports for tests: a model that answers what it is told to, and remembers."""

from collections.abc import AsyncIterator, Sequence

from server.generation.llm.domain import (
    Chunk,
    Completed,
    LLMHealth,
    LLMRequest,
    StopReason,
    TextChunk,
)

Answer = str | StopReason | Exception


class ScriptedLLM:
    """Gives its `answers` one after the other, the last for ever; `asked` are the requests.

    A stop reason is an answer that ended so; an exception is raised instead of one.
    """

    def __init__(self, answers: Sequence[Answer]) -> None:
        self.answers = list(answers)
        self.asked: list[LLMRequest] = []

    @property
    def name(self) -> str:
        return "claude"

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        self.asked.append(request)
        answer = self.answers[min(len(self.asked), len(self.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, StopReason):
            yield Completed(answer, "claude", "scripted", 100, 10)
            return
        yield TextChunk(answer)
        yield Completed(StopReason.END, "claude", "scripted", 100, 10)

    def health(self) -> LLMHealth:
        return LLMHealth("ready", (("claude", "ready"),))

    async def aclose(self) -> None:
        """Nothing is open."""
