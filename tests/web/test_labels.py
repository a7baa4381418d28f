"""Whatever the program has a word for, the pages have a label for."""

from enum import StrEnum

import pytest

from server.book.chapters.domain import RunKind
from server.core.auditing.domain import ActKind
from server.generation.warming.jobs.domain import JobState
from server.learners.profiles.schemas import OnboardingRequest
from server.staff.instruction.domain import Concern
from server.staff.instruction.review.domain import LockedBy
from server.web.labels import LABELS


@pytest.mark.parametrize(
    ("labels", "words"),
    [
        ("runs", RunKind),
        ("locks", LockedBy),
        ("acts", ActKind),
        ("concerns", Concern),
        ("job_states", JobState),
    ],
)
def test_every_word_has_a_label(labels: str, words: type[StrEnum]) -> None:
    assert set(LABELS[labels]) == set(words)


def test_every_act_says_that_it_is_done_and_every_question_what_is_wrong() -> None:
    assert set(LABELS["done"]) < set(ActKind)
    assert set(OnboardingRequest.model_fields) < set(LABELS["answers"])
