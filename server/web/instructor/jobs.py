"""A warm-up in words for its page and for the list of the latest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from server.book.languages.tags import display_name
from server.generation.warming.domain import Ending, Job, JobState, Plans
from server.generation.warming.portions import KEPT
from server.web.instructor.words import name_check

STATES = {
    JobState.QUEUED: "Waiting for its turn",
    JobState.RUNNING: "Under way",
    JobState.DONE: "Done",
    JobState.CANCELLED: "Cancelled",
}
EARLY_ENDS = {
    Ending.BUDGET: "It ended early: the day’s money is spent. Tomorrow the same goes on from here.",
    Ending.STOPPED: "It ended early: all calls to models have been stopped.",
    Ending.OUTAGE: "It ended early: no provider of a model answers.",
    Ending.FAILED: "It ended early: what was asked for cannot be done. A chapter may be gone.",
}
REASONS = {
    KEPT: "kept the text that they had",
    "outage": "no provider answered",
    "budget": "the day’s money was spent",
    "stopped": "all calls were stopped",
    "truncated": "the answer was cut off",
}


@dataclass(frozen=True)
class PresentedJob:
    """A warm-up as a person reads of it."""

    job: Job
    what: str

    @property
    def is_active(self) -> bool:
        return self.job.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def state(self) -> str:
        return "Ended early" if self.early_end else STATES[self.job.state]

    @property
    def tone(self) -> str:
        """How the state is coloured; it never says more than the words."""
        if self.job.state is not JobState.DONE:
            return ""
        return "warm" if self.early_end else "good"

    @property
    def early_end(self) -> str | None:
        return EARLY_ENDS.get(self.job.ending) if self.job.ending else None

    @property
    def failed(self) -> int:
        return sum(self.job.failures.values())

    @property
    def settled(self) -> int:
        return self.job.done + self.failed

    @property
    def total(self) -> int:
        """As many as were counted; learners who came meanwhile may make it more."""
        return max(self.job.estimate.missing, self.settled)

    @property
    def failures(self) -> list[tuple[str, int]]:
        """Each reason in words, the most frequent first."""
        counted = sorted(self.job.failures.items(), key=lambda each: (-each[1], each[0]))
        return [
            (REASONS.get(reason, f"did not pass the check “{name_check(reason)}”"), n)
            for reason, n in counted
        ]

    @property
    def whose(self) -> str:
        if self.job.wish.plans is Plans.ALL:
            return "every version that there can be"
        return "the versions that learners have"

    @property
    def began(self) -> datetime:
        return self.job.created_at.astimezone(UTC)

    @property
    def ended(self) -> datetime | None:
        return self.job.finished_at.astimezone(UTC) if self.job.finished_at else None

    @property
    def languages(self) -> str:
        return ", ".join(display_name(tag) for tag in self.job.wish.languages)


def present_job(job: Job, titles: Mapping[str, str]) -> PresentedJob:
    return PresentedJob(job, name_chapters(job.wish.chapter_ids, titles))


def name_chapters(chapter_ids: Sequence[str], titles: Mapping[str, str]) -> str:
    """The chapters' titles; with none named, the whole book is meant."""
    if not chapter_ids:
        return "The whole book"
    return ", ".join(titles.get(each, each) for each in chapter_ids)
