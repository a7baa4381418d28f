"""The parser: markdown-it set up with our block rules, and the tokens it makes of a text."""

import gc
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_block import (
    blockquote,
    code,
    fence,
    heading,
    hr,
    html_block,
    list_block,
    reference,
    table,
)
from markdown_it.token import Token

from server.book.chapters.markdown import directives, formulas, mdx
from server.book.chapters.markdown.lines import Layout
from server.book.chapters.markdown.paragraphs import prose_block
from server.book.chapters.markdown.rules import ANY, ENV_KEY, ChainRuler, Rule, Trace
from server.book.chapters.markdown.tags import TagScanner

# Containers nested deeper than this are left to the skeleton.
_DEEPEST_NESTING = 60
_ENDS_PARAGRAPHS = ("paragraph", "reference", "blockquote", "list")


_DIGITS = "0123456789"
_RULES_OF_ALL = (
    Rule("front_matter", directives.front_matter_block, "-"),
    Rule("admonition", directives.admonition_block, "!?=", _ENDS_PARAGRAPHS, is_container=True),
    Rule("footnote", directives.footnote_block, "[", _ENDS_PARAGRAPHS, is_container=True),
    Rule("directive", directives.directive_block, ":", _ENDS_PARAGRAPHS),
    Rule("literal", directives.literal_block, directives.LITERAL_STARTS, _ENDS_PARAGRAPHS),
    Rule("dollars", formulas.dollar_block, "$", _ENDS_PARAGRAPHS),
    Rule("brackets", formulas.bracket_block, "\\", _ENDS_PARAGRAPHS),
    Rule("environment", formulas.environment_block, "\\", _ENDS_PARAGRAPHS),
)
_RULES_OF_MDX = (
    Rule("esm", mdx.esm_block, "ie"),
    Rule("jsx", mdx.jsx_block, "<{", _ENDS_PARAGRAPHS),
)
_RULES_OF_MARKDOWN = (
    Rule("esm", mdx.esm_import_block, "i"),
    Rule("jsx", mdx.component_block, "<{", _ENDS_PARAGRAPHS),
    Rule("definition", directives.definition_block, ":", _ENDS_PARAGRAPHS, is_container=True),
    Rule(
        "fenced_admonition",
        directives.fenced_admonition_block,
        "`~",
        _ENDS_PARAGRAPHS,
        is_container=True,
    ),
    Rule("code", code, ANY),
    Rule("html_block", html_block, "<", ("paragraph", "reference", "blockquote")),
)
_RULES_OF_COMMONMARK = (
    Rule("table", table, ANY, ("paragraph", "reference")),
    Rule("fence", fence, "`~", _ENDS_PARAGRAPHS),
    Rule("blockquote", blockquote, ">", _ENDS_PARAGRAPHS, is_container=True),
    Rule("hr", hr, "*-_", _ENDS_PARAGRAPHS),
    Rule(
        "list",
        list_block,
        "*-+" + _DIGITS,
        ("paragraph", "reference", "blockquote"),
        is_container=True,
    ),
    Rule("reference", reference, "["),
    Rule("heading", heading, "#", ("paragraph", "reference", "blockquote")),
    Rule("prose", prose_block, ANY),
)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The block tokens of a text, and where the text of each of its lines starts."""

    layout: Layout
    tokens: Sequence[Token]
    starts: Sequence[int]
    definitions: frozenset[str]


def parse_blocks(
    text: str, *, mdx: bool, first: bool, definitions: frozenset[str] = frozenset()
) -> Parsed:
    """Parse a text into block tokens; `definitions` are labels that are defined elsewhere."""
    layout = Layout(text, first=first)
    parser = _build_parser(mdx=mdx)
    starts = list(layout.line_starts)
    references: dict[str, dict[str, str]] = {label: {} for label in definitions}
    env = {
        ENV_KEY: Trace(TagScanner(layout.text), starts, front_matter_allowed=first),
        "references": references,
    }
    tokens = list[Token]()
    parser.block.parse(layout.text, parser, env, tokens)
    return Parsed(layout, tokens, starts, frozenset(references))


def list_rules(*, mdx: bool) -> Sequence[Rule]:
    """Return the block rules in the order in which they are tried."""
    special = _RULES_OF_MDX if mdx else _RULES_OF_MARKDOWN
    return (*_RULES_OF_ALL, *special, *_RULES_OF_COMMONMARK)


@cache
def _build_parser(*, mdx: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"inline_definitions": True, "maxNesting": _DEEPEST_NESTING})
    parser.block.ruler = ChainRuler(list_rules(mdx=mdx))
    return parser


@contextmanager
def pause_collection() -> Generator[None, None, None]:
    """Let no garbage collection begin while the parser makes tokens, which are all kept.

    The collector would look through all that there is already, again and again, and a chapter of
    a megabyte would cost half as much again for each of its characters as a short one.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
