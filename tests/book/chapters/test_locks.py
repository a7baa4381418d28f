"""A lock holds for all that stands under its heading, into however many parts it is cut."""

import pytest

from server.book.chapters.domain import Dialect
from server.book.chapters.sections import LONGEST_SECTION
from server.book.chapters.splitter import split_chapter

LOCK = "<!-- personalize: off -->\n\n"
LONG = "".join(f"Paragraph {number} {'word ' * 60}\n\n" for number in range(60))


@pytest.mark.parametrize("text", [LOCK + LONG, LONG + LOCK], ids=["at its start", "at its end"])
def test_every_part_of_a_long_section_is_locked(text: str) -> None:
    chapter = f"# A\n\n## Long\n\n{text}## Next\n\n{LONG}"
    sections = split_chapter(chapter, dialect=Dialect.COMMONMARK, mdx=False)

    assert len(LONG) > 2 * LONGEST_SECTION
    assert sum(section.id.startswith("long") for section in sections) > 2
    for section in sections:
        assert section.locked is section.id.startswith("long")
    assert "".join(section.source for section in sections) == chapter
