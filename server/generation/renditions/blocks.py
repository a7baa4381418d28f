"""A shown section as blocks: Markdown to render, and what the site has rendered already. Pure.

The author's section says which blocks are native to the page, and which elements of it they are;
the shown section, split again, says what stands between them. Rewriting never reorders, adds or
loses a native block, so the two are matched one to one; where they are not, the page keeps the
author's section.
"""

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from hashlib import sha256
from typing import Annotated

import structlog
from pydantic import ConfigDict, Field

from server.book.chapters.domain import Chapter, Dialect
from server.book.chapters.markdown.links import with_definitions
from server.book.chapters.pages.layout import (
    Native,
    Page,
    PageSection,
    Prose,
    lay_out_chapter,
    lay_out_section,
)
from server.book.chapters.pages.natives import Likeness
from server.book.chapters.splitter import Context, context_of
from server.book.html.renderer import render_trees
from server.book.html.trees import Tree, count_headings
from server.generation.editions.domain import Form
from server.generation.renditions.domain import ShownSection

_ENDS_BLANK = re.compile(r"(?:\r\n|\r|\n)[ \t]*(?:\r\n|\r|\n)\Z")

logger = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class MarkdownBlock:
    """A block of an answer: Markdown for the site to render, link definitions behind it."""

    __pydantic_config__ = ConfigDict(title="MarkdownBlockResponse")

    markdown: str


@dataclass(frozen=True, slots=True)
class NativeBlock:
    """A block of an answer that the site has rendered already: a listing, a formula, a figure."""

    __pydantic_config__ = ConfigDict(title="NativeBlockResponse")

    native: Annotated[int, Field(description="Counts the chapter's native blocks, from 0.")]
    kind: Annotated[
        str,
        Field(
            description="code, mermaid, math, image, jsx, html, rule, heading, list, quote, table, "
            "directive, prose or opaque."
        ),
    ]
    text_hash: Annotated[
        str,
        Field(
            description="SHA-256, in hex, of a listing's code (what stands between the fences, "
            "without the last line end), of a formula's TeX, otherwise of the block's source; "
            "space around the last two left out."
        ),
    ]
    element: Annotated[
        int,
        Field(
            description="Which of the page's top-level elements it is, from 0, as its author wrote "
            "it."
        ),
    ]


@dataclass(frozen=True, slots=True)
class ElementBlock:
    """A block of an answer that is rendered already: an element, from which a page builds nodes."""

    __pydantic_config__ = ConfigDict(title="ElementBlockResponse")

    tag: str
    attributes: dict[str, str]
    children: Annotated[list[object], Field(description="Elements like this one, and texts.")]


Block = MarkdownBlock | NativeBlock | ElementBlock


def write_block(block: Block) -> dict[str, object]:
    """Return a block as JSON has it; the children of an element are written already."""
    return {each.name: getattr(block, each.name) for each in fields(block)}


@dataclass(frozen=True, slots=True)
class SectionBlocks:
    """A section as a page puts it together; all None for a page of which nothing is known."""

    blocks: tuple[Block, ...] | None = None
    elements: int | None = None
    images: tuple[str, ...] | None = None


NO_BLOCKS = SectionBlocks()


def find_blocks(chapter: Chapter, form: Form, index: int, section: ShownSection) -> SectionBlocks:
    """The blocks of a shown section in the form that a page has asked for.

    With blocks the page was built from the file as it is now.
    """
    page = lay_out_chapter(chapter) if form.with_blocks else None
    if page is None:
        if not form.as_trees or form.with_blocks:
            return NO_BLOCKS
        trees = render_trees(chapter, section.markdown, section.headings, f"p{index}")
        return SectionBlocks(tuple(_as_blocks(trees)))
    is_original = section.markdown == chapter.sections[index].source
    text = None if is_original else section.markdown
    context = _read_context(chapter.content, chapter.dialect, mdx=chapter.mdx)
    found = divide_section(page, index, text, context)
    if found.blocks is None:
        logger.warning("native blocks do not match", section=section.id)
    if not form.as_trees or found.blocks is None:
        return found
    return replace(found, blocks=tuple(_render_prose(chapter, index, section, found.blocks)))


def _render_prose(
    chapter: Chapter, index: int, section: ShownSection, blocks: Sequence[Block]
) -> Iterator[Block]:
    """The blocks with elements in place of their Markdown; headings keep the section's ids."""
    headings = section.headings
    for number, block in enumerate(blocks):
        if not isinstance(block, MarkdownBlock):
            yield block
            continue
        trees = render_trees(chapter, block.markdown, headings, f"p{index}b{number}")
        headings = headings[count_headings(trees) :]
        yield from _as_blocks(trees)


def _as_blocks(trees: Iterable[Tree]) -> Iterator[ElementBlock]:
    for tree in trees:
        yield ElementBlock(tree["tag"], tree["attributes"], list[object](tree["children"]))


@lru_cache(maxsize=64)
def _read_context(text: str, dialect: Dialect, *, mdx: bool) -> Context:
    return context_of(text, dialect=dialect, mdx=mdx)


# A section of a stream is written once more in its last event, and for whoever asks next.
@lru_cache(maxsize=512)
def divide_section(page: Page, index: int, text: str | None, context: Context) -> SectionBlocks:
    """The blocks of a section that shows this text in place of the author's."""
    original = page.sections[index]
    shown = original
    if text is not None:
        shown = lay_out_section(text, context, page.definitions, first=index == 0)
    blocks = _list_blocks(page, original, shown)
    return SectionBlocks(blocks, original.elements, original.images)


def _list_blocks(page: Page, original: PageSection, shown: PageSection) -> tuple[Block, ...] | None:
    """Put the author's native blocks between the Markdown that is shown; None if they differ."""
    natives = deque(_list_natives(original))
    blocks = list[Block]()
    prose = list[str]()
    for each in shown.blocks:
        content = each.content
        if isinstance(content, Native) and natives and natives[0][0] == content.likeness:
            blocks += [*_join_prose(page, prose), *natives.popleft()[1]]
            prose.clear()
        elif isinstance(content, Native) and content.prose is None:
            return None
        elif content is not None:
            prose.append(_find_markdown(content))
    return None if natives else (*blocks, *_join_prose(page, prose))


def _find_markdown(content: Native | Prose) -> str:
    """A block that a condensing plan left without words is no longer prose, nor the author's."""
    prose = content.prose if isinstance(content, Native) else content
    return prose.markdown if prose is not None else ""


def _join_prose(page: Page, prose: Sequence[str]) -> Iterator[MarkdownBlock]:
    if prose:
        # What stood between two of them may be gone: a comment, an import.
        markdown = "".join(f"{each}\n" if not _ENDS_BLANK.search(each) else each for each in prose)
        yield MarkdownBlock(with_definitions(markdown, page.definitions))


def _list_natives(original: PageSection) -> Iterator[tuple[Likeness, list[NativeBlock]]]:
    """Yield each of the author's native blocks, as what it is known by and what it is."""
    number, element = original.first_native, original.first_element
    for block in original.blocks:
        if isinstance(block.content, Native):
            kept = block.content.elements
            yield (
                block.content.likeness,
                [
                    NativeBlock(number + i, each.kind, _hash(each.text), element + i)
                    for i, each in enumerate(kept)
                ],
            )
            number += len(kept)
        element += block.elements


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
