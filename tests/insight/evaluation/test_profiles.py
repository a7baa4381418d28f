"""The learners: ours stand for everybody, a file's are checked."""

from pathlib import Path

import pytest

from server.book.chapters.library import ChapterLibrary
from server.insight.evaluation.profiles import LearnersError, load_learners
from server.learners.profiles.domain import LearnerFacts
from server.plan.recipes.service import load_catalogue, plan_chapter
from server.settings import DialectSetting
from tests.insight.evaluation.demonstration import BOOK


def test_our_learners_call_for_every_transformation() -> None:
    catalogue = load_catalogue()
    chapter = ChapterLibrary(BOOK, DialectSetting.AUTO).load_chapter("chapter-01")
    wanted = {entry.transformation.id for entry in catalogue.entries}
    for learner in load_learners():
        facts = LearnerFacts(learner.profile)
        wanted -= set(plan_chapter(catalogue, facts, chapter).ids)
    assert wanted == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("profiles: []", "profiles"),
        ("profiles: [{name: a, onboarding: {role: King}}]", "profiles.0.onboarding.role"),
        ("profiles: [{name: a, onboarding: {}}, {name: a, onboarding: {}}]", "Two profiles"),
        ("profiles: [", "not YAML"),
    ],
)
def test_broken_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "learners.yaml"
    file.write_text(text)
    with pytest.raises(LearnersError, match=said):
        load_learners([file])
