"""A shown section as blocks: Markdown to render, and what the site has rendered already. Pure.

The author's section says which blocks are native to the page, and which elements of it they are;
the shown section, split again, says what stands between them. Rewriting never reorders, adds or
loses a native block, so the two are matched one to one; where they are not, the page keeps the
author's section.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Annotated

import structlog
from pydantic import ConfigDict, Field

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
from server.book.chapters.splitter import Context
from server.generation.editions.domain import Order
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


Block = MarkdownBlock | NativeBlock


@dataclass(frozen=True, slots=True)
class SectionBlocks:
    """A section as a page puts it together; all None for a page of which nothing is known."""

    blocks: tuple[Block, ...] | None = None
    elements: int | None = None
    images: tuple[str, ...] | None = None


NO_BLOCKS = SectionBlocks()


def find_blocks(order: Order, index: int, section: ShownSection) -> SectionBlocks:
    """The blocks of a section for a page that was built from the file as it is now."""
    page = lay_out_chapter(order.chapter) if order.with_blocks else None
    if page is None:
        return NO_BLOCKS
    is_original = section.markdown == order.chapter.sections[index].source
    text = None if is_original else section.markdown
    found = divide_section(page, index, text, order.brief.context)
    if found.blocks is None:
        logger.warning("native blocks do not match", section=section.id)
    return found


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
