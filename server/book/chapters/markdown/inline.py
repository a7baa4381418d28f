"""Inline: the stretches of a block's text that never change, found in one pass from the left."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

from markdown_it.common.utils import normalizeReference

from server.book.chapters.markdown.links import find_target_end
from server.book.chapters.markdown.tags import (
    RAW_NAMES,
    TagScanner,
    find_tag_name,
    is_component,
    opens_tag,
)

_SPECIAL = r"(?P<special>[\\`<{$\[\]!&⟦⟧])"
_BREAK = r"(?P<break>(?<![ ])[ ]{2,}\n)"
_URL = r"""(?P<url>
    (?<![A-Za-z0-9])(?:https?|ftp)://[^\s<>"'`\[\]{}|\\^⟦⟧]*[^\s<>"'`\[\]{}|\\^⟦⟧.,;:!?*_~)]
    | (?<![\w.@/-])www\.[^\s<>"'`\[\]{}|\\^⟦⟧]*[^\s<>"'`\[\]{}|\\^⟦⟧.,;:!?*_~)]
)"""
_EMAIL = r"""(?P<email>
    (?<![\w.+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}
)"""
_ROLE = r"(?P<role>:[a-z][\w+.:-]{0,60}:(?=`))"
_EMOJI = r"(?P<emoji>(?<![\w:]):(?=[a-z0-9_+-]*[a-z])[a-z0-9_+-]{1,60}:(?![\w:]))"
_KIND_OF_GROUP = {"break": "break", "url": "url", "email": "url", "role": "role", "emoji": "emoji"}
_BACKTICKS = re.compile(r"`+")
_ENTITY = re.compile(r"&(?:\#[xX][0-9a-fA-F]{1,6}|\#[0-9]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});")
_AUTOLINK = re.compile(
    r"<(?:[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[\w.-]+)>"
)
_DECLARATIONS = (("<?", "?>"), ("<![CDATA[", "]]>"), ("<!", ">"))
_ESCAPE = re.compile(r"\\[!-/:-@\[-`{-~]")
_BACKSLASH_BREAK = re.compile(r"\\\n")
_CELL_PIPE = re.compile(r"\\+\|")
_MATH_OPEN = re.compile(r"\\{1,2}[(\[]")
_ENVIRONMENT = re.compile(r"\\begin\{([A-Za-z]{1,20}\*?)\}")
_MATH_SIGN = re.compile(r"[\\^_=]")
_DOLLARS = re.compile(r"\$\$(?:[^$\\`]|\\.|\$(?!\$))+?\$\$", re.DOTALL)
_DOLLAR = re.compile(r"\$(?![\s$])(?:[^$\\`]|\\.)*(?<!\s)\$", re.DOTALL)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,200}\]:?")
_ANCHOR = re.compile(r"\[\[[^\[\]\n]{1,200}\]\]")
_TEMPLATE = re.compile(
    r"\{\{(?:[^{}\n]|\{[^{}\n]*\})*\}\}|\{%[^%\n]{0,500}%\}|\{/\*[^*\n]{0,500}\*/\}"
)
_ATTRIBUTE = re.compile(
    r"\{[#.:%][^{}\n]*\}|(?<=\S)\{[^{}\n]*\}|\{[\w:+.-]{1,60}\}(?=`)|\{[\w-]{1,60}=[^{}\n]*\}"
)
_LONGEST_LABEL = 999
_LONGEST_INLINE_MATH = 2000


@dataclass(frozen=True, slots=True)
class InlineRules:
    """What the text of a block may hold; `cell` is a table's, where a pipe is escaped first."""

    mdx: bool
    definitions: frozenset[str]
    cell: bool = False


class Found(NamedTuple):
    """A protected stretch of a block's text; a tuple, for a chapter has thousands."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class _Opener:
    start: int
    is_image: bool


def find_spans(text: str, rules: InlineRules) -> list[Found]:
    """Return the protected stretches of a block's text, in order and never overlapping."""
    mark = _choose_mark(text)
    first = mark.search(text)
    return [] if first is None else _InlineScan(text, rules).run(mark, first)


def _choose_mark(text: str) -> re.Pattern[str]:
    """Return what finds every mark in this text; without those that it cannot hold it is faster."""
    return _build_mark(
        has_break="  \n" in text,
        has_url="://" in text or "www." in text,
        has_email="@" in text,
        has_colons=text.count(":") > 1,
    )


@cache
def _build_mark(
    *, has_break: bool, has_url: bool, has_email: bool, has_colons: bool
) -> re.Pattern[str]:
    marks = [_SPECIAL]
    marks += [_BREAK] if has_break else []
    marks += [_URL] if has_url else []
    marks += [_EMAIL] if has_email else []
    marks += [_ROLE, _EMOJI] if has_colons else []
    return re.compile("|".join(marks), re.VERBOSE)


class _InlineScan:
    """One pass over a text; what binds tighter than a link is consumed before its brackets are."""

    def __init__(self, text: str, rules: InlineRules) -> None:
        self._text = text
        self._rules = rules
        self._found = list[Found]()
        self._openers = list[_Opener]()
        self._loose_dollars = list[int]()
        self._backticks: dict[int, list[int]] | None = None

    @cached_property
    def _scanner(self) -> TagScanner:
        return TagScanner(self._text)

    def run(self, pattern: re.Pattern[str], first: re.Match[str]) -> list[Found]:
        mark: re.Match[str] | None = first
        while mark is not None:
            group = mark.lastgroup or "special"
            if group == "special":
                at = _TAKERS[mark[0]](self, mark.start()) or mark.end()
            else:
                end = self._balance_url(mark) if group == "url" else mark.end()
                at = self._add(mark.start(), end, _KIND_OF_GROUP[group])
            mark = pattern.search(self._text, at)
        return self._merge_ambiguous_dollars()

    def _balance_url(self, url: re.Match[str]) -> int:
        """Return the URL's end with the parentheses that close one of its own."""
        loose, end = url[0].count("(") - url[0].count(")"), url.end()
        while loose > 0 and self._text.startswith(")", end):
            loose, end = loose - 1, end + 1
        return end

    def _add(self, start: int, end: int, kind: str) -> int:
        """Protect a stretch, and with it whatever was found inside."""
        while self._found and self._found[-1].start >= start:
            self._found.pop()
        self._found.append(Found(start, end, kind))
        return end

    def _add_match(self, pattern: re.Pattern[str], at: int, kind: str) -> int | None:
        found = pattern.match(self._text, at)
        return self._add(at, found.end(), kind) if found else None

    def take_backslash(self, at: int) -> int | None:
        if self._rules.cell and (taken := self._add_match(_CELL_PIPE, at, "escape")):
            return taken
        return (
            self._take_bracket_math(at)
            or self._take_environment(at)
            or self._add_match(_BACKSLASH_BREAK, at, "break")
            or self._add_match(_ESCAPE, at, "escape")
        )

    def _take_bracket_math(self, at: int) -> int | None:
        opening = _MATH_OPEN.match(self._text, at)
        if opening is None:
            return None
        closing = opening[0].replace("(", ")").replace("[", "]")
        limit = opening.end() + _LONGEST_INLINE_MATH
        close = self._text.find(closing, opening.end(), limit)
        body = self._text[opening.end() : max(close, opening.end())]
        doubtful = opening[0] == "\\[" and not _MATH_SIGN.search(body)
        if doubtful or not body.strip():
            return None
        return self._add(at, close + len(closing), "math")

    def _take_environment(self, at: int) -> int | None:
        opening = _ENVIRONMENT.match(self._text, at)
        if opening is None:
            return None
        closing = f"\\end{{{opening[1]}}}"
        close = self._text.find(closing, opening.end(), opening.end() + _LONGEST_INLINE_MATH)
        return None if close < 0 else self._add(at, close + len(closing), "math")

    def take_code(self, at: int) -> int:
        run = _BACKTICKS.match(self._text, at)
        assert run is not None
        end = self._find_code_end(run.end(), len(run[0]))
        return run.end() if end is None else self._add(at, end, "code")

    def _find_code_end(self, start: int, length: int) -> int | None:
        if self._backticks is None:
            self._backticks = defaultdict(list)
            for run in _BACKTICKS.finditer(self._text):
                self._backticks[len(run[0])].append(run.start())
        runs = self._backticks.get(length, [])
        index = bisect_right(runs, start - 1)
        return runs[index] + length if index < len(runs) else None

    def take_angle(self, at: int) -> int | None:
        if taken := self._add_match(_AUTOLINK, at, "url"):
            return taken
        end = self._scanner.find_tag_end(at) or self._find_declaration_end(at)
        if end is None:
            return None
        tag = self._text[at:end]
        name = find_tag_name(tag)
        if name in RAW_NAMES and opens_tag(tag):
            end = self._scanner.find_after(f"</{name}>", end) or end
        return self._add(at, end, "jsx" if name is not None and is_component(name) else "html")

    def _find_declaration_end(self, at: int) -> int | None:
        for opening, closing in _DECLARATIONS:
            if self._text.startswith(opening, at):
                return self._scanner.find_after(closing, at + len(opening))
        return None

    def take_brace(self, at: int) -> int | None:
        if self._rules.mdx and (end := self._scanner.find_braces_end(at)):
            kind = "attribute" if self._text.startswith("{#", at) else "expression"
            return self._add(at, end, kind)
        return self._add_match(_TEMPLATE, at, "template") or self._add_match(
            _ATTRIBUTE, at, "attribute"
        )

    def take_dollar(self, at: int) -> int | None:
        taken = self._add_match(_DOLLARS, at, "math") or self._add_match(_DOLLAR, at, "math")
        if taken is None:
            self._loose_dollars.append(at)
        return taken

    def _merge_ambiguous_dollars(self) -> list[Found]:
        """Where a lone `$` stands beside formulas, nobody can tell which pairs with which."""
        if not self._loose_dollars:
            return self._found
        formulas = [found for found in self._found if self._is_dollar_formula(found)]
        if not formulas:
            return self._found
        start = min(self._loose_dollars[0], formulas[0].start)
        end = max(self._loose_dollars[-1] + 1, formulas[-1].end)
        inside = [found for found in self._found if found.end > start and found.start < end]
        start = min(start, inside[0].start)
        end = max(end, inside[-1].end)
        before = [found for found in self._found if found.end <= start]
        behind = [found for found in self._found if found.start >= end]
        return [*before, Found(start, end, "math"), *behind]

    def _is_dollar_formula(self, found: Found) -> bool:
        return found.kind == "math" and self._text[found.start] == "$"

    def take_opening_bracket(self, at: int) -> int | None:
        taken = self._add_match(_FOOTNOTE, at, "footnote") or self._add_match(_ANCHOR, at, "anchor")
        if taken is None:
            self._openers.append(_Opener(at, is_image=False))
        return taken

    def take_exclamation(self, at: int) -> int | None:
        if not self._text.startswith("![", at):
            return None
        self._openers.append(_Opener(at, is_image=True))
        return at + 2

    def take_closing_bracket(self, at: int) -> int | None:
        # A link holds no link, so the outer target of two is text; protected, it does no harm.
        return self._take_link(self._openers.pop(), at) if self._openers else None

    def _take_link(self, opener: _Opener, at: int) -> int | None:
        label = self._text[opener.start + 1 + opener.is_image : at]
        target_end = find_target_end(self._text, at + 1)
        is_shortcut = target_end is None or self._text.startswith("[]", at + 1)
        if target_end is None and not self._is_defined(label):
            return None
        end = at + 1 if target_end is None else target_end
        if opener.is_image:
            return self._add(opener.start, end, "image")
        # A label that is itself the key, or empty, is no prose.
        start = opener.start if is_shortcut or not label.strip() else at + 1
        return self._add(start, end, "link")

    def _is_defined(self, label: str) -> bool:
        if not self._rules.definitions or len(label) > _LONGEST_LABEL:
            return False
        return normalizeReference(label) in self._rules.definitions

    def take_entity(self, at: int) -> int | None:
        return self._add_match(_ENTITY, at, "entity")

    def take_bracket(self, at: int) -> int:
        return self._add(at, at + 1, "bracket")


_TAKERS: dict[str, Callable[[_InlineScan, int], int | None]] = {
    "\\": _InlineScan.take_backslash,
    "`": _InlineScan.take_code,
    "<": _InlineScan.take_angle,
    "{": _InlineScan.take_brace,
    "$": _InlineScan.take_dollar,
    "[": _InlineScan.take_opening_bracket,
    "]": _InlineScan.take_closing_bracket,
    "!": _InlineScan.take_exclamation,
    "&": _InlineScan.take_entity,
    "⟦": _InlineScan.take_bracket,
    "⟧": _InlineScan.take_bracket,
}
