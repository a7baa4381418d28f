"""The frozen values of jobs: warm-ups that somebody asked a server for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from server.generation.warming.domain import Ending, Estimate, Wish


class JobState(StrEnum):
    """The state of a warm-up's job."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A warm-up that somebody asked a server for, as it stands now."""

    id: UUID
    wish: Wish
    estimate: Estimate
    state: JobState
    ending: Ending | None
    done: int
    failures: Mapping[str, int]
    created_at: datetime
    finished_at: datetime | None

    @property
    def failed(self) -> int:
        return sum(self.failures.values())


KEPT = "kept"  # a text that was to be replaced, and is as it was
