"""Boxes beside the text in the ways that books write them: `:::note`, `!!! note`, `> [!NOTE]`.

Some fold: `??? note`, `<details>`.
"""

import re
from collections.abc import Callable, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin

# How a title says that the box is an addition, not the author's.
ADDED = ("(added for you)", "(آپ کے لیے اضافہ)")
_ADDED_DETAILS = re.compile(
    rf"\A<details>(\n<summary>[^<\n]*(?:{'|'.join(map(re.escape, ADDED))})</summary>\n)"
)
FOLDED = "???"  # and `???+`, which stands open
KINDS = {
    "note": "note",
    "abstract": "note",
    "quote": "note",
    "secondary": "note",
    "info": "info",
    "important": "info",
    "example": "info",
    "question": "info",
    "tip": "tip",
    "success": "tip",
    "hint": "tip",
    "warning": "warning",
    "caution": "warning",
    "attention": "warning",
    "danger": "danger",
    "failure": "danger",
    "error": "danger",
    "bug": "danger",
}
CONTAINERS = ("note", "info", "tip", "important", "warning", "caution", "danger", "success",
              "secondary")  # fmt: skip
TITLES = {"note": "Note", "info": "Info", "tip": "Tip", "warning": "Warning", "danger": "Danger"}


def use_admonitions(parser: MarkdownIt) -> None:
    """Teach the pages' Markdown renderer every dialect's admonitions."""
    parser.options["alerts"] = True
    parser.use(admon_plugin)
    for name in CONTAINERS:
        parser.use(container_plugin, name=name, validate=_expect(name))


def _expect(name: str) -> Callable[[str, str], bool]:
    """Whether a line opens this box: its name, then nothing, a title, or one in brackets."""

    def opens(params: str, _markup: str) -> bool:
        rest = params.strip().removeprefix(name)
        return params.strip().startswith(name) and (not rest or rest[0] in " [{")

    return opens


def prepare_admonitions(tokens: Sequence[Token]) -> None:
    """Give each box the one form that our pages know."""
    for position, token in enumerate(tokens):
        if token.type.startswith("container_") and token.nesting == 1:
            _open_container(token)
        elif token.type in {"admonition_open", "alert_open"}:
            _open_box(token, tokens[position + 1 : position + 4])
        elif token.type == "admonition_close" and token.markup.startswith(FOLDED):
            token.tag = "details"
        elif token.type in {"admonition_title_open", "alert_title_open"}:
            token.attrSet("class", "admonition-title")
        elif token.type == "blockquote_open":
            _open_quote(token, tokens[position + 1 : position + 3])
        elif token.type == "html_block":
            token.content = _ADDED_DETAILS.sub(r'<details class="added">\1', token.content)


def _open_container(token: Token) -> None:
    """`:::note[Title]`, `:::note Title` or `:::note`; the title is text, never HTML."""
    name = token.type.removeprefix("container_").removesuffix("_open")
    kind = KINDS[name]
    title = token.info.strip().removeprefix(name).strip()
    if title.startswith("[") and title.endswith("]"):
        title = title[1:-1]
    shown = escape(title or TITLES.get(name, TITLES[kind]))
    token.type = "html_block"
    token.content = (
        f'<div class="{_class_of(kind, title)}"><p class="admonition-title">{shown}</p>\n\n'
    )


def _open_box(token: Token, head: Sequence[Token]) -> None:
    name = str(token.meta.get("tag") or token.meta.get("kind") or "note").lower()
    shown = next((each.content for each in head if each.type == "inline"), "")
    token.attrs = {"class": _class_of(KINDS.get(name, "note"), shown)}
    if token.markup.startswith(FOLDED):
        _fold(token, head)


def _fold(token: Token, head: Sequence[Token]) -> None:
    """Opened by its title, if it is not to stand open from the beginning."""
    token.tag = "details"
    if token.markup.endswith("+"):
        token.attrSet("open", "")
    for each in head:
        if each.type in {"admonition_title_open", "admonition_title_close"}:
            each.tag = "summary"


def _open_quote(token: Token, head: Sequence[Token]) -> None:
    """A book without boxes has its additions in quotes that begin with a bold title."""
    if any(each.content and _is_added(each.content) for each in head):
        token.attrSet("class", "added")


def _is_added(text: str) -> bool:
    first = text.splitlines()[0]
    return first.startswith("**") and first.removesuffix("**").endswith(ADDED)


def _class_of(kind: str, title: str) -> str:
    is_added = title.endswith(ADDED)
    return f"admonition {kind} added" if is_added else f"admonition {kind}"
