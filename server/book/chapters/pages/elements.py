"""Elements: how many top-level elements a unit of a chapter is on its page."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.book.chapters.markdown.drafts import Unit
from server.book.chapters.markdown.links import read_definition
from server.book.chapters.markdown.tags import TagScanner, closes_tag, find_tag_name, opens_tag

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
    """Whether the page's element goes on with the next unit: no blank line, nothing open."""
    return not before.is_open and not _BLANK_LINE_END.search(text_before)


def _reads_on(before: Unit, text_before: str, unit: Unit, text: str) -> bool:
    return _reads_as_paragraph(before, text_before) and _reads_as_paragraph(unit, text)


def _reads_as_paragraph(unit: Unit, text: str) -> bool:
    """Whether the site's parser takes these lines for words, though we know them better."""
    if unit.kind == "opaque":
        return not is_comment(text.strip()) and not _LEAF_DIRECTIVE.match(text)
    is_display = unit.kind == "math" and text.startswith("$$") and "\n" in text.strip()
    return unit.kind in {"prose", "math"} and not is_display


_INLINE_CODE = re.compile(r"(?<!`)(`+)(?!`)(?:.+?)(?<!`)\1(?!`)", re.DOTALL)
_NOTHING = re.compile(r"\{\s*(?:/\*.*?\*/\s*)*\}", re.DOTALL)
_MARK = re.compile(r"[<{]")
_PLAIN_TAG = re.compile(r"</?([a-z]+)\s*/?>")
# A browser that renders Markdown knows these without the site's help.
_SIMPLE_NAMES = frozenset(
    ["abbr", "b", "br", "em", "i", "kbd", "mark", "small", "strong", "sub", "sup", "u"]
)
_GROUP_NAMES = frozenset(["details", "summary"])


@dataclass(frozen=True, slots=True)
class Flow:
    """What stands on a page outside all elements of a text, and how many stay open behind it."""

    nodes: int
    has_words: bool
    depth: int


def read_flow(text: str, depth: int = 0) -> Flow:
    """Count the elements and expressions of a text that begins inside `depth` open elements."""
    nodes, has_words = 0, False
    for part in _list_parts(_INLINE_CODE.sub("x", text)):
        if is_comment(part):
            continue
        name = find_tag_name(part)
        is_outside = depth == 0
        if name is None and not part.startswith("{"):
            has_words = has_words or (is_outside and bool(part.strip()))
        elif closes_tag(part):
            depth = max(0, depth - 1)
        else:
            nodes += is_outside
            depth += opens_tag(part)
    return Flow(nodes, has_words, depth)


def _list_parts(text: str) -> Iterator[str]:
    """Yield each tag, each expression, and what stands between them."""
    scanner = TagScanner(text)
    at = 0
    while at < len(text):
        end = _find_end(text, at, scanner)
        if end is None:
            mark = _MARK.search(text, at + 1)
            end = mark.start() if mark else len(text)
        yield text[at:end]
        at = end


def _find_end(text: str, at: int, scanner: TagScanner) -> int | None:
    if text[at] == "{":
        return scanner.find_braces_end(at)
    return scanner.find_tag_end(at) if text[at] == "<" else None


def is_comment(part: str) -> bool:
    """Whether a part of a page is a comment, or an expression that holds nothing else."""
    return part.startswith("<!--") or _NOTHING.fullmatch(part) is not None


def is_plain_markup(text: str) -> bool:
    """Whether the browser can render a text's tags as they are: small ones without attributes."""
    return all(_is_plain(part) for part in _list_parts(_INLINE_CODE.sub("x", text)))


def _is_plain(part: str) -> bool:
    if find_tag_name(part) is None:
        return not part.startswith("{")
    tag = _PLAIN_TAG.fullmatch(part)
    return tag is not None and tag[1] in _SIMPLE_NAMES | _GROUP_NAMES


def list_names(text: str) -> list[str]:
    """Return the names of a text's tags; a fragment's is empty."""
    names = (find_tag_name(part) for part in _list_parts(text))
    return [name for name in names if name is not None]
