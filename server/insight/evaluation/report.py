"""The report as it is written: `report.json`. What it holds is described field by field.

`schema_version` goes up when a field changes its meaning or goes; new fields may come without it.
"""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.generation.budget.domain import Tokens
from server.insight.evaluation.domain import SectionOutcome
from server.insight.evaluation.readability import ReadingLevel
from server.learners.profiles.domain import Profile
from server.settings import ConfigurationError

SCHEMA_VERSION: Literal[1] = 1
FILE_NAME = "report.json"

Count = Annotated[int, Field(ge=0)]


class ReportError(ConfigurationError):
    """A report that cannot be read; the message says which."""


class Part(BaseModel):
    """A part of an evaluation's report, as JSON."""

    model_config = ConfigDict(extra="forbid")


class ReasonReport(Part):
    """Why an answer was not taken: the verifier's check, and its sentence."""

    check: str
    sentence: str


class KeptReport(Part):
    """How many of the things that were to be kept are still there, and which are not."""

    expected: Count = 0
    kept: Count = 0
    missing: list[str] = []

    @property
    def share(self) -> float | None:
        return self.kept / self.expected if self.expected else None


class UntranslatedReport(Part):
    """What a translation left in the source's language.

    `source_letters` of all `letters` are of the source's script; both are 0 where the two languages
    share a script. `same_sentences` of all `sentences` stand in the source word for word.
    """

    letters: Count = 0
    source_letters: Count = 0
    sentences: Count = 0
    same_sentences: Count = 0

    @property
    def letter_share(self) -> float | None:
        return self.source_letters / self.letters if self.letters else None

    @property
    def sentence_share(self) -> float | None:
        return self.same_sentences / self.sentences if self.sentences else None


class TimeReport(Part):
    """Seconds; a replay has no time of its own for a call."""

    wall_s: float
    call_p50_s: float | None
    call_p95_s: float | None


class Measures(Part):
    """What was measured over some sections.

    Length, numbers, terms, untranslated share and reading level are of the sections that were
    rewritten: the author's own text in the others would flatter them. A level over several cases is
    the mean of theirs. `cost_usd` is null where a model's price is not known.
    """

    outcomes: dict[SectionOutcome, Count]
    repaired_by: dict[str, Count]  # sections by failed check; one may have failed several
    fallback_by: dict[str, Count]
    protected_intact: Count  # cases in which the second count found what the source has
    protected_damaged: Count
    characters_before: Count
    characters_after: Count
    numbers: KeptReport
    terms: KeptReport
    untranslated: UntranslatedReport | None
    level_before: ReadingLevel | None
    level_after: ReadingLevel | None
    notes: Count
    calls: Count
    tokens: Tokens
    cost_usd: float | None
    time: TimeReport

    @property
    def asked(self) -> int:
        """Sections that a model was asked for, whatever came of it."""
        passed = {SectionOutcome.ORIGINAL, SectionOutcome.SKIPPED}
        return sum(count for outcome, count in self.outcomes.items() if outcome not in passed)

    @property
    def length_ratio(self) -> float | None:
        return self.characters_after / self.characters_before if self.characters_before else None

    def share_of(self, outcome: SectionOutcome) -> float | None:
        """The share of the asked sections that ended so."""
        return self.outcomes.get(outcome, 0) / self.asked if self.asked else None


class SectionReport(Part):
    """One section, in an evaluation's report."""

    id: str
    title: str
    outcome: SectionOutcome
    reasons: list[ReasonReport]  # of the first answer if repaired, of the second if fallback
    shown: str  # the section as the learner would see it
    notes: list[str]
    characters_before: Count
    characters_after: Count
    numbers: KeptReport
    terms: KeptReport
    untranslated: UntranslatedReport | None
    calls: Count
    tokens: Tokens
    cost_usd: float | None
    seconds: float | None  # of its calls together


class CaseReport(Part):
    """One chapter for one learner, in an evaluation's report."""

    chapter_id: str
    title: str
    profile: str
    onboarding: Profile
    language: str
    transformations: list[str]
    damage: list[str]  # what the second count missed or found too much; empty when all is well
    measures: Measures
    sections: list[SectionReport]


class OriginalReport(Part):
    """A chapter's sections as their author wrote them."""

    chapter_id: str
    title: str
    language: str
    sections: dict[str, str]


class DimensionSummary(Part):
    """Scores 1–5 for one question: `spread` from the lowest to the highest.

    `agreement` is the share of pairs of raters of one case who are at most one level apart; null
    where no case has two raters.
    """

    ratings: Count
    mean: float | None
    lowest: int | None
    highest: int | None
    agreement: float | None


class CaseRating(Part):
    """A rater's scores of one case, in an evaluation's report."""

    chapter_id: str
    profile: str
    rater: str
    scores: dict[str, int]
    comment: str


class RatingsReport(Part):
    """What people and models say, and how often a model's answer was no filled-in form."""

    raters: dict[str, Literal["person", "model"]]
    failures: Count
    dimensions: dict[str, DimensionSummary]
    cases: list[CaseRating]


class PriceReport(Part):
    """A model's prices, in an evaluation's report."""

    model: str
    input_usd_per_mtok: float
    output_usd_per_mtok: float
    as_of: str
    source: str


class Report(Part):
    """An evaluation's report, as JSON."""

    schema_version: Literal[1] = SCHEMA_VERSION
    created_at: datetime
    product_version: str
    prompt_digest: str
    provider: str
    models: list[str]
    replayed: bool
    reading_levels: bool  # whether textstat was there
    prices: list[PriceReport]
    originals: list[OriginalReport]
    total: Measures
    cases: list[CaseReport]
    ratings: RatingsReport | None = None


def load_report(path: Path) -> Report:
    """Read a report, or the one in a directory."""
    file = path / FILE_NAME if path.is_dir() else path
    try:
        return Report.model_validate_json(file.read_bytes())
    except OSError as error:
        raise ReportError(f"There is no report {file}.") from error
    except ValidationError as error:
        raise ReportError(f"{file} is not a report of this version of Chapterwise.") from error


def save_report(report: Report, directory: Path) -> Path:
    """Write the report into a directory."""
    path = directory / FILE_NAME
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise ReportError(f"The report {path} cannot be written.") from error
    return path
