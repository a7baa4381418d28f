"""Directives: `:::` containers without an end, and ends without a container."""

import re
from collections.abc import Iterator, Sequence

from server.book.chapters.domain import Dialect
from server.book.checking.domain import Code, Finding
from server.book.checking.manuscripts import Manuscript

# Not from the parser's tokens: outside MDX, an element swallows the line right behind it.
_LINE = re.compile(
    r"^(?:[ \t>]|[-*+][ ]|\d+[.)][ ])*(?P<colons>:{3,})[ \t]*(?P<name>[^\r\n]*)", re.MULTILINE
)


def check_directives(manuscript: Manuscript) -> Iterator[Finding]:
    """Yield each `:::` line that has no partner, and those whose end would close another."""
    if manuscript.dialect is Dialect.MKDOCS:
        return  # there, `::: package.module` is one line that a plugin fills in
    opened = list[re.Match[str]]()
    unclosed = list[re.Match[str]]()
    nested = list[tuple[re.Match[str], re.Match[str]]]()
    for line in _LINE.finditer(manuscript.views.markup.replace("\r", "\n")):
        if line["name"].strip():
            nested += [(outer, line) for outer in opened[-1:]]
            opened.append(line)
            continue
        at = _find_closed(opened, _length(line))
        if at is None:
            sentence = "This line closes a directive, and none with so few colons is open."
            yield Finding(line.start("colons"), Code.STRAY_DIRECTIVE_END, sentence)
            continue
        unclosed += opened[at + 1 :]
        del opened[at:]
    unclosed += opened
    for line in unclosed:
        sentence = f"This directive is never closed: a line with `{line['colons']}` is missing."
        yield Finding(line.start("colons"), Code.UNCLOSED_DIRECTIVE, sentence)
    open_starts = {line.start() for line in unclosed}
    for outer, inner in nested:
        if _length(outer) <= _length(inner) and outer.start() not in open_starts:
            number = manuscript.lines.find_place(outer.start()).line
            sentence = f"Its end closes the directive of line {number}, which needs more colons."
            yield Finding(inner.start("colons"), Code.DIRECTIVE_NESTING, sentence)


def _length(line: re.Match[str]) -> int:
    return len(line["colons"])


def _find_closed(opened: Sequence[re.Match[str]], length: int) -> int | None:
    """Return which directive a line of so many colons is meant to close."""
    shorter: int | None = None
    for at in range(len(opened) - 1, -1, -1):
        if _length(opened[at]) == length:
            return at
        if shorter is None and _length(opened[at]) < length:
            shorter = at
    return shorter
