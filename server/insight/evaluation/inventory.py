"""A second count of what must survive, by a plain CommonMark parser and none of our splitter."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from server.book.chapters.domain import Dialect

Item = tuple[str, str]
Inventory = Counter[Item]

TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)
MATH = re.compile(r"\$\$.+?\$\$|(?<![\\$\w])\$(?=\S)[^$\n]+?(?<=\S)\$(?![\w$])", re.DOTALL)
EXPLICIT_ID = re.compile(r"\{/?\*?\s*#[\w-]+\s*\*?/?\}")
DIRECTIVE = re.compile(r"^[ \t>]*(:{3,}[ \t]*[\w-]*)", re.MULTILINE)
STATEMENT = re.compile(r"^(?:import|export)\b.*$", re.MULTILINE)
COUNTED = frozenset({"list_item_open", "th_open", "td_open", "hr", "blockquote_open"})
ADDRESSED = {"link_open": ("link", "href"), "image": ("image", "src")}

_parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def count_protected(text: str, dialect: Dialect) -> Inventory:
    """Code, formulas, addresses, tags, ids and headings by value; items, cells, quotes by number.

    An indented block counts as code only where no admonition or component could indent prose.
    """
    tokens = _parser.parse(text)
    items: Inventory = Counter(
        item for token in _walk(tokens) for item in _list_items(token, dialect)
    )
    words = "\n".join(token.content for token in tokens if token.type == "inline")
    items.update(("formula", each) for each in MATH.findall(_without_code(words)))
    items.update(("id", each) for each in EXPLICIT_ID.findall(words))
    items.update(("directive", each) for each in DIRECTIVE.findall(words))
    items.update(("statement", each) for each in STATEMENT.findall(words))
    return items


def compare(before: Inventory, after: Inventory) -> list[str]:
    """What was lost and what was added, in words."""
    lost = [f"lost: {_describe(item, n)}" for item, n in sorted((before - after).items())]
    added = [f"added: {_describe(item, n)}" for item, n in sorted((after - before).items())]
    return lost + added


def _describe(item: Item, number: int) -> str:
    kind, value = item
    shown = value if len(value) <= 80 else f"{value[:80]}…"  # noqa: PLR2004
    times = f" ({number} times)" if number > 1 else ""
    return f"{kind} {shown}{times}" if shown else f"{kind}{times}"


def _walk(tokens: Iterable[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _walk(token.children or ())


def _list_items(token: Token, dialect: Dialect) -> Iterator[Item]:
    if token.type in COUNTED:
        yield token.type.removesuffix("_open").replace("_", " "), ""
    elif token.type in ADDRESSED:
        kind, attribute = ADDRESSED[token.type]
        yield kind, str(token.attrs.get(attribute, ""))
    elif token.type in {"html_block", "html_inline"}:
        yield from (("tag", tag) for tag in TAG.findall(token.content))
    elif token.type == "heading_open":
        yield "heading", token.tag
    elif token.type == "ordered_list_open":
        yield "ordered list", str(token.attrs.get("start", 1))
    else:
        yield from _list_code(token, dialect)


def _list_code(token: Token, dialect: Dialect) -> Iterator[Item]:
    if token.type == "fence":
        yield "code block", f"{token.info}\n{token.content}"
    elif token.type == "code_block" and dialect is Dialect.COMMONMARK:
        yield "code block", token.content
    elif token.type == "code_inline":
        yield "code", token.content


def _without_code(text: str) -> str:
    return re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "", text, flags=re.DOTALL)
