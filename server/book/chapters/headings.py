"""Headings: the explicit id at the end of one, and its text as a reader sees it."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

_EXPLICIT_ID = re.compile(
    r"""[ \t]*(?:
        \{\#(?P<plain>[^\s{}]+)[^{}]*\}
      | \{/\*[ \t]*\#(?P<mdx>[^\s*{}]+)(?:[ \t][^*{}]*)?\*/\}
      | \{:?[ \t]+\#(?P<list>[\w.:-]+)[^{}]*\}
      | \[\[(?P<anchor>[\w.:/-]+)\]\]
    )\Z""",
    re.VERBOSE,
)
_INLINE_SIGNS = re.compile(r"[\\`*_<{&!\[~:]")
# Labels are taken to be defined: the definitions may stand anywhere in the chapter.
_REFERENCE = re.compile(
    r"(?P<code>`+[^`]+`+)"
    r"|(?<![\\\]!])\[(?P<label>[^\[\]]+)\]\[(?:[^\[\]]*[^\W\d][^\[\]]*)?\]"
    r"|(?<!\\)\[\^[^\[\]\s]+\]"
)
_BREAKS = frozenset({"softbreak", "hardbreak"})
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
    """Return a heading's text without its markup, as an outline shows it."""
    return make_slug_text(content).replace("\n", " ").strip()


def make_slug_text(content: str) -> str:
    """Return the text that a slug is made of: the blanks beside a tag and line ends are in it."""
    text = content.strip()
    if _INLINE_SIGNS.search(text) is None:
        return text
    (inline,) = _build_parser().parseInline(_REFERENCE.sub(_resolve, text))
    return "".join(_list_texts(inline.children or []))


def _resolve(reference: re.Match[str]) -> str:
    """Write a reference as a link to nowhere, and leave out the mark of a footnote."""
    if reference["label"]:
        return f"[{reference['label']}]()"
    return reference["code"] or ""


def _list_texts(tokens: list[Token]) -> list[str]:
    texts = list[str]()
    for token in tokens:
        if token.type in _TEXT_KINDS:
            texts.append(token.content)
        elif token.type in _BREAKS:
            texts.append("\n")
        elif token.type == "image":
            texts.extend(_list_texts(token.children or []))
    return texts


@cache
def _build_parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("strikethrough")
