"""Headings: the explicit id at the end of one, and its text as a reader sees it."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_EXPLICIT_ID = re.compile(
    r"""[ \t]*(?:
        \{\#(?P<plain>[^\s{}]+)[^{}]*\}
      | \{/\*[ \t]*\#(?P<mdx>[^\s*{}]+)[ \t]*\*/\}
      | \{:?[ \t]+\#(?P<list>[\w.:-]+)[^{}]*\}
      | \[\[(?P<anchor>[\w.:/-]+)\]\]
    )\Z""",
    re.VERBOSE,
)
_INLINE_SIGNS = re.compile(r"[\\`*_<{&!\[~:]")
_TEXT_KINDS = frozenset({"text", "text_special", "code_inline"})


def find_explicit_id(content: str) -> tuple[int, str] | None:
    """Return where the id at the heading's end begins, and the id; None where there is none."""
    if content[-1:] not in ("}", "]"):
        return None
    found = _EXPLICIT_ID.search(content, max(content.rfind("{"), content.rfind("[[")) - 1)
    if found is None:
        return None
    return found.start(), next(group for group in found.groups() if group)


def make_plain_text(content: str) -> str:
    """Return a heading's text without its markup, as slugs and outlines want it."""
    text = content.replace("\n", " ").strip()
    if _INLINE_SIGNS.search(text) is None:
        return text
    (inline,) = _build_parser().parseInline(text)
    return "".join(_list_texts(inline.children or [])).strip()


def _list_texts(tokens: list[Token]) -> list[str]:
    texts = list[str]()
    for token in tokens:
        if token.type in _TEXT_KINDS:
            texts.append(token.content)
        elif token.type == "image":
            texts.extend(_list_texts(token.children or []))
    return texts


@cache
def _build_parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("strikethrough")
