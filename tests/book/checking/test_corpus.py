"""Real chapters and our own book: no crash, exact, and what is reported is true."""

from pathlib import Path

import pytest

from server.book.chapters.domain import Dialect
from server.book.checking.anchors import IdStyle, name_headings
from server.book.checking.domain import Code
from server.book.checking.manuscripts import list_headings, read_manuscript
from server.book.checking.service import check_book
from server.plan.recipes.service import list_ids
from server.settings import DialectSetting
from tests.corpus import CORPUS, FILES, NEEDS_CORPUS, REPOSITORY, name_file

READABLE = [path for path in FILES if b"\0" not in path.read_bytes()]
DIALECTS = [dialect for dialect in DialectSetting if dialect is not DialectSetting.AUTO]
# What lies in files that the corpus left out is missing here, and only here.
NOT_HERE = {Code.MISSING_FILE, Code.MISSING_ANCHOR}


def test_our_own_book_has_no_problem() -> None:
    report = check_book(REPOSITORY / "docs", DialectSetting.AUTO, list_ids)
    assert report.list_problems() == []
    assert all(chapter.joins_exactly and chapter.splits_alone for chapter in report.chapters)


@NEEDS_CORPUS
@pytest.mark.parametrize("dialect", DIALECTS)
def test_real_chapters_are_exact_and_no_error_is_made_up(dialect: DialectSetting) -> None:
    report = check_book(CORPUS, dialect, list_ids)
    assert all(chapter.joins_exactly and chapter.splits_alone for chapter in report.chapters)
    errors = {
        (problem.path.rpartition("/")[2], problem.line, problem.code)
        for problem in report.list_problems()
        if problem.severity == "error"
    }
    true_ones = {("nul.mdx", 1, Code.NUL_BYTE), ("unclosed.mdx", 5, Code.UNCLOSED_FENCE)}
    if dialect is DialectSetting.DOCUSAURUS:
        # Written for other generators: read as MDX, these would break a site's build.
        true_ones |= {
            ("index.md", 223, Code.UNCLOSED_TAG),
            ("optional.md", 832, Code.UNCLOSED_TAG),
            ("optional.md", 901, Code.UNCLOSED_TAG),
            ("optional.md", 909, Code.UNCLOSED_TAG),
        }
    assert errors == true_ones


@NEEDS_CORPUS
@pytest.mark.parametrize("dialect", [Dialect.DOCUSAURUS, Dialect.MKDOCS])
@pytest.mark.parametrize("path", READABLE, ids=name_file)
def test_real_headings_keep_their_ids_when_they_are_written_down(
    path: Path, dialect: Dialect
) -> None:
    text = path.read_bytes().decode()
    mdx = dialect is Dialect.DOCUSAURUS
    manuscript = read_manuscript(text, dialect=dialect, mdx=mdx)
    naming = name_headings(manuscript, IdStyle.AUTO)
    assert naming.content is not None
    again = read_manuscript(naming.content, dialect=dialect, mdx=mdx)
    headings = [(each.level, each.id, each.text) for each in list_headings(manuscript)]
    assert [(each.level, each.id, each.text) for each in list_headings(again)] == headings
    without = naming.content
    for each in naming.ids:
        without = without.replace(f" {each.mark}", "", 1)
    assert without == text
    assert not name_headings(again, IdStyle.AUTO).ids
