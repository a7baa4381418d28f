"""What we say stands on a page is what Docusaurus puts there, element by element."""

import re
from collections.abc import Iterator

import pytest

from server.book.chapters.domain import Dialect
from server.book.chapters.pages.layout import Native, NativeElement, lay_out_chapter
from tests.corpus import NEEDS_CORPUS, mark_all
from tests.oracle.books import Page, list_corpus, list_docs
from tests.oracle.building import Builder, BuiltPage, Element
from tests.oracle.pages import COUNTED

BOOK = list(list_docs())
# MkDocs, Sphinx and GitHub make other pages of theirs.
OTHER_BOOKS = [
    page
    for page in list_corpus()
    if (page.mdx or page.dialect is Dialect.DOCUSAURUS) and "\0" not in page.text
]
CASES = [Page(name, text, mdx=True, dialect=Dialect.DOCUSAURUS) for name, text in COUNTED.items()]
# Measured: 607 in our own book, 1,149 in the others.
FEWEST_ELEMENTS = 550
FEWEST_ELEMENTS_OF_OTHERS = 1000

NAMES = {
    "code": "pre",
    "mermaid": "mermaid",
    "math": "pre|p",
    "image": "p",
    "html": "[a-z].*|Details",
    "jsx": "[A-Z].*|expression|[a-z.]+",
    "rule": "hr",
    "heading": "h[1-6]|header",
    "list": "ul|ol",
    "quote": "blockquote",
    "table": "table",
    "directive": "admonition|div",
    "prose": "p",
    "opaque": "p|div",
}


def list_expected(page: Page) -> Iterator[NativeElement | None]:
    """Each element of the page as we see it; None where it is made of Markdown."""
    laid_out = lay_out_chapter(page.brief.chapter)
    assert laid_out is not None
    for section in laid_out.sections:
        for block in section.blocks:
            if isinstance(block.content, Native):
                yield from block.content.elements
            else:
                yield from [None] * block.elements


def find_wrong(expected: list[NativeElement | None], built: BuiltPage) -> list[str]:
    pairs = zip(expected, built.elements, strict=True)
    return [f"{one} is {other}" for one, other in pairs if one and not is_same(one, other)]


def is_same(expected: NativeElement, element: Element) -> bool:
    if expected.kind == "code" and f"{expected.text}\n" != (element.words or "\n"):
        return False
    # A label may stand behind a formula; other marks than dollars are words to the site.
    is_formula = expected.kind == "math" and not expected.text.startswith("\\")
    if is_formula and not element.words.strip().startswith(expected.text):
        return False
    return re.fullmatch(NAMES[expected.kind], element.name) is not None


@pytest.mark.parametrize(
    "page", [*BOOK, *mark_all(OTHER_BOOKS), *CASES], ids=lambda page: page.name
)
def test_a_page_has_the_elements_that_we_count(page: Page, builder: Builder) -> None:
    built = builder.build(page.text, mdx=page.mdx)
    if built.reason is not None:
        return
    expected = list(list_expected(page))

    assert len(expected) == len(built.elements)
    assert not find_wrong(expected, built)


def test_our_own_book_compiles_and_is_compared(builder: Builder) -> None:
    """A loader that failed on everything would agree with us on everything."""
    built = [builder.build(page.text, mdx=page.mdx) for page in BOOK]

    assert all(page.reason is None for page in built)
    assert sum(len(page.elements) for page in built) >= FEWEST_ELEMENTS


@NEEDS_CORPUS
def test_most_pages_of_other_books_compile_and_are_compared(builder: Builder) -> None:
    built = [builder.build(page.text, mdx=page.mdx) for page in OTHER_BOOKS]

    assert sum(len(page.elements) for page in built) >= FEWEST_ELEMENTS_OF_OTHERS
