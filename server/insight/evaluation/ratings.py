"""Ratings by people and models: the form's file, its strict reading, and the summary.

A file in the report's `ratings/` directory is what the form exports, or what a model filled in:

    {"format": 1, "rater": "Amina", "kind": "person",
     "ratings": [{"chapter_id": "chapter-01", "profile": "newcomer",
                  "scores": {"accuracy": 5, "coverage": 4}, "comment": "…"}]}

A person may leave questions open; a model has to answer all.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path
from statistics import fmean
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from server.insight.evaluation.report import CaseRating, DimensionSummary, RatingsReport, Report
from server.settings import ConfigurationError

FOLDER = "ratings"
LONGEST_COMMENT = 5000

Question = Literal["accuracy", "coverage", "emphasis", "engagement", "fit"]
Score = Annotated[int, Field(ge=1, le=5)]
Scores = dict[Question, Score]


class RatingError(ConfigurationError):
    """A file of ratings that cannot be used; the message says which and why."""


class Grades(BaseModel):
    """A form that a model filled in."""

    model_config = ConfigDict(extra="forbid", strict=True)

    scores: Scores
    comment: str = Field(default="", max_length=LONGEST_COMMENT)


class Rating(Grades):
    """A rater's form for one case of an evaluation."""

    chapter_id: str
    profile: str


class RatingFile(BaseModel):
    """A rater's scores of an evaluation, as their file has them."""

    model_config = ConfigDict(extra="forbid", strict=True)

    format: Literal[1] = 1
    rater: str = Field(min_length=1, max_length=100)
    kind: Literal["person", "model"]
    ratings: list[Rating]


def read_grades(text: str) -> Grades | None:
    """A model's answer if it is the form, whole and valid, and nothing else."""
    try:
        grades = Grades.model_validate_json(text)
    except ValidationError:
        return None
    return grades if set(grades.scores) == set(load_rubric().ids) else None


def load_ratings(directory: Path) -> list[RatingFile]:
    """All files of ratings beside a report; one rater has one file."""
    files: dict[str, RatingFile] = {}
    for path in sorted((directory / FOLDER).glob("*.json")):
        try:
            file = RatingFile.model_validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise RatingError(f"{path} is no file of ratings.") from error
        if file.rater in files:
            raise RatingError(f"{path} is a second file of ratings by {file.rater!r}.")
        files[file.rater] = file
    return list(files.values())


def save_ratings(file: RatingFile, directory: Path, name: str) -> Path:
    """Write a file of ratings beside a report."""
    folder = directory / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(file.model_dump_json(indent=1) + "\n", encoding="utf-8")
    return path


def summarise(report: Report, files: Sequence[RatingFile], failures: int) -> RatingsReport:
    """Mean, spread and agreement for each question; ratings of unknown cases are refused."""
    known = {(case.chapter_id, case.profile) for case in report.cases}
    ratings = [(file, rating) for file in files for rating in file.ratings]
    for file, rating in ratings:
        if (rating.chapter_id, rating.profile) not in known:
            raise RatingError(
                f"{file.rater!r} rates {rating.chapter_id} for {rating.profile}, which is not in "
                "this report."
            )
    return RatingsReport(
        raters={file.rater: file.kind for file in files},
        failures=failures,
        dimensions={
            question: _summarise_question(question, [rating for _, rating in ratings])
            for question in load_rubric().ids
        },
        cases=[CaseRating(rater=file.rater, **rating.model_dump()) for file, rating in ratings],
    )


def _summarise_question(question: str, ratings: Iterable[Rating]) -> DimensionSummary:
    by_case = defaultdict[tuple[str, str], list[int]](list)
    for rating in ratings:
        for name, score in rating.scores.items():
            if name == question:
                by_case[rating.chapter_id, rating.profile].append(score)
    scores = [score for case in by_case.values() for score in case]
    close = [abs(a - b) <= 1 for case in by_case.values() for a, b in combinations(case, 2)]
    return DimensionSummary(
        ratings=len(scores),
        mean=round(fmean(scores), 2) if scores else None,
        lowest=min(scores, default=None),
        highest=max(scores, default=None),
        agreement=round(fmean(close), 3) if close else None,
    )


FILE = Path(__file__).with_name("rubric.md")
QUESTION = re.compile(r"^## (\w+): (.+)$", re.MULTILINE)
LEVEL = re.compile(r"^- ([1-5]): (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Dimension:
    """A question of the rubric; `levels` are from 5 down to 1."""

    id: str
    question: str
    levels: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Rubric:
    """What raters score an evaluation by."""

    text: str
    introduction: str
    dimensions: tuple[Dimension, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(dimension.id for dimension in self.dimensions)


@cache
def load_rubric() -> Rubric:
    """Read the file that we ship."""
    text = FILE.read_text(encoding="utf-8")
    first, *parts = QUESTION.split(text)
    dimensions = tuple(
        Dimension(
            id=parts[index],
            question=parts[index + 1],
            levels=tuple((int(score), words) for score, words in LEVEL.findall(parts[index + 2])),
        )
        for index in range(0, len(parts), 3)
    )
    return Rubric(text=text, introduction=first.partition("\n")[2].strip(), dimensions=dimensions)
