"""The library shows the book as it stands on disk now, and nothing outside its folder."""

import os
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from server.book.chapters.domain import Dialect, Reserved
from server.book.chapters.library import ChapterLibrary, Customs, UnreadableChapter
from server.errors import ChapterNotFound
from server.settings import DialectSetting, Publish


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "site" / "docs"
    folder.mkdir(parents=True)
    return folder


def write(docs: Path, name: str, text: str = "# Title\n\nWords.\n") -> Path:
    path = docs / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def open_library(docs: Path, dialect: DialectSetting = DialectSetting.AUTO) -> ChapterLibrary:
    return ChapterLibrary(docs, dialect)


def test_a_chapter_holds_its_file_and_what_the_front_matter_says(docs: Path) -> None:
    text = (
        "\ufeff---\r\ntitle: 'ROS 2: topics'\r\nslug: /topics\r\nsidebar_position: 2.5\r\n"
        "lang: UR\r\npersonalize: false\r\ntransformations: {exclude: [rtx-hardware, 3]}\r\n---\r\n"
        "\r\n# Other\r\n\r\nWords.\r\n"
    )
    write(docs, "module-2/ros2.md", text)
    chapter = open_library(docs).load_chapter("module-2/ros2")
    assert chapter.id == "module-2/ros2"
    assert chapter.title == "ROS 2: topics"
    assert chapter.content == text
    assert chapter.source_hash == sha256(text.encode()).hexdigest()
    assert (chapter.position, chapter.language) == (2.5, "ur")
    assert chapter.personalize is False
    assert chapter.excluded_transformations == {"rtx-hardware"}
    assert "".join(section.source for section in chapter.sections) == text


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: [broken\n---\n\n# From the *heading* {#x}\n", "From the heading"),
        ("---\ntitle: 2024-99-99\n---\n\n# H\n", "H"),
        ("---\n- a list\n---\n\nH\n=\n", "H"),
        ("---\ntitle:\n---\n\nno heading\n", "chapter"),
        ("---\ntitle: 7\n---\n", "7"),
        ("```\n# code\n```\n\n## Real\n", "Real"),
        ("", "chapter"),
    ],
)
def test_a_title_falls_back_to_the_first_heading_and_then_to_the_id(
    docs: Path, text: str, title: str
) -> None:
    write(docs, "chapter.md", text)
    library = open_library(docs)
    assert library.load_chapter("chapter").title == title
    assert [summary.title for summary in library.list_chapters()] == [title]


@pytest.mark.parametrize(
    "front_matter",
    [
        "sidebar_position: first",
        "sidebar_position: true",
        "sidebar_position: .nan",
        "lang: '?'",
        "lang: 3",
        "transformations: [a]",
        "transformations: {exclude: {a: b}}",
        "personalize: maybe",
        "id: [a]",
        "a: &a [*a]",
        "? {a: b}\n: c",
    ],
)
def test_wrong_values_in_front_matter_count_as_not_given(docs: Path, front_matter: str) -> None:
    write(docs, "chapter.md", f"---\n{front_matter}\n---\n\n# T\n")
    chapter = open_library(docs).load_chapter("chapter")
    assert (chapter.title, chapter.position, chapter.language) == ("T", None, "en")
    assert chapter.personalize
    assert chapter.excluded_transformations == frozenset()


def test_chapters_are_listed_in_reading_order(docs: Path) -> None:
    write(docs, "b.md")
    write(docs, "a/z.mdx")
    write(docs, "last.md", "---\nsidebar_position: 2\n---\n")
    write(docs, "first.md", "---\nsidebar_position: 1\nslug: /\n---\n")
    for hidden in ("_partial.md", "_x/a.md", ".git/a.md", ".a.md", "a.txt", "glossary.yaml"):
        write(docs, hidden)
    summaries = open_library(docs).list_chapters()
    assert [summary.chapter_id for summary in summaries] == ["first", "last", "a/z", "b"]
    assert summaries[0].permalink == "/"


def test_an_empty_or_missing_folder_is_an_empty_book(docs: Path) -> None:
    assert open_library(docs).list_chapters() == []
    assert open_library(docs / "missing").list_chapters() == []


BAD_IDS = [
    "",
    ".",
    "..",
    "/",
    "missing",
    "chapter/",
    "/chapter",
    "//chapter",
    "a//chapter",
    "../docs/chapter",
    "a/../chapter",
    "./chapter",
    "chapter.md",
    "a",
    "..\\chapter",
    "a\\chapter",
    "chapter\0",
    "\0",
    "x" * 256,
    "ا" * 200,
    "a/" * 200 + "b",
    "\udcff",
    "_partial",
    "_x/inside",
    ".hidden",
    "folder",
    "%2e%2e/secret",
    "link",
    "linked/secret",
    "../secret",
    "C:chapter",
    "~root",
]


@pytest.mark.parametrize("chapter_id", BAD_IDS, ids=range(len(BAD_IDS)))
def test_an_id_that_is_no_chapter_of_the_book_is_not_found(docs: Path, chapter_id: str) -> None:
    for name in ("chapter.md", "a/chapter.md", "_partial.md", "_x/inside.md", ".hidden.md"):
        write(docs, name)
    secret = write(docs.parent, "secret.md", "# Secret\n")
    (docs / "folder.md").mkdir()
    (docs / "link.md").symlink_to(secret)
    (docs / "linked").symlink_to(docs.parent)
    library = open_library(docs)
    with pytest.raises(ChapterNotFound):
        library.load_chapter(chapter_id)
    assert [summary.chapter_id for summary in library.list_chapters()] == ["a/chapter", "chapter"]


def test_a_link_that_stays_in_the_book_is_a_chapter(docs: Path) -> None:
    (docs / "two.md").symlink_to(write(docs, "one.md", "# One\n"))
    assert open_library(docs).load_chapter("two").title == "One"


def test_links_that_go_round_are_not_found(docs: Path) -> None:
    (docs / "a.md").symlink_to(docs / "b.md")
    (docs / "b.md").symlink_to(docs / "a.md")
    library = open_library(docs)
    assert library.list_chapters() == []
    with pytest.raises(ChapterNotFound):
        library.load_chapter("a")


@pytest.mark.parametrize(
    ("alias", "chapter_id"),
    [
        ("intro", "01-intro"),
        ("module/setup", "02-module/03_setup"),
        ("02-module/set-up", "02-module/03_setup"),
        ("module/set-up", "02-module/03_setup"),
        ("welcome", "01-intro"),
        ("02-module/here", "04-slug/../02-module/05-relative"),
        ("2024-05-01-news", "2024-05-01-news"),
    ],
)
def test_a_chapter_is_found_by_its_aliases(docs: Path, alias: str, chapter_id: str) -> None:
    write(docs, "01-intro.md", "---\nslug: /welcome/\n---\n")
    write(docs, "02-module/03_setup.md", "---\nid: set-up\n---\n")
    write(docs, "02-module/05-relative.md", "---\nslug: here\n---\n")
    write(docs, "2024-05-01-news.md")
    expected = os.path.normpath(chapter_id)
    assert open_library(docs).load_chapter(alias).id == expected


def test_an_id_comes_before_an_alias(docs: Path) -> None:
    write(docs, "01-intro.md", "# Numbered\n")
    write(docs, "intro.md", "# Plain\n")
    assert open_library(docs).load_chapter("intro").title == "Plain"


def test_of_two_files_of_one_name_the_mdx_is_the_chapter(docs: Path) -> None:
    write(docs, "x.md", "# Markdown\n")
    write(docs, "x.mdx", "# MDX\n")
    library = open_library(docs)
    assert library.load_chapter("x").title == "MDX"
    assert [summary.title for summary in library.list_chapters()] == ["MDX"]


def test_an_edit_is_seen_without_a_restart(docs: Path) -> None:
    path = write(docs, "chapter.md", "# One\n")
    library = open_library(docs)
    assert library.load_chapter("chapter").title == "One"
    path.write_text("# Two, and longer\n")
    assert library.load_chapter("chapter").title == "Two, and longer"
    assert library.list_chapters()[0].title == "Two, and longer"
    replacement = write(docs, "other.tmp", "# Six, and longer\n")
    status = path.stat()
    os.utime(replacement, ns=(status.st_atime_ns, status.st_mtime_ns))
    replacement.replace(path)
    assert library.load_chapter("chapter").title == "Six, and longer"
    path.unlink()
    assert library.list_chapters() == []
    with pytest.raises(ChapterNotFound):
        library.load_chapter("chapter")


def test_an_unchanged_chapter_is_parsed_once(docs: Path) -> None:
    write(docs, "chapter.md")
    library = open_library(docs)
    assert library.load_chapter("chapter") is library.load_chapter("chapter")


def test_chapters_can_be_loaded_from_many_threads(docs: Path) -> None:
    for number in range(8):
        write(docs, f"c{number}.md", f"# Chapter {number}\n\n- `x` word\n")
    library = open_library(docs)
    ids = [f"c{number % 8}" for number in range(64)]
    with ThreadPoolExecutor(8) as threads:
        chapters = list(threads.map(library.load_chapter, ids))
    assert [chapter.id for chapter in chapters] == ids


def test_a_file_that_is_not_utf8_names_the_byte(docs: Path) -> None:
    (docs / "chapter.md").write_bytes(b"# Caf\xe9\n")
    library = open_library(docs)
    with pytest.raises(UnreadableChapter, match="offset 5 ") as raised:
        library.load_chapter("chapter")
    assert raised.value.status == 422
    assert [summary.chapter_id for summary in library.list_chapters()] == ["chapter"]


def test_a_file_with_nul_is_served_and_never_rewritten(docs: Path) -> None:
    write(docs, "chapter.md", "# A\n\nb\0c\n")
    chapter = open_library(docs).load_chapter("chapter")
    assert chapter.opaque
    assert [section.runs for section in chapter.sections] == [()]
    assert chapter.content == "# A\n\nb\0c\n"


@pytest.mark.parametrize(
    ("beside", "chapter", "dialect"),
    [
        ("../docusaurus.config.ts", "a.md", Dialect.DOCUSAURUS),
        ("docusaurus.config.js", "a.md", Dialect.DOCUSAURUS),
        ("../mkdocs.yml", "a.mdx", Dialect.MKDOCS),
        ("mkdocs.yml", "a.md", Dialect.MKDOCS),
        ("other.txt", "a.mdx", Dialect.DOCUSAURUS),
        ("other.txt", "a.md", Dialect.COMMONMARK),
    ],
)
def test_the_dialect_is_guessed_from_the_site(
    docs: Path, beside: str, chapter: str, dialect: Dialect
) -> None:
    write(docs, beside, "")
    write(docs, chapter, "# A\n")
    assert open_library(docs).load_chapter("a").dialect is dialect


def test_a_directive_in_any_chapter_means_docusaurus(docs: Path) -> None:
    write(docs, "a.md", "# A\n\n<Tabs>\n\n    text\n\n</Tabs>\n")
    write(docs, "b.md", ":::note\n\ntext\n\n:::\n")
    chapter = open_library(docs).load_chapter("a")
    assert (chapter.dialect, chapter.mdx) == (Dialect.DOCUSAURUS, True)
    assert [run.masked for run in chapter.sections[0].runs] == ["A", "text"]


@pytest.mark.parametrize(
    ("setting", "name", "mdx"),
    [
        (DialectSetting.DOCUSAURUS, "a.md", True),
        (DialectSetting.MKDOCS, "a.md", False),
        (DialectSetting.COMMONMARK, "a.md", False),
        (DialectSetting.COMMONMARK, "a.mdx", True),
    ],
)
def test_the_setting_decides_where_it_is_given(
    docs: Path, setting: DialectSetting, name: str, mdx: bool
) -> None:
    write(docs, name, ":::note\n")
    chapter = open_library(docs, setting).load_chapter("a")
    assert (chapter.dialect.value, chapter.mdx) == (setting.value, mdx)


def test_a_chapters_own_word_goes_before_the_books(docs: Path) -> None:
    (docs / "plain.md").write_text("# Plain\n", encoding="utf-8")
    own = "---\npublish: at_once\nrewrite: []\n---\n\n# Own\n"
    (docs / "own.md").write_text(own, encoding="utf-8")
    customs = Customs(Publish.APPROVED, frozenset({Reserved.WARNINGS}))
    library = ChapterLibrary(docs, DialectSetting.AUTO, customs)

    plain, given = library.load_chapter("plain"), library.load_chapter("own")

    assert (plain.publish, plain.rewritable) == (Publish.APPROVED, frozenset({Reserved.WARNINGS}))
    assert (given.publish, given.rewritable) == (Publish.AT_ONCE, frozenset())
    assert library.list_publishing()["own"] is Publish.AT_ONCE
