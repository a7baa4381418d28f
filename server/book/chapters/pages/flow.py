"""Flow: what stands on the page for a text of tags, expressions and words, one after the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.book.chapters.markdown.tags import TagScanner, closes_tag, find_tag_name, opens_tag

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
    """What a text holds outside all of its elements, and how many of them stay open behind it."""

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
    """Whether this is a comment of HTML, or an expression that holds nothing else."""
    return part.startswith("<!--") or _NOTHING.fullmatch(part) is not None


def is_plain_markup(text: str) -> bool:
    """Whether a browser can render the tags of a text: small ones without attributes, comments."""
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
