"""Headings: the explicit id at the end of one, and its text as a reader sees it."""

import re
import unicodedata
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


_KEPT_CATEGORIES = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl", "Nd", "Mn", "Mc", "Me", "Pc"})
# Letters in circles and squares are symbols to Unicode's categories, and still alphabetic.
_CIRCLED_LETTERS = (
    ("Ⓐ", "ⓩ"),
    ("\U0001f130", "\U0001f149"),
    ("\U0001f150", "\U0001f169"),
    ("\U0001f170", "\U0001f189"),
)


def make_slug(text: str) -> str:
    """Return the slug of a heading's plain text, without regard to other headings."""
    kept = (char for char in text.lower() if char in " -" or _is_kept(char))
    return "".join(kept).replace(" ", "-")


def _is_kept(char: str) -> bool:
    if unicodedata.category(char) in _KEPT_CATEGORIES:
        return True
    return any(first <= char <= last for first, last in _CIRCLED_LETTERS)


class Slugger:
    """Gives each heading of one chapter a slug of its own: `setup`, `setup-1`, `setup-2`."""

    def __init__(self) -> None:
        self._seen = dict[str, int]()

    def take(self, text: str) -> str:
        """Return the slug of the next heading with this text."""
        original = slug = make_slug(text)
        while slug in self._seen:
            self._seen[original] += 1
            slug = f"{original}-{self._seen[original]}"
        self._seen[slug] = 0
        return slug
