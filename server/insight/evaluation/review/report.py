"""What a reader found, as it is written: `review.json`.

`schema_version` goes up when a field changes its meaning or goes; new fields may come without it.
"""

from datetime import datetime
from pathlib import Path
from typing import Literal

from server.generation.budget.domain import Tokens
from server.generation.review.domain import Fault
from server.insight.evaluation.planted import PlantedKind
from server.insight.evaluation.report import Count, Part, PriceReport, ReportError
from server.insight.evaluation.review.domain import TrialOutcome

FILE_NAME = "review.json"
PAGE_NAME = "review.md"


class CallsReport(Part):
    """What the calls of a second reader's trials used; the cost is null without a price."""

    calls: Count
    tokens: Tokens
    cost_usd: float | None


class KindReport(Part):
    """How often a fault was planted, and what became of it; `read` are those with an answer.

    `false_alarms` are findings on what was not spoiled in these texts.
    """

    tried: Count
    read: Count
    found: Count
    false_alarms: Count

    @property
    def recall(self) -> float | None:
        return self.found / self.read if self.read else None


class UnspoiledReport(Part):
    """Rewrites with nothing planted: whatever was found in them is a false alarm."""

    tried: Count
    read: Count
    objected: Count  # with one finding or more
    findings: dict[Fault, Count]
    ignored: Count  # findings that quote what is not there; nobody acts on them

    @property
    def share(self) -> float | None:
        return self.objected / self.read if self.read else None


class FindingReport(Part):
    """A second reader's finding, in the report of its trials."""

    fault: Fault
    run: int | None
    note: int | None
    quote: str
    source: str
    sentence: str


class PlantedReport(Part):
    """A fault that was planted: the run, and the sentences that differ."""

    kind: PlantedKind
    run: int
    before: str
    after: str


class TrialReport(Part):
    """One trial, in the report of a second reader's trials."""

    chapter_id: str
    profile: str
    section_id: str
    outcome: TrialOutcome
    planted: PlantedReport | None
    findings: list[FindingReport]


class ReviewReport(Part):
    """The report of a second reader's trials, as JSON."""

    schema_version: Literal[1] = 1
    created_at: datetime
    product_version: str
    prompt_digest: str  # of the reader
    provider: str
    models: list[str]  # that read
    replayed: bool
    seed: int
    prices: list[PriceReport]
    unspoiled: UnspoiledReport
    kinds: dict[PlantedKind, KindReport]
    total: KindReport
    reading: CallsReport
    writing: CallsReport  # of the rewrites; paid for earlier where they were recorded
    wall_s: float
    trials: list[TrialReport]


def save_review(report: ReviewReport, page: str, directory: Path) -> None:
    """Write the report and its page into a directory."""
    texts = {FILE_NAME: report.model_dump_json(indent=1) + "\n", PAGE_NAME: page}
    for name, text in texts.items():
        path = directory / name
        try:
            directory.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ReportError(f"The report {path} cannot be written.") from error
