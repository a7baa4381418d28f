"""Titles: the first heading of a chapter, and the title that only its front matter holds."""

from dataclasses import replace
from functools import lru_cache

from server.book.chapters.domain import Block, Run, RunKind, Section
from server.book.chapters.front_matter import FrontMatter, read_front_matter
from server.book.chapters.headings import find_explicit_id, make_plain_text
from server.book.chapters.markdown.inline import InlineRules, find_spans
from server.book.chapters.markdown.parser import parse_blocks

# A title stands near the top; a heading further down does not name the chapter.
_SEARCHED_CHARACTERS = 10_000


def find_title(chapter_id: str, text: str, front_matter: FrontMatter) -> str:
    """Return what a chapter is called: by its front matter, its first heading, or its id."""
    heading = front_matter.title or _find_first_heading(text, front_matter.body_start)
    return heading or chapter_id


def _find_first_heading(text: str, start: int) -> str | None:
    """Return the plain text of the first heading behind `start`, if there is one."""
    head = text[start : start + _SEARCHED_CHARACTERS]
    tokens = parse_blocks(head, mdx=True, first=False).tokens
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and (title := _read_heading(tokens[index + 1].content)):
            return title
    return None


def _read_heading(content: str) -> str:
    explicit = find_explicit_id(content)
    return make_plain_text(content[: explicit[0]] if explicit else content)


def find_title_run(section: Section) -> int | None:
    """Return the index in `section.runs` of the title that the front matter holds, if any."""
    return next((index for index, run in enumerate(section.runs) if run.detached), None)


def offer_title(section: Section) -> Section:
    """Add the front matter's title as a detached run where no heading of level 1 says it.

    Whether there is such a heading is the same in a translation, whatever it says there.
    """
    if any(heading.level == 1 for heading in section.headings):
        return section
    blocks = tuple(_add_title(block) for block in section.blocks)
    return section if blocks == section.blocks else replace(section, blocks=blocks)


def _add_title(block: Block) -> Block:
    title = _read_title(block.source) if block.kind == "front_matter" else None
    if title is None:
        return block
    front_matter, *rest = block.pieces
    run = Run(RunKind.LABEL, "", title, (), 1, "", detached=True)
    return replace(block, pieces=(front_matter, run, *rest))


# A rewrite is verified by splitting its section again, with the front matter as it was.
@lru_cache(maxsize=256)
def _read_title(front_matter: str) -> str | None:
    title = read_front_matter(front_matter).title
    return title if title and is_plain_title(title) else None


def is_plain_title(title: str) -> bool:
    """Whether a title is one line of words, and nothing in it is code, a link or a tag."""
    if "\n" in title or not any(char.isalpha() for char in title):
        return False
    return not find_spans(title, InlineRules(mdx=True, definitions=frozenset()))
