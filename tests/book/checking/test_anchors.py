"""`chapterwise anchors`: ids are written down, and nothing else in the file changes."""

from pathlib import Path

import pytest

from server.book.chapters.library import ChapterLibrary
from server.book.checking.anchors import IdStyle, plan_ids, write_ids
from server.book.checking.domain import UncheckableBook
from server.settings import DialectSetting
from tests.book.checking.books import write_book

MDX = DialectSetting.DOCUSAURUS
MKDOCS = DialectSetting.MKDOCS


def export(
    folder: Path,
    text: str,
    dialect: DialectSetting = MDX,
    style: IdStyle = IdStyle.AUTO,
) -> str:
    """What a chapter with this text holds after the ids were written."""
    write_book(folder, {"a.md": text})
    before = list_ids(folder, dialect)
    list(write_ids(plan_ids(folder, dialect, style)))
    assert list_ids(folder, dialect) == before
    written = (folder / "a.md").read_bytes().decode()
    list(write_ids(plan_ids(folder, dialect, style)))
    assert (folder / "a.md").read_bytes().decode() == written
    return written


def list_ids(folder: Path, dialect: DialectSetting) -> list[tuple[int, str, str]]:
    chapter = ChapterLibrary(folder, dialect).load_chapter("a")
    headings = [heading for section in chapter.sections for heading in section.headings]
    return [(heading.level, heading.id, heading.text) for heading in headings]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# A b\n", "# A b {#a-b}\n"),
        ("# A b", "# A b {#a-b}"),
        ("\ufeff# A\r\n\r\n## B  \r\n", "\ufeff# A {#a}\r\n\r\n## B {#b}  \r\n"),
        ("# A\r\r## B\r", "# A {#a}\r\r## B {#b}\r"),
        ("## A ##\n", "## A {#a} ##\n"),
        ("## A\n\n## A\n\n### A\n", "## A {#a}\n\n## A {#a-1}\n\n### A {#a-2}\n"),
        ("## A {#own}\n\n## A\n", "## A {#own}\n\n## A {#a}\n"),
        ("## `A` & *b*\n", "## `A` & *b* {#a--b}\n"),
        ("## A [b](c.png)\n", "## A [b](c.png) {#a-b}\n"),
        ("> ## A\n\n- ## B\n", "> ## A {#a}\n\n- ## B {#b}\n"),
        ("## 日本\n", "## 日本 {#日本}\n"),
        ("## !!!\n\n## A\n", "## !!!\n\n## A {#a}\n"),
        ("A\n===\n", "A {/* #a */}\n===\n"),
        ("A\nb\n---\n", "A\nb {/* #ab */}\n---\n"),
        ("## A {/* #x */}\n\n## B\n", "## A {/* #x */}\n\n## B {/* #b */}\n"),
        ("```md\n# no\n```\n\n# A\n", "```md\n# no\n```\n\n# A {#a}\n"),
        ("No heading.\n", "No heading.\n"),
    ],
)
def test_each_heading_says_the_id_it_has(tmp_path: Path, before: str, after: str) -> None:
    assert export(tmp_path, before) == after


def test_the_comment_form_can_be_asked_for(tmp_path: Path) -> None:
    assert export(tmp_path, "# A\n", style=IdStyle.COMMENT) == "# A {/* #a */}\n"


def test_mkdocs_headings_keep_the_address_that_mkdocs_gives_them(tmp_path: Path) -> None:
    text = "# A\n\n## B & c\n\n## Same\n\n## Same\n\nD\n---\n"
    expected = "# A {#a}\n\n## B & c\n\n## Same\n\n## Same\n\nD {#d}\n---\n"
    assert export(tmp_path, text, MKDOCS) == expected


def test_a_heading_without_a_mark_says_why(tmp_path: Path) -> None:
    write_book(tmp_path, {"a.md": "## !!!\n\n## A\n"})
    (chapter,) = plan_ids(tmp_path, MDX, IdStyle.AUTO).chapters
    assert [(each.heading.text, each.why) for each in chapter.naming.left_out] == [
        ("!!!", "its text holds nothing that an id is made of")
    ]


def test_nothing_is_written_where_ids_mean_nothing(tmp_path: Path) -> None:
    write_book(tmp_path, {"a.md": "# A\n"})
    book = plan_ids(tmp_path, DialectSetting.COMMONMARK, IdStyle.AUTO)
    with pytest.raises(UncheckableBook, match="CommonMark"):
        list(write_ids(book))
    with pytest.raises(UncheckableBook, match="Docusaurus"):
        plan_ids(tmp_path, MKDOCS, IdStyle.COMMENT)
    assert (tmp_path / "a.md").read_text() == "# A\n"


def test_a_file_with_errors_is_left_as_it_is(tmp_path: Path) -> None:
    broken = "# A\n\n```\n# no\n"
    write_book(tmp_path, {"a.md": broken, "b.md": "# B\n", "c.md": b"# \xff\n"})
    book = plan_ids(tmp_path, MDX, IdStyle.AUTO)
    assert [chapter.file.name for chapter in book.chapters if chapter.refusal] == ["a.md", "c.md"]
    assert [chapter.file.name for chapter in write_ids(book)] == ["b.md"]
    assert (tmp_path / "a.md").read_text() == broken
    assert (tmp_path / "c.md").read_bytes() == b"# \xff\n"


def test_a_file_is_replaced_with_its_rights_and_leaves_nothing_behind(tmp_path: Path) -> None:
    write_book(tmp_path, {"real/a.md": "# A\n"})
    (tmp_path / "real/a.md").chmod(0o640)
    (tmp_path / "b.md").symlink_to(tmp_path / "real/a.md")
    list(write_ids(plan_ids(tmp_path, MDX, IdStyle.AUTO)))
    assert (tmp_path / "b.md").is_symlink()
    assert (tmp_path / "b.md").read_text() == "# A {#a}\n"
    assert (tmp_path / "real/a.md").stat().st_mode & 0o777 == 0o640
    assert [path.name for path in (tmp_path / "real").iterdir()] == ["a.md"]
