"""The twin that needs no provider: it leaves the prose alone and adds the notes at hand."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from server.generation.llm.domain import (
    OFFLINE,
    Chunk,
    Completed,
    LLMHealth,
    LLMRequest,
    Reminder,
    StopReason,
    TextChunk,
)

_SECTION = re.compile(r'<section id="([^"]*)"[^>]*>(.*?)</section>', re.DOTALL)
_PART = re.compile(r'<(run|block) id="([^"]*)"[^>]*>(.*?)</\1>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Part:
    tag: str
    id: str
    text: str  # as it was sent, with `&amp;` and `&lt;`


class OfflineLLM:
    """Deterministic and honest: each run back as it came, each reminder once, no tokens."""

    @property
    def name(self) -> str:
        return OFFLINE

    async def stream(self, request: LLMRequest) -> AsyncIterator[Chunk]:
        waiting = list(request.reminders)
        for id_, body in _SECTION.findall(_last_user_text(request)):
            yield TextChunk(f'<section id="{id_}">\n')
            for line in _answer_parts(body, waiting):
                yield TextChunk(f"{line}\n")
            yield TextChunk("</section>\n")
        yield Completed(StopReason.END, OFFLINE, OFFLINE, 0, 0)

    def health(self) -> LLMHealth:
        return LLMHealth(OFFLINE, ((self.name, "ready"),))

    async def aclose(self) -> None:
        """Nothing is open."""


def _last_user_text(request: LLMRequest) -> str:
    texts = (message.text for message in reversed(request.messages) if message.role == "user")
    return next(texts, "")


def _answer_parts(body: str, waiting: list[Reminder]) -> Iterator[str]:
    """Answer a section's runs, with the notes that its runs and blocks call for behind them."""
    for part in (_Part(*found) for found in _PART.findall(body)):
        if part.tag == "run":
            yield f'<run id="{part.id}">{part.text}</run>'
        for reminder in _take_mentioned(_unescape(part.text), waiting):
            kind = _escape(reminder.kind)
            yield f'<note kind="{kind}" after="{part.id}">{_escape(reminder.note)}</note>'


def _take_mentioned(text: str, waiting: list[Reminder]) -> list[Reminder]:
    """Take the reminders that this text calls for out of those that wait."""
    mentioned = [reminder for reminder in waiting if _is_mentioned(reminder, text)]
    for reminder in mentioned:
        waiting.remove(reminder)
    return mentioned


def _is_mentioned(reminder: Reminder, text: str) -> bool:
    return any(_find_term(term, text) for term in reminder.mentions if term.strip())


def _find_term(term: str, text: str) -> re.Match[str] | None:
    """Find a term as whole words; a line may break inside it."""
    words = r"\s+".join(re.escape(word) for word in term.split())
    return re.search(rf"(?<!\w){words}(?!\w)", text, re.IGNORECASE)


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&amp;", "&")
