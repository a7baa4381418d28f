"""A deleted paragraph outdates its own section, and one more for each home that moves with it."""

import pytest

from server.book.chapters.domain import Chapter
from tests.generation.editions.deletions import (
    PROFILES,
    find_change,
    list_deletions,
    load_book,
    name_chapter,
)

EVERY = 5  # one of so many paragraphs; `python -m benchmarks.keys` deletes them all
CHAPTERS = load_book()


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.id)
def test_a_deletion_renames_its_section_and_one_more_for_each_home_that_moves(
    chapter: Chapter, profile: str
) -> None:
    before = name_chapter(chapter, profile)
    deletions = list(list_deletions(chapter, every=EVERY))
    assert len(deletions) >= 3
    for deletion in deletions:
        change = find_change(before, deletion, name_chapter(deletion.chapter, profile))
        assert change.section in change.renamed, deletion.paragraph
        assert len(change.others) <= change.moved, deletion.paragraph


def test_paragraphs_are_whole_and_the_rest_stays() -> None:
    for chapter in CHAPTERS:
        for deletion in list_deletions(chapter, every=EVERY):
            before, _, after = chapter.content.partition(deletion.paragraph)
            assert deletion.chapter.content == before + after.lstrip("\n")
            assert len(deletion.chapter.sections) == len(chapter.sections)
