"""Titles: the first heading of a chapter, found without splitting all of it."""

from server.chapters.headings import find_explicit_id, make_plain_text
from server.chapters.parsing import parse_blocks

# A title stands near the top; a heading further down does not name the chapter.
_SEARCHED_CHARACTERS = 10_000


def find_first_heading(text: str, start: int) -> str | None:
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
