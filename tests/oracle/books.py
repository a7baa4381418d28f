"""The chapters that are read twice: the corpus, the demonstration book, the hard cases."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar
from zlib import crc32

from server.book.chapters.domain import Dialect
from server.generation.rewriting.domain import Brief
from tests.book.chapters.cases import CASES
from tests.corpus import FILES, MANIFEST, REPOSITORY, name_file
from tests.generation.rewriting.samples import TRANSLATE, make_brief, make_plan

T = TypeVar("T")

DOCS = REPOSITORY / "docs"
# A row of the corpus's manifest says how a repository's files are to be parsed.
_PARSED_AS_MDX = re.compile(r"^\| ([\w.-]+)/([\w.-]+) \|.*\| mdx \|$", re.MULTILINE)
# Books that are built by MkDocs, and those that only GitHub or Sphinx shows.
MKDOCS_BOOKS = ("autowarefoundation+",)
PLAIN_BOOKS = ("executablebooks+", "microsoft+", "mlabonne+", "Azure+")
# Their pages are MDX to remark, but Svelte's or React's own tools read them, not Docusaurus.
PLAIN_MDX_BOOKS = ("huggingface+", "mdx-js+", "synthetic")


@dataclass(frozen=True)
class Page:
    name: str
    text: str = field(repr=False)
    mdx: bool
    dialect: Dialect
    language: str = "en"  # the one that its rewrites are in

    @property
    def brief(self) -> Brief:
        return _make_brief(self)


@lru_cache(maxsize=8)
def _make_brief(page: Page) -> Brief:
    plan = make_plan() if page.language == "en" else make_plan(TRANSLATE, language=page.language)
    return make_brief(page.text, plan, mdx=page.mdx, dialect=page.dialect)


def list_corpus() -> Iterator[Page]:
    """Every file of the corpus, read as its manifest says; nothing where the corpus is not here."""
    if not MANIFEST.exists():
        return
    found = _PARSED_AS_MDX.findall(MANIFEST.read_text(encoding="utf-8"))
    mdx_books = (*(f"{owner}+{name}/" for owner, name in found), "synthetic/")
    for path in FILES:
        name = name_file(path)
        text = path.read_bytes().decode()
        yield Page(name, text, name.startswith(mdx_books), _dialect_of(name))


def _dialect_of(name: str) -> Dialect:
    if name.startswith(MKDOCS_BOOKS):
        return Dialect.MKDOCS
    return (
        Dialect.COMMONMARK if name.startswith(PLAIN_BOOKS + PLAIN_MDX_BOOKS) else Dialect.DOCUSAURUS
    )


def list_docs() -> Iterator[Page]:
    for path in sorted(DOCS.glob("*.md")):
        yield Page(
            f"docs/{path.name}", path.read_bytes().decode(), mdx=True, dialect=Dialect.DOCUSAURUS
        )


def list_cases() -> Iterator[Page]:
    """Each hard case in every way a file can be read."""
    for name, text in CASES.items():
        for mdx, dialect in (
            (True, Dialect.DOCUSAURUS),
            (False, Dialect.MKDOCS),
            (False, Dialect.COMMONMARK),
        ):
            yield Page(f"{name} ({'mdx, ' if mdx else ''}{dialect})", text, mdx, dialect)


def sample(ways: Mapping[str, T], page: Page, *, count: int) -> dict[str, T]:
    """Some of the ways, another few for each page, the same in every run."""
    ranked = sorted(ways, key=lambda way: crc32(f"{page.name} {way}".encode()))
    return {name: ways[name] for name in ranked[:count]}
