"""Markdown to the HTML of our pages.

The parser's output passes the sanitiser with slips of paper where listings, formulas and diagrams
stood; those are written by our own libraries and put back afterwards.
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import lru_cache
from html import escape
from secrets import token_hex

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.gfm_autolink import gfm_autolink_plugin

from server.book.chapters.domain import Chapter, Heading
from server.book.html.admonitions import prepare_admonitions, use_admonitions
from server.book.html.fences import write_diagram, write_formula, write_listing
from server.book.html.links import is_elsewhere
from server.book.html.references import Surroundings, surroundings_of
from server.book.html.sanitizer import sanitize
from server.book.html.trees import Tree, read_trees

WRITTEN_ID = re.compile(r"\s*\{(?:#[^{}\s]+|/\*\s*#[^{}\s]+\s*\*/)\}\s*$")


def _make_parser(*, mdx: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True, "tasklists": True})
    parser.enable(["table", "strikethrough"])
    parser.use(front_matter_plugin)
    parser.use(dollarmath_plugin, allow_space=False, double_inline=True)
    parser.use(amsmath_plugin)
    parser.use(footnote_plugin)
    parser.use(gfm_autolink_plugin)
    use_admonitions(parser)
    # What is indented in MDX is indented for looks.
    return parser.disable("code") if mdx else parser


_PARSERS = {mdx: _make_parser(mdx=mdx) for mdx in (True, False)}


@dataclass
class _Slips:
    """What is kept out of the sanitiser, each under a word that nobody can guess."""

    secret: str = field(default_factory=lambda: token_hex(8))
    kept: list[str] = field(default_factory=list[str])

    def keep(self, html: str) -> str:
        self.kept.append(html)
        return f"slip{self.secret}x{len(self.kept) - 1}x"

    def put_back(self, html: str) -> str:
        pattern = re.compile(rf"slip{self.secret}x(\d+)x")
        return pattern.sub(lambda match: self.kept[int(match[1])], html)


@lru_cache(maxsize=1024)
def render_markdown(
    text: str, surroundings: Surroundings, headings: tuple[Heading, ...], name: str
) -> str:
    """Safe HTML of a section; its headings get the ids that they have in the author's chapter.

    The name, unique on the page, keeps the section's footnotes apart from others.
    """
    slips = _Slips()
    parser = _PARSERS[surroundings.mdx]
    known = {**deepcopy(dict(surroundings.links)), "docId": name}
    tokens = parser.parse(surroundings.complete(text), known)
    _number_headings(tokens, headings)
    prepare_admonitions(tokens)
    _free_empty_headers(tokens)
    for token in _walk(tokens):
        _prepare(token, slips)
    html = parser.renderer.render(tokens, parser.options, known)
    return slips.put_back(sanitize(html, surroundings.chapter_id))


def render_trees(
    chapter: Chapter, text: str, headings: tuple[Heading, ...], name: str
) -> list[Tree]:
    """A text of a chapter as trees, for a page that builds nodes; as `render_markdown` has it."""
    return read_trees(render_markdown(text, surroundings_of(chapter), headings, name))


def _walk(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        if token.children:
            yield from _walk(token.children)


def _number_headings(tokens: Sequence[Token], headings: Sequence[Heading]) -> None:
    """Both lists are in reading order; a heading that only one of them knows is passed over."""
    left = list(headings)
    for position, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        level = int(token.tag[1])
        at = next((n for n, heading in enumerate(left) if heading.level == level), None)
        if at is not None:
            token.attrSet("id", left[at].id)
            left = left[at + 1 :]
        _drop_written_id(tokens[position + 1])


def _drop_written_id(inline: Token) -> None:
    last = inline.children[-1] if inline.children else None
    if last is not None and last.type == "text":
        last.content = WRITTEN_ID.sub("", last.content)


def _free_empty_headers(tokens: Sequence[Token]) -> None:
    """The corner of a table names nothing, so it is no header."""
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "th_open" and not inline.content.strip():
            opening.tag = closing.tag = "td"


def _prepare(token: Token, slips: _Slips) -> None:
    """Turn one token into what our pages show for it."""
    if token.type in {"fence", "code_block"}:
        _replace(token, slips.keep(_write_fence(token)))
    elif token.type.startswith("math_inline"):
        _replace(token, slips.keep(write_formula(token.content, display=False)), inline=True)
    elif token.type in {"math_block", "math_block_label", "amsmath"}:
        _replace(token, slips.keep(write_formula(token.content.strip(), display=True)))
    elif token.type == "image":
        _name_foreign_picture(token)
    elif token.type == "code_inline":
        token.attrSet("dir", "ltr")
    elif token.type in {"table_open", "table_close"}:
        _wrap_table(token)
    elif token.type == "list_item_open" and "checked" in token.meta:
        token.meta, box = {}, slips.keep(_write_box(is_done=bool(token.meta["checked"])))
        token.type, token.content = "html_block", f'<li class="task-list-item">{box} '


def _write_fence(token: Token) -> str:
    if token.info.split(maxsplit=1)[:1] == ["mermaid"]:
        return write_diagram(token.content)
    return write_listing(token.content, token.info)


def _write_box(*, is_done: bool) -> str:
    name, state = ("Done", " checked") if is_done else ("To do", "")
    return f'<input type="checkbox" disabled aria-label="{name}"{state}>'


def _replace(token: Token, slip: str, *, inline: bool = False) -> None:
    token.type = "html_inline" if inline else "html_block"
    token.content = slip if inline else f"<div>{slip}</div>\n"


def _wrap_table(token: Token) -> None:
    """A wide table scrolls in a box of its own, also by keyboard."""
    is_start = token.nesting == 1
    token.type = "html_block"
    token.content = '<div class="table" tabindex="0"><table>\n' if is_start else "</table></div>\n"


def _name_foreign_picture(token: Token) -> None:
    """A picture of another site is not loaded; a link leads there for who wants to see it."""
    target = str(token.attrGet("src") or "")
    if is_elsewhere(target):
        name = escape(token.content or "a picture on another site")
        token.type, token.children = "html_inline", None
        token.content = f'<a href="{escape(target)}">{name}</a>'
