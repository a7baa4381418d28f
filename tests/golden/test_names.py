"""Every name of the book's chapters is as it was: for all profiles, in four languages.

A name that changes finds nothing that is stored under the old one: every learner's chapter is
paid for once more, and every pin is outdated. So a change of the code that is to change nothing
changes no name.

Names change rightly when the book does: a chapter or its glossary is edited; and when what a model
is told does: a transformation's file, a fact sheet, the prompts, the splitter's version. Then, and
only then, record them again in the same change, and look at what `names.json` shows to be new:

    python -m tests.golden
"""

import pytest

from tests.golden.names import list_chapters, list_learners, read_record, record_chapter

RECORDED = read_record()


@pytest.mark.parametrize("chapter_id", RECORDED)
def test_every_name_is_as_it_was(chapter_id: str) -> None:
    recorded, now = RECORDED[chapter_id], record_chapter(chapter_id)
    assert now.samples == recorded.samples
    assert now.digests == recorded.digests
    assert now.pins == recorded.pins


def test_the_record_is_of_every_chapter_and_learner() -> None:
    assert list(RECORDED) == list_chapters()
    assert len(list(list_learners("ur"))) == 144
