"""What stands between and beside the chapters: ids, aliases, links, glossary, catalogue."""

import json
import os
from pathlib import Path

import pytest

from server.book.chapters.domain import Dialect
from server.book.chapters.library import ChapterLibrary
from server.book.checking.domain import Code, Problem, UncheckableBook
from server.book.checking.service import check_book
from server.plan.recipes.service import list_ids
from server.settings import DialectSetting
from tests.book.checking.books import check_files, find_codes, write_book

AUTO = DialectSetting.AUTO


def find_problem(problems: list[Problem]) -> tuple[str, Code]:
    (problem,) = problems
    return problem.path, problem.code


def test_a_book_s_own_glossary_is_checked(tmp_path: Path) -> None:
    files = {"a.md": "# A\n", "glossary.yaml": "terms:\n  - term: x\n"}
    report = check_files(tmp_path, files)
    assert find_problem(report.list_problems()) == ("glossary.yaml", Code.GLOSSARY)
    assert "definition" in report.list_problems()[0].sentence


def test_a_glossary_that_is_no_yaml_names_its_line(tmp_path: Path) -> None:
    report = check_files(tmp_path, {"a.md": "# A\n", "glossary.yaml": "terms:\n  - {\n"})
    assert find_codes(report)[0][:2] == (Code.GLOSSARY, 3)


def test_the_site_s_own_transformations_are_checked_and_known(tmp_path: Path) -> None:
    text = "---\ntransformations: {exclude: [pirate]}\n---\n# A\n"
    book = write_book(tmp_path / "docs", {"a.md": text})
    ours = tmp_path / "more"
    write_book(ours, {"pirate.md": "no front matter\n"})
    codes = [problem.code for problem in check_book(book, AUTO, list_ids, ours).list_problems()]
    assert sorted(codes) == [Code.CATALOGUE, Code.UNKNOWN_TRANSFORMATION]
    good = (
        "---\nid: pirate\ntitle: Pirate\nwhen: {field: role, equals: Student}\nwhy: You asked.\n"
        "order: 5\nadds: runs\n---\nSay arr.\n"
    )
    write_book(ours, {"pirate.md": good})
    assert check_book(book, AUTO, list_ids, ours).list_problems() == []


def test_two_files_with_one_id(tmp_path: Path) -> None:
    report = check_files(tmp_path, {"a.md": "# A\n", "a.mdx": "# A\n", "b.md": "# B\n"})
    assert find_problem(report.list_problems()) == ("a.md", Code.SAME_ID)
    shown = ChapterLibrary(tmp_path, AUTO).load_chapter("a")
    assert shown.content == (tmp_path / "a.mdx").read_text()


def test_an_id_that_is_too_long_to_be_asked_for(tmp_path: Path) -> None:
    folders = "/".join(["f" * 60] * 4)
    report = check_files(tmp_path, {f"{folders}/{'a' * 60}.md": "# A\n", "b.md": "# B\n"})
    (problem,) = report.list_problems()
    assert problem.code is Code.LONG_ID


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("01-intro.md", "02-intro.md"),
        ("a.md", "intro.md"),
        ("a.md", "01-intro.md"),
    ],
)
def test_a_name_for_two_chapters(tmp_path: Path, first: str, second: str) -> None:
    report = check_files(tmp_path, {first: "---\nslug: /intro\n---\n# A\n", second: "# B\n"})
    (problem,) = report.list_problems()
    assert problem.code is Code.ALIAS_COLLISION
    assert "`intro`" in problem.sentence


def test_a_chapter_may_have_several_names_of_its_own(tmp_path: Path) -> None:
    text = "---\nid: intro\nslug: intro/\n---\n# A\n"
    assert check_files(tmp_path, {"b/01-intro.md": text, "c/01-intro.md": text}).problems == []


def test_links_between_chapters(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "a.md": (
            "# A\n\n[ok](b/c.md#see-here) [ok](<b/d e.md>) [ok](b/d%20e.md?x=1#d)\n"
            "[ok](./fig.png)\n"
        ),
        "b/c.md": "# C\n\n## See here\n\n[up](../a.md#a) [no](../a.md#gone) [no](c.mdx)\n",
        "b/d e.md": "# D\n",
        "fig.png": b"\x89PNG",
    }
    report = check_files(tmp_path, files)
    assert find_codes(report) == [(Code.MISSING_ANCHOR, 5, 22), (Code.MISSING_FILE, 5, 41)]


def test_a_chapter_that_takes_in_others_may_hold_any_anchor(tmp_path: Path) -> None:
    files = {"a.mdx": "import Part from './_part.mdx';\n\n# A\n\n[x](#in-the-part)\n\n<Part />\n"}
    assert check_files(tmp_path, files).list_problems() == []


def test_hidden_files_and_folders_are_no_chapters(tmp_path: Path) -> None:
    files = {"a.md": "# A\n", "_part.md": "```\n", ".git/x.md": "```\n", "_x/y.md": "```\n"}
    report = check_files(tmp_path, files)
    assert [chapter.file.name for chapter in report.chapters] == ["a.md"]


def test_a_link_out_of_the_book_is_not_followed(tmp_path: Path) -> None:
    write_book(tmp_path, {"docs/a.md": "# A\n", "else.md": "```\n"})
    (tmp_path / "docs/b.md").symlink_to(tmp_path / "else.md")
    (tmp_path / "docs/c.md").symlink_to(tmp_path / "gone.md")
    report = check_book(tmp_path / "docs", AUTO, list_ids)
    assert [chapter.file.name for chapter in report.chapters] == ["a.md"]


@pytest.mark.parametrize(
    ("files", "dialect"),
    [
        ({"docs/a.md": "# A\n"}, Dialect.COMMONMARK),
        ({"docs/a.md": "# A\n", "mkdocs.yml": ""}, Dialect.MKDOCS),
        ({"docs/a.md": "# A\n", "docusaurus.config.ts": ""}, Dialect.DOCUSAURUS),
        ({"docs/a.mdx": "# A\n"}, Dialect.DOCUSAURUS),
        ({"docs/a.md": ":::note\n:::\n"}, Dialect.DOCUSAURUS),
    ],
)
def test_the_dialect_is_the_library_s(
    tmp_path: Path, files: dict[str, str | bytes], dialect: Dialect
) -> None:
    docs = write_book(tmp_path, files) / "docs"
    assert check_book(docs, AUTO, list_ids).dialect is dialect
    assert ChapterLibrary(docs, AUTO).load_chapter("a").dialect is dialect


def test_a_file_of_another_encoding_does_not_hide_the_rest(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {"a.md": "# Größe\n".encode("latin-1"), "b.md": "[a](a.md#x)\n"}
    report = check_files(tmp_path, files)
    assert find_codes(report) == [(Code.NOT_UTF8, 1, 5)]
    assert len(report.chapters) == 2


def test_a_name_that_is_no_text_can_still_be_printed(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"a\xff.md")).write_text("```\n")
    report = check_book(tmp_path, AUTO, list_ids)
    (problem,) = report.list_problems()
    assert json.dumps(problem.path, ensure_ascii=False).encode()


def test_there_must_be_a_book(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    for place in (tmp_path, tmp_path / "a.txt", tmp_path / "gone"):
        with pytest.raises(UncheckableBook) as refused:
            check_book(place, AUTO, list_ids)
        assert str(refused.value).endswith(".")
