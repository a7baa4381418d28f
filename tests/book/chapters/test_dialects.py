"""The dialect of a book is guessed from its site, wherever that stands, else from its files."""

from pathlib import Path

import pytest

from server.book.chapters.dialects import find_site_format, guess_from_site, holds_directive
from server.book.chapters.domain import Chapter, Dialect
from server.book.chapters.library import ChapterLibrary
from server.settings import DialectSetting

CHAPTER = "# A\n\nWords.\n\n    indented listing\n"


def write(root: Path, name: str, text: str = "") -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def load(docs: Path, name: str = "a", setting: DialectSetting = DialectSetting.AUTO) -> Chapter:
    return ChapterLibrary(docs, setting).load_chapter(name)


@pytest.mark.parametrize(
    ("docs", "config", "dialect"),
    [
        # A site with its book, by any ending of its configuration.
        ("site/docs", "site/docusaurus.config.js", Dialect.DOCUSAURUS),
        ("site/docs", "site/docusaurus.config.ts", Dialect.DOCUSAURUS),
        ("site/docs", "site/docusaurus.config.mjs", Dialect.DOCUSAURUS),
        ("site", "site/docusaurus.config.cts", Dialect.DOCUSAURUS),
        # Other places of a site: a part of the book, a version, a translation.
        ("site/docs/part-1", "site/docusaurus.config.js", Dialect.DOCUSAURUS),
        ("site/versioned_docs/version-2", "site/docusaurus.config.js", Dialect.DOCUSAURUS),
        (
            "site/i18n/ur/docusaurus-plugin-content-docs/current",
            "site/docusaurus.config.js",
            Dialect.DOCUSAURUS,
        ),
        ("site/course/book", "site/docusaurus.config.js", None),  # beside the site, not of it
        ("a/b/c/d/e/docs", "docusaurus.config.js", None),
        ("site/docs", "site/mkdocs.yml", Dialect.MKDOCS),
        ("site/docs", "site/mkdocs.yaml", Dialect.MKDOCS),
        ("site/book", "site/mkdocs.yml", Dialect.MKDOCS),
        ("site/docs/part-1", "site/mkdocs.yml", Dialect.MKDOCS),
        ("site/course/book", "site/mkdocs.yml", None),
        # MyST's directives are its own.
        ("book", "book/_toc.yml", Dialect.COMMONMARK),
        ("site/docs", "site/docs/conf.py", Dialect.COMMONMARK),
        ("site/docs", "site/myst.yml", Dialect.COMMONMARK),
        ("site/docs", "site/package.json", None),
        ("site/docs", "other/docusaurus.config.js", None),
    ],
)
def test_a_site_is_found_by_its_configuration(
    tmp_path: Path, docs: str, config: str, dialect: Dialect | None
) -> None:
    write(tmp_path, config)
    (tmp_path / docs).mkdir(parents=True, exist_ok=True)

    assert guess_from_site(tmp_path / docs) is dialect


def test_in_a_monorepo_the_site_that_names_the_book_is_its_own(tmp_path: Path) -> None:
    write(tmp_path, "website/docusaurus.config.js", "docs: { path: '../docs' }")
    for name in ("docs", "handbook"):
        (tmp_path / name).mkdir()

    assert guess_from_site(tmp_path / "docs") is Dialect.DOCUSAURUS
    assert guess_from_site(tmp_path / "handbook") is None


def test_an_mkdocs_site_may_name_its_folder_and_hold_tags_of_its_own(tmp_path: Path) -> None:
    config = "docs_dir: 'content/book'  # here\nx: !!python/name:material.emoji\n"
    write(tmp_path, "mkdocs.yml", config)
    for name in ("content/book/part-1", "docs/part-1"):
        (tmp_path / name).mkdir(parents=True)

    assert guess_from_site(tmp_path / "content/book/part-1") is Dialect.MKDOCS
    assert guess_from_site(tmp_path / "docs/part-1") is None


def test_docusaurus_comes_before_mkdocs_and_both_before_myst(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    write(tmp_path, "conf.py")
    assert guess_from_site(docs) is Dialect.COMMONMARK
    write(tmp_path, "mkdocs.yml")
    assert guess_from_site(docs) is Dialect.MKDOCS
    write(tmp_path, "docusaurus.config.js")
    assert guess_from_site(docs) is Dialect.DOCUSAURUS


def test_a_book_that_is_a_link_is_looked_for_at_both_ends(tmp_path: Path) -> None:
    write(tmp_path, "site/docusaurus.config.js")
    write(tmp_path, "site/docs/a.md", CHAPTER)
    write(tmp_path, "server/mkdocs.yml")
    (tmp_path / "server/book").symlink_to(tmp_path / "site/docs")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/book").symlink_to(tmp_path / "site/docs")

    assert guess_from_site(tmp_path / "elsewhere/book") is Dialect.DOCUSAURUS
    (tmp_path / "site/docusaurus.config.js").unlink()
    assert guess_from_site(tmp_path / "server/book") is Dialect.MKDOCS


def test_a_book_named_from_where_one_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "docusaurus.config.js")
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path)
    assert guess_from_site(Path("docs")) is Dialect.DOCUSAURUS
    monkeypatch.chdir(tmp_path / "docs")
    assert guess_from_site(Path()) is Dialect.DOCUSAURUS


def test_a_book_that_does_not_exist_has_no_site(tmp_path: Path) -> None:
    assert guess_from_site(tmp_path / "nowhere" / "docs") is None


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (":::note\n\nA.\n\n:::\n", True),
        ("A.\n\n:::tip[Title]\n", True),
        ("  ::::warning\n", True),
        ("- item\n\n      :::note\n", False),
        (":::{note}\nMyST\n:::\n", False),
        ("::: {.callout-note}\nPandoc\n:::\n", False),
        ("::: tip\nVitePress\n:::\n", False),
        ("```md\n:::note\n```\n", False),
        ("~~~~\n:::note\n~~~\n:::tip\n~~~~\n", False),
        ("```md\n:::note\n```\n\n:::tip\n", True),
        ("a:::note b\n", False),
        (":::\n", False),
        ("", False),
    ],
)
def test_a_directive_of_docusaurus_is_told_from_those_of_others(text: str, *, holds: bool) -> None:
    assert holds_directive(text) is holds


@pytest.mark.parametrize(
    ("chapter", "text", "dialect"),
    [
        ("a.mdx", CHAPTER, Dialect.DOCUSAURUS),
        ("a.md", f"{CHAPTER}\n:::note\n\nB.\n\n:::\n", Dialect.DOCUSAURUS),
        ("a.md", f"{CHAPTER}\n:::{{note}}\nB.\n:::\n", Dialect.COMMONMARK),
        ("a.md", CHAPTER, Dialect.COMMONMARK),
    ],
)
def test_without_a_site_the_files_decide(
    tmp_path: Path, chapter: str, text: str, dialect: Dialect
) -> None:
    write(tmp_path, f"docs/{chapter}", text)

    assert load(tmp_path / "docs").dialect is dialect


def test_a_site_counts_more_than_the_files(tmp_path: Path) -> None:
    write(tmp_path, "mkdocs.yml")
    write(tmp_path, "docs/a.md", ":::note\n\nB.\n\n:::\n")

    loaded = load(tmp_path / "docs")

    assert (loaded.dialect, loaded.mdx) == (Dialect.MKDOCS, False)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ("export default { markdown: { format: 'detect', mermaid: true } };", "detect"),
        ('module.exports = {\n  markdown: {\n    mermaid: true,\n    format: "md",\n  },\n}', "md"),
        ('{"markdown": {"format": "mdx"}}', "mdx"),
        ("export default { markdown: { mermaid: true } };", "mdx"),
        ("export default { markdown: { /* format: 'md' */ } };", "mdx"),
        ("export default {\n  markdown: {\n    // format: 'md',\n  },\n};", "mdx"),
        ("export default { url: 'https://x.org', markdown: { format: 'md' } };", "md"),
        ("export default { images: { format: 'md' } };", "mdx"),
        ("export default { markdown: { imageformat: 'md' } };", "mdx"),
        ("export default { markdown: { format: 'other' } };", "mdx"),
        ("", "mdx"),
    ],
)
def test_what_docusaurus_reads_md_as_is_the_sites_to_say(
    tmp_path: Path, config: str, expected: str
) -> None:
    write(tmp_path, "docusaurus.config.ts", config)
    (tmp_path / "docs").mkdir()

    assert find_site_format(tmp_path / "docs") == expected


@pytest.mark.parametrize(
    ("config", "front_matter", "name", "mdx"),
    [
        ("", "", "a.md", True),
        ("", "", "a.mdx", True),
        ("markdown: { format: 'detect' }", "", "a.md", False),
        ("markdown: { format: 'detect' }", "", "a.mdx", True),
        ("markdown: { format: 'md' }", "", "a.mdx", False),
        ("markdown: { format: 'detect' }", "format: mdx\n", "a.md", True),
        ("", "format: md\n", "a.md", False),
        ("", "format: detect\n", "a.md", False),
        ("", "mdx: {format: md}\n", "a.md", False),
        ("", "format: [md]\n", "a.md", True),
        ("", "format: odt\n", "a.md", True),
    ],
)
def test_md_is_parsed_as_its_site_and_the_chapter_say(
    tmp_path: Path, config: str, front_matter: str, name: str, *, mdx: bool
) -> None:
    write(tmp_path, "docusaurus.config.js", config)
    write(tmp_path, f"docs/{name}", f"---\ntitle: A\n{front_matter}---\n\n{CHAPTER}")

    loaded = load(tmp_path / "docs")

    assert (loaded.dialect, loaded.mdx) == (Dialect.DOCUSAURUS, mdx)
    # What is a listing in one is prose in the other: it must never be rewritten by mistake.
    assert any("indented" in run.masked for run in loaded.sections[0].runs) is mdx


def test_a_format_means_nothing_outside_docusaurus(tmp_path: Path) -> None:
    write(tmp_path, "mkdocs.yml")
    write(tmp_path, "docs/a.md", f"---\nformat: mdx\n---\n\n{CHAPTER}")

    assert load(tmp_path / "docs").mdx is False
