"""Page units: how many top-level elements a unit of a chapter is on its page."""

import re

from server.book.chapters.markdown.drafts import Unit
from server.book.chapters.markdown.links import read_definition
from server.book.chapters.pages.flow import is_comment, read_flow

_HIDDEN_KINDS = frozenset({"front_matter", "esm", "blank"})
_TAGGED_KINDS = frozenset({"prose", "jsx", "html"})
_FOOTNOTE = re.compile(r"\s*\[\^[^\]\s]+\]:")
_LEAF_DIRECTIVE = re.compile(r"\s*::[a-z]")
_OPENS_DIRECTIVE = re.compile(r"\s*:{3,}[a-zA-Z]")
_BLANK_LINE_END = re.compile(r"\n[ \t]*\n\Z")


def count_elements(unit: Unit, text: str, *, mdx: bool, depth: int = 0) -> tuple[int, int]:
    """Return how many elements a unit adds to a page inside `depth` open ones, and the new depth.

    A paragraph that holds nothing but components is not one: MDX shows what it holds.
    """
    if unit.kind == "directive":
        return _count_directive(text, depth)
    if unit.kind not in _TAGGED_KINDS:
        return (0 if depth or is_hidden(unit, text) else 1), depth
    flow = read_flow(text, depth)
    is_paragraph = unit.kind == "prose" and (flow.has_words or not mdx)
    return (1 if is_paragraph and not depth else flow.nodes), flow.depth


def _count_directive(text: str, depth: int) -> tuple[int, int]:
    if _OPENS_DIRECTIVE.match(text):
        return int(depth == 0), depth + 1
    # A line of bare colons that closes nothing is a paragraph.
    return int(depth == 0), max(0, depth - 1)


def is_hidden(unit: Unit, text: str) -> bool:
    """Whether nothing stands on the page for the unit, or not where the unit stands."""
    if unit.kind == "definition":
        return bool(_FOOTNOTE.match(text)) or read_definition(text) is not None
    if unit.kind == "opaque":
        return is_comment(text.strip())
    return unit.kind in _HIDDEN_KINDS


def continues(before: Unit, text_before: str, unit: Unit, text: str) -> bool:
    """Whether the unit belongs to the block before it: an open one, a passage, a paragraph."""
    if before.is_open:
        return True
    if before.passage is not None and unit.passage is not None:
        return True
    return goes_on(before, text_before) and _reads_on(before, text_before, unit, text)


def goes_on(before: Unit, text_before: str) -> bool:
    """Whether no blank line, and nothing that is open, keeps the next unit apart."""
    return not before.is_open and not _BLANK_LINE_END.search(text_before)


def _reads_on(before: Unit, text_before: str, unit: Unit, text: str) -> bool:
    return _reads_as_paragraph(before, text_before) and _reads_as_paragraph(unit, text)


def _reads_as_paragraph(unit: Unit, text: str) -> bool:
    """Whether the site's parser takes these lines for words, though we know them better."""
    if unit.kind == "opaque":
        return not is_comment(text.strip()) and not _LEAF_DIRECTIVE.match(text)
    is_display = unit.kind == "math" and text.startswith("$$") and "\n" in text.strip()
    return unit.kind in {"prose", "math"} and not is_display
