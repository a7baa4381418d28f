"""Dialects: how a book's Markdown is read, guessed from its site and its files."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from server.book.chapters.domain import Dialect
from server.settings import DialectSetting

_DOCUSAURUS = "docusaurus.config.*"
_MKDOCS = ("mkdocs.yml", "mkdocs.yaml")
# Jupyter Book and Sphinx read MyST, whose `:::{note}` is no directive of Docusaurus'.
_MYST = ("myst.yml", "_toc.yml", "conf.py")
_FARTHEST = 4  # folders above the book; `i18n/ur/docusaurus-plugin-content-docs/current` is one
_HOME_OF_DOCS = frozenset({"docs", "versioned_docs", "i18n"})

# `:::note`, not `:::{note}` (MyST), `::: tip` (VitePress) or `::: {.note}` (Pandoc).
_DIRECTIVE_LINE = re.compile(r"^[ \t]{0,3}:{3,}[a-zA-Z]", re.MULTILINE)
_FENCED = re.compile(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1|\Z)", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/|(?<![:'\"\w])//[^\n]*", re.DOTALL)
_MARKDOWN_FORMAT = re.compile(
    r"\bmarkdown['\"]?\s*:\s*\{[^{}]*?(?<!\w)['\"]?format['\"]?\s*:\s*['\"](md|mdx|detect)['\"]"
)
_DOCS_DIR = re.compile(r"^docs_dir\s*:\s*['\"]?([^'\"#\n]+?)['\"]?\s*(?:#.*)?$", re.MULTILINE)


def guess_from_site(docs_dir: Path) -> Dialect | None:
    """Return the dialect of the site generator whose configuration stands beside the book.

    Beside is in the book's folder or its parent; farther up, or in a sibling folder of a monorepo,
    only where that site says or implies that the book is its own.
    """
    if _find_docusaurus_config(docs_dir) is not None:
        return Dialect.DOCUSAURUS
    if _is_read_by_mkdocs(docs_dir):
        return Dialect.MKDOCS
    if any((folder / name).is_file() for folder in _list_near(docs_dir) for name in _MYST):
        return Dialect.COMMONMARK
    return None


def choose_dialect(docs_dir: Path, setting: DialectSetting, hints: Iterable[bool]) -> Dialect:
    """Return what is set, else what the site says, else what any of the book's files hints at."""
    if setting is not DialectSetting.AUTO:
        return Dialect(setting.value)
    if guessed := guess_from_site(docs_dir):
        return guessed
    return Dialect.DOCUSAURUS if any(hints) else Dialect.COMMONMARK


def holds_directive(text: str) -> bool:
    """Whether a line of the text, outside listings, starts as Docusaurus' admonitions do."""
    return _DIRECTIVE_LINE.search(_FENCED.sub("", text)) is not None


def find_site_format(docs_dir: Path) -> str:
    """What Docusaurus reads `.md` as: `mdx`, or what the site's `markdown.format` says."""
    config = _find_docusaurus_config(docs_dir)
    found = _MARKDOWN_FORMAT.search(_COMMENT.sub("", _read(config))) if config else None
    return found[1] if found else "mdx"


def is_mdx(path: Path, dialect: Dialect, *, site_format: str, own_format: str | None) -> bool:
    """Whether a chapter is parsed as MDX; its front matter's `format` has the last word."""
    if dialect is not Dialect.DOCUSAURUS:
        return path.suffix == ".mdx"
    chosen = own_format or site_format
    return path.suffix == ".mdx" if chosen == "detect" else chosen != "md"


def _list_near(docs_dir: Path) -> Iterator[Path]:
    """The book's folder and its parents: that of the name it goes by, and that of what it is."""
    yield docs_dir
    yield docs_dir.absolute().parent
    yield docs_dir.resolve().parent


def _find_docusaurus_config(docs_dir: Path) -> Path | None:
    for folder in _list_near(docs_dir):
        if config := next(iter(sorted(folder.glob(_DOCUSAURUS))), None):
            return config
    return next((config for config in _list_far_configs(docs_dir.resolve())), None)


def _list_far_configs(docs: Path) -> Iterator[Path]:
    """Configurations in a sibling folder, or farther up, of which the book is a part."""
    for config in _list_sibling_configs(docs.parent):
        if re.search(rf"\.\./{re.escape(docs.name)}\b", _read(config)):
            yield config
    for folder in docs.parents[1:_FARTHEST]:
        if docs.relative_to(folder).parts[0] in _HOME_OF_DOCS:
            yield from sorted(folder.glob(_DOCUSAURUS))


def _list_sibling_configs(parent: Path) -> Iterator[Path]:
    """A folder that goes away while we look, as one in a crowded place may, is passed over."""
    for folder in sorted(parent.glob("*")):
        with suppress(OSError):
            yield from sorted(folder.glob(_DOCUSAURUS))


def _is_read_by_mkdocs(docs_dir: Path) -> bool:
    if any((folder / name).is_file() for folder in _list_near(docs_dir) for name in _MKDOCS):
        return True
    docs = docs_dir.resolve()
    configs = (folder / name for folder in docs.parents[1:_FARTHEST] for name in _MKDOCS)
    return any(docs.is_relative_to(_find_docs_dir(each)) for each in configs if each.is_file())


def _find_docs_dir(config: Path) -> Path:
    """The folder that an MkDocs site is made from; its file may hold tags that YAML knows not."""
    found = _DOCS_DIR.search(_read(config))
    return (config.parent / (found[1] if found else "docs")).resolve()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
