"""The model that reads, and how far it is listened to."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from server.generation.llm.domain import LLM

WINDOW = 50  # sections
MOST_OBJECTIONS = 0.3  # of them
PAUSE_S = 3600.0

logger = structlog.stdlib.get_logger(__name__)


@dataclass(slots=True)
class Stubbornness:
    """How often a reader objected to the last sections that it read.

    Who objects too often is not listened to for an hour: then a fault of the reader's is likelier
    than one of so many texts, and every objection costs a repair. Each process counts for itself.
    """

    clock: Callable[[], float] = time.monotonic
    _last: deque[bool] = field(default_factory=lambda: deque[bool](maxlen=WINDOW))
    _paused_until: float | None = None

    @property
    def is_listened_to(self) -> bool:
        return self._paused_until is None or self.clock() >= self._paused_until

    def note(self, *, objects: bool) -> None:
        """Count a section that was read for the first time."""
        self._last.append(objects)
        if len(self._last) == WINDOW and sum(self._last) > MOST_OBJECTIONS * WINDOW:
            logger.error("reader objects too often", objections=sum(self._last), sections=WINDOW)
            self._last.clear()
            self._paused_until = self.clock() + PAUSE_S


@dataclass(frozen=True, slots=True)
class Reader:
    """A model as second reader; copies with another `llm` count together."""

    llm: LLM
    stubbornness: Stubbornness = field(default_factory=Stubbornness)
