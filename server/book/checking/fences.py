"""Fences: code that is never closed, and code that swallowed what stands behind it."""

import re
from collections.abc import Iterator

from markdown_it.token import Token

from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript, lines_of

_OPENING = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})[ \t]*(?P<info>[\w{][^`]*)\Z")


def check_fences(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield each fence that has no end, or whose end is likely another's."""
    for token in manuscript.parsed.tokens:
        if token.type == "fence":
            yield from _check_end(manuscript, token)
            yield from _check_inside(manuscript, token)


def _check_end(manuscript: Manuscript, token: Token) -> Iterator[Finding]:
    lines = lines_of(token)
    closing = manuscript.find_line(lines[-1]).strip()
    is_mark = set(closing) == {token.markup[0]} and len(closing) >= len(token.markup)
    if len(lines) > 1 and is_mark:
        return
    where = "the file's end" if token.level == 0 else "the end of its list, quote or note"
    sentence = f"This code is never closed and runs to {where}; close it with {token.markup} alone."
    yield Finding(manuscript.find_line_offset(lines[0]), Code.UNCLOSED_FENCE, sentence)


def _check_inside(manuscript: Manuscript, token: Token) -> Iterator[Finding]:
    """A line inside that opens code, as long as the fence itself, was meant to stand outside."""
    first = lines_of(token)[0]
    for index, line in enumerate(token.content.split("\n"), start=1):
        opening = _OPENING.match(line)
        if opening is None or opening["marks"][0] != token.markup[0]:
            continue
        if len(opening["marks"]) >= len(token.markup):
            sentence = (
                f"Code opens here inside the code of line {first + 1}: that one is not closed, "
                "or needs a longer fence."
            )
            offset = manuscript.find_line_offset(first + index)
            yield Finding(offset, Code.RUNAWAY_FENCE, sentence)
            return
