"""The rubric's form: filled in by models, strictly read, and merged with people's."""

import asyncio
import json
from typing import get_args

import pytest

from server.generation.llm.domain import Failure, LLMUnavailable, StopReason
from server.insight.evaluation.grader import grade_cases
from server.insight.evaluation.ratings import (
    Question,
    RatingFile,
    load_rubric,
    read_grades,
    save_ratings,
)
from server.insight.evaluation.report import load_report
from tests.fakes import ScriptedLLM
from tests.insight.evaluation.book import Workshop

SCORES = {"accuracy": 5, "coverage": 4, "emphasis": 4, "engagement": 3, "fit": 5}
FORM = json.dumps({"scores": SCORES, "comment": "Good."})


def test_rubric_describes_five_levels_of_five_questions() -> None:
    rubric = load_rubric()
    assert rubric.ids == get_args(Question)
    for dimension in rubric.dimensions:
        assert dimension.question.endswith("?")
        assert [score for score, _ in dimension.levels] == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    "answer",
    [
        f"```json\n{FORM}\n```",
        "Here you are: " + FORM,
        FORM.replace("5", "6"),
        FORM.replace("5", '"5"'),
        FORM.replace("5", "4.5"),
        json.dumps({"scores": {"accuracy": 5}}),
        json.dumps({"scores": SCORES, "verdict": "good"}),
        "",
    ],
)
def test_anything_but_the_form_is_refused(answer: str) -> None:
    assert read_grades(answer) is None


def test_whole_form_is_read() -> None:
    grades = read_grades(FORM)
    assert grades is not None
    assert grades.scores == SCORES


def test_failed_answers_leave_no_rating(workshop: Workshop) -> None:
    report = workshop.evaluate("out")
    outage = LLMUnavailable("claude", Failure.SERVER)
    llm = ScriptedLLM([FORM, "no", StopReason.REFUSAL, outage, FORM])
    seen: list[None] = []
    ratings = asyncio.run(
        grade_cases(llm, report, concurrency=1, timeout_s=5, advance=lambda: seen.append(None))
    )
    assert [rating is not None for rating in ratings] == [True, False, False, False, True, True]
    assert len(seen) == len(report.cases)
    first = llm.asked[0]
    assert "accuracy: Is everything that it says true" in first.system
    assert "# In short: Robots &amp; friends" in first.messages[0].text
    assert '"programming_experience": "Beginner"' in first.messages[0].text


def test_people_and_models_are_merged(workshop: Workshop) -> None:
    report = workshop.evaluate("out", "two")
    out = workshop.folder / "out"
    for rater, score in (("Amina", 5), ("Bilal", 4), ("Carol", 2)):
        rating = {"chapter_id": "two", "profile": "newcomer", "scores": {"fit": score}}
        file = {"rater": rater, "kind": "person", "ratings": [rating]}
        save_ratings(RatingFile.model_validate(file), out, rater)
    ended = workshop.run("grade", str(out))
    assert ended.code == 0, ended.err
    # The stand-in knows no rubric: none of its answers is the form, and that is counted.
    assert f"{len(report.cases)} answers of the model were no filled-in form." in ended.out
    ratings = load_report(out).ratings
    assert ratings is not None
    assert ratings.raters == {
        "Amina": "person",
        "Bilal": "person",
        "Carol": "person",
        "claude": "model",
    }
    assert ratings.failures == len(report.cases)
    fit = ratings.dimensions["fit"]
    assert (fit.ratings, fit.mean, fit.lowest, fit.highest) == (3, 3.67, 2, 5)
    assert fit.agreement == pytest.approx(1 / 3, abs=0.001)
    assert ratings.dimensions["accuracy"].mean is None
    assert "Amina" in (out / "report.html").read_text()


def test_ratings_of_something_else_are_refused(workshop: Workshop) -> None:
    workshop.evaluate("out", "two")
    rating = {"chapter_id": "nine", "profile": "newcomer", "scores": {"fit": 5}}
    file = {"rater": "Amina", "kind": "person", "ratings": [rating]}
    save_ratings(RatingFile.model_validate(file), workshop.folder / "out", "amina")
    ended = workshop.run("grade", str(workshop.folder / "out"), "--no-model")
    assert ended.code == 1
    assert "which is not in this report" in ended.err
